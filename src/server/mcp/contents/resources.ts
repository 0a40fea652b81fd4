/** What clients may read and watch by URI: tasks, projects, runs and today's plan, as the answers of operations. */
import {
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Gateway } from '../../../core/call/gateway.ts'
import { AppError } from '../../../core/errors.ts'
import { mayCall } from '../../../core/operation/catalog.ts'
import type { Change } from '../../../core/operation/context.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { cutText } from '../../../core/text/cut.ts'
import type { Caller } from '../exchange/caller.ts'
import { invokeFor, itemsOf, type MethodCall } from './method.ts'

/** One kind of resource. */
export interface ResourceKind {
  /** Present when the kind is one fixed resource. */
  readonly resource?: Resource
  readonly template?: ResourceTemplateType
  isOffered(caller: Caller): boolean
  /** Concrete resources of this kind, for a person to pick from. */
  list?(call: MethodCall): Promise<Resource[]>
  matches(uri: string): boolean
  read(uri: string, call: MethodCall): Promise<ReadResourceResult>
}

export interface Resources {
  list(call: MethodCall): Promise<Resource[]>
  templates(caller: Caller): ResourceTemplateType[]
  /** @throws ProtocolError when there is none, or it may not be read. */
  read(uri: string, call: MethodCall): Promise<ReadResourceResult>
  /** Whether such a URI can be watched. */
  isKnown(uri: string, caller: Caller): boolean
}

const PLAN_URI = 'plan://today'
const JSON_TYPE = 'application/json'

/** Resources of one kind in a list; the rest is found through tools. */
const LISTED_MAX = 50

/** Characters of a URI; ours have at most half as many. */
const URI_MAX_CHARS = 200

/** Characters of a resource's title; a goal may be pages long. */
const TITLE_MAX_CHARS = 100

/** Events at the end of a run that are read along with it. */
const TAIL_EVENTS = 20

/** The URIs that a change touches: any task may move today's plan. */
export function touchedUris({ uris }: Change): readonly string[] {
  return uris.some((uri) => uri.startsWith('task://')) && !uris.includes(PLAN_URI)
    ? [...uris, PLAN_URI]
    : uris
}

export function createResources(gateway: Gateway, extras: readonly ResourceKind[] = []): Resources {
  const kinds = [...ownKinds(gateway), ...extras]
  const offered = (caller: Caller): ResourceKind[] => kinds.filter((kind) => kind.isOffered(caller))
  return {
    async list(call) {
      const listed = offered(call.caller).map(async ({ resource, list }) => [
        ...(resource ? [resource] : []),
        ...(list ? await list(call) : []),
      ])
      return (await Promise.all(listed)).flat()
    },
    templates: (caller) => offered(caller).flatMap(({ template }) => (template ? [template] : [])),
    async read(uri, call) {
      const kind = offered(call.caller).find((one) => isOfKind(one, uri))
      if (!kind) throw noSuchResource(uri)
      return kind.read(uri, call)
    },
    isKnown: (uri, caller) => offered(caller).some((kind) => isOfKind(kind, uri)),
  }
}

function isOfKind({ matches }: ResourceKind, uri: string): boolean {
  return uri.length <= URI_MAX_CHARS && matches(uri)
}

/** The kinds whose operations are in the list. */
function ownKinds(gateway: Gateway): ResourceKind[] {
  return [
    fixedKind(gateway, 'tasks.plan', {
      uri: PLAN_URI,
      name: 'today',
      title: "Today's plan",
      description: 'What is due, overdue and next today.',
      mimeType: JSON_TYPE,
    }),
    itemKind(gateway, {
      scheme: 'project',
      field: 'projectId',
      get: 'projects.get',
      list: 'projects.list',
      listInput: {},
      named: 'name',
    }),
    itemKind(gateway, {
      scheme: 'task',
      field: 'taskId',
      get: 'tasks.get',
      list: 'tasks.list',
      listInput: { status: ['open', 'in_progress'], sort: 'due' },
      named: 'title',
    }),
    itemKind(gateway, {
      scheme: 'run',
      field: 'runId',
      get: 'runs.get',
      list: 'runs.list',
      listInput: {},
      named: 'goal',
      tail: { stream: 'runs.events', lastPosition: lastEventOf },
    }),
  ].flatMap((kind) => (kind ? [kind] : []))
}

function fixedKind(gateway: Gateway, operationName: string, resource: Resource): ResourceKind | undefined {
  const operation = gateway.operations.find(({ name }) => name === operationName)
  if (!operation) return undefined
  return {
    resource,
    isOffered: ({ actor, selection }) => mayCall(operation, actor, selection),
    matches: (uri) => uri === resource.uri,
    read: (uri, call) => readThrough(gateway, operation, {}, { uri, call }),
  }
}

interface ItemKind {
  readonly scheme: 'task' | 'project' | 'run'
  /** The field of the `get` operation's input that takes the id. */
  readonly field: string
  readonly get: string
  readonly list: string
  /** Which of them a person may want to pick. */
  readonly listInput: Readonly<Record<string, unknown>>
  /** The field of an item that says what it is called. */
  readonly named: string
  /** A list that grows with it, whose end is read along as `events`. */
  readonly tail?: {
    readonly stream: string
    readonly lastPosition: (output: Record<string, unknown>) => number
  }
}

const RunOutput = z.object({ run: z.object({ lastEvent: z.int() }) })

function lastEventOf(output: Record<string, unknown>): number {
  return RunOutput.parse(output).run.lastEvent
}

function itemKind(gateway: Gateway, spec: ItemKind): ResourceKind | undefined {
  const get = gateway.operations.find(({ name }) => name === spec.get)
  const list = gateway.operations.find(({ name }) => name === spec.list)
  if (!get) return undefined
  const prefix = `${spec.scheme}://`
  const tail = gateway.operations.find(({ name }) => name === spec.tail?.stream)

  const idField = get.input.shape[spec.field]
  const isId = (id: string): boolean =>
    id !== '' && idField instanceof z.ZodType && idField.safeParse(id).success

  /** The last events, for callers who may read them. */
  async function tailOf(output: Record<string, unknown>, input: Record<string, unknown>, call: MethodCall) {
    const { actor, selection } = call.caller
    if (!spec.tail || !tail?.stream || !mayCall(tail, actor, selection)) return {}
    const after = Math.max(0, spec.tail.lastPosition(output) - TAIL_EVENTS)
    const page = await invokeFor(gateway, tail, tail.stream.after(input, after), call)
    return { events: tail.stream.items(page) }
  }

  return {
    template: {
      uriTemplate: `${prefix}{id}`,
      name: spec.scheme,
      title: `A ${spec.scheme}`,
      description: `One ${spec.scheme} by its id.`,
      mimeType: JSON_TYPE,
    },
    isOffered: ({ actor, selection }) => mayCall(get, actor, selection),
    matches: (uri) => uri.startsWith(prefix) && isId(uri.slice(prefix.length)),
    read(uri, call) {
      const input = { [spec.field]: uri.slice(prefix.length) }
      return readThrough(gateway, get, input, { uri, call, more: (output) => tailOf(output, input, call) })
    },
    async list(call) {
      if (!list || !mayCall(list, call.caller.actor, call.caller.selection)) return []
      const output = await invokeFor(gateway, list, { ...spec.listInput, limit: LISTED_MAX }, call)
      return itemsOf(output).map((item) => ({
        uri: `${prefix}${String(item.id)}`,
        name: String(item.id),
        title: cutText(String(item[spec.named]), TITLE_MAX_CHARS),
        mimeType: JSON_TYPE,
      }))
    },
  }
}

interface Reading {
  readonly uri: string
  readonly call: MethodCall
  /** What is read beside the answer. */
  more?(output: Record<string, unknown>): Promise<object>
}

async function readThrough(
  gateway: Gateway,
  operation: Operation,
  input: Record<string, unknown>,
  { uri, call, more }: Reading,
): Promise<ReadResourceResult> {
  try {
    const output = await invokeFor(gateway, operation, input, call)
    const text = JSON.stringify({ ...output, ...(await more?.(output)) })
    return { contents: [{ uri, mimeType: JSON_TYPE, text }] }
  } catch (thrown) {
    // An id that cannot be one names nothing, just as one that nothing has.
    if (thrown instanceof AppError && (thrown.code === 'not_found' || thrown.code === 'invalid_input')) {
      throw noSuchResource(uri)
    }
    throw thrown
  }
}

export function noSuchResource(uri: string): ResourceNotFoundError {
  const shown = cutText(uri, URI_MAX_CHARS, '...')
  return new ResourceNotFoundError(shown, `There is no resource ${shown}.`)
}
