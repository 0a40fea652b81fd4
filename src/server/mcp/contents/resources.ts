/** Answers of operations that clients may read and watch by URI. */
import {
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Gateway } from '../../../core/area/gateway.ts'
import { AppError } from '../../../core/errors.ts'
import { mayCall } from '../../../core/operation/catalog.ts'
import type { Change } from '../../../core/operation/context.ts'
import { isId } from '../../../core/operation/kind.ts'
import type { NextCall } from '../../../core/operation/next-call.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { RESOURCE_ID } from '../../../core/operation/resource.ts'
import { cutText } from '../../../core/text/cut.ts'
import type { Caller } from '../exchange/caller.ts'
import { invokeFor, itemsOf, type MethodCall, type PlainCall } from './method.ts'

/** One kind of resource. */
export interface ResourceKind {
  /** Present when the kind is one fixed resource. */
  readonly resource?: Resource
  readonly template?: ResourceTemplateType
  isOffered(caller: Caller): boolean
  /** Concrete resources of this kind, for a person to pick from. */
  list?(call: MethodCall): Promise<Resource[]>
  matches(uri: string): boolean
  /** As in `Resources`. Absent: changes are told by the same URI. */
  watchedUri?(uri: string, call: PlainCall): Promise<string | undefined>
  read(uri: string, call: MethodCall): Promise<ReadResourceResult>
}

export interface Resources {
  list(call: MethodCall): Promise<Resource[]>
  templates(caller: Caller): ResourceTemplateType[]
  /** @throws ProtocolError when it does not exist, or may not be read. */
  read(uri: string, call: MethodCall): Promise<ReadResourceResult>
  /**
   * The URI by which changes of a resource are told: with the id of the thing, where `uri` has a reference. Undefined:
   * there is no such resource, or the caller may not watch it.
   */
  watchedUri(uri: string, call: PlainCall): Promise<string | undefined>
}

const JSON_TYPE = 'application/json'

/** The most resources of one kind in a list; the rest is found through tools. */
const LISTED_MAX = 50

/** The most characters of a URI; ours have at most half as many. */
const URI_MAX_CHARS = 200

/** The most characters of a resource's title; a goal may be pages long. */
const TITLE_MAX_CHARS = 100

/** Computes the URIs that a change affects, including those of resources that follow them. */
export function createTouchedUris({ operations }: Gateway): (change: Change) => readonly string[] {
  const followers = operations.flatMap(({ resource }) => (resource?.follows ? [resource] : []))
  return ({ uris }) => {
    const following = followers.filter(
      ({ uri, follows = [] }) =>
        !uris.includes(uri) && uris.some((each) => follows.some((start) => each.startsWith(start))),
    )
    return following.length === 0 ? uris : [...uris, ...following.map(({ uri }) => uri)]
  }
}

export function createResources(gateway: Gateway, extras: readonly ResourceKind[] = []): Resources {
  const own = gateway.operations.flatMap((operation) => kindOf(gateway, operation) ?? [])
  const kinds = [...own, ...extras]
  const offered = (caller: Caller): ResourceKind[] => kinds.filter((kind) => kind.isOffered(caller))
  return {
    async list(call) {
      const there = offered(call.caller)
      const items = await Promise.all(there.map(({ list }) => list?.(call) ?? []))
      return [...there.flatMap(({ resource }) => resource ?? []), ...items.flat()]
    },
    templates: (caller) => offered(caller).flatMap(({ template }) => (template ? [template] : [])),
    async read(uri, call) {
      const kind = offered(call.caller).find((one) => isOfKind(one, uri))
      if (!kind) throw noSuchResource(uri)
      return kind.read(uri, call)
    },
    async watchedUri(uri, call) {
      const kind = offered(call.caller).find((one) => isOfKind(one, uri))
      return kind?.watchedUri === undefined ? kind && uri : await kind.watchedUri(uri, call)
    },
  }
}

function isOfKind({ matches }: ResourceKind, uri: string): boolean {
  return uri.length <= URI_MAX_CHARS && matches(uri)
}

function kindOf(gateway: Gateway, operation: Operation): ResourceKind | undefined {
  const { resource } = operation
  if (resource === undefined) return undefined
  const { uri, name, title, description } = resource
  const about = { name, title, description, mimeType: JSON_TYPE }
  const isOffered: ResourceKind['isOffered'] = ({ actor, selection }) => mayCall(operation, actor, selection)
  if (uri.includes(RESOURCE_ID)) {
    return { template: { uriTemplate: uri, ...about }, isOffered, ...itemsByUri(gateway, operation, uri) }
  }
  return {
    resource: { uri, ...about },
    isOffered,
    matches: (other) => other === uri,
    read: (_uri, call) => readThrough(gateway, operation, {}, { uri, call }),
  }
}

/** Resources that are each named by an id, or a reference such as `T-12`, in their URI. */
function itemsByUri(
  gateway: Gateway,
  operation: Operation,
  template: string,
): Pick<ResourceKind, 'matches' | 'read' | 'list' | 'watchedUri'> {
  const [before = '', after = ''] = template.split(RESOURCE_ID)
  const [field = ''] = operation.pathFields
  const schema = operation.input.shape[field]
  const idIn = (uri: string) => uri.slice(before.length, uri.length - after.length)
  const isOne = (id: string) => id !== '' && schema instanceof z.ZodType && schema.safeParse(id).success
  return {
    matches: (uri) => uri.startsWith(before) && uri.endsWith(after) && isOne(idIn(uri)),
    read: (uri, call) => readThrough(gateway, operation, { [field]: idIn(uri) }, { uri, call }),
    async watchedUri(uri, call) {
      const name = idIn(uri)
      if (schema instanceof z.ZodType && isId(schema, name)) return uri
      try {
        const output = await invokeFor(gateway, operation, { [field]: name }, call)
        const id = operation.resource?.idOf?.(output)
        return id === undefined ? undefined : template.replace(RESOURCE_ID, id)
      } catch (thrown) {
        if (isUnnamed(thrown)) return undefined
        throw thrown
      }
    },
    async list(call) {
      const { list } = operation.resource ?? {}
      const listing = list && callable(gateway, list.operation, call)
      if (!list || !listing) return []
      const output = await invokeFor(gateway, listing, { ...list.input, limit: LISTED_MAX }, call)
      return itemsOf(output).map((item) => ({
        uri: template.replace(RESOURCE_ID, String(item.id)),
        name: String(item.id),
        title: cutText(list.titleOf(item), TITLE_MAX_CHARS),
        mimeType: JSON_TYPE,
      }))
    },
  }
}

/** An existing operation that this caller may call. */
function callable(gateway: Gateway, name: string, { caller }: MethodCall): Operation | undefined {
  const operation = gateway.operations.find((each) => each.name === name)
  return operation && mayCall(operation, caller.actor, caller.selection) ? operation : undefined
}

interface Reading {
  readonly uri: string
  readonly call: MethodCall
}

async function readThrough(
  gateway: Gateway,
  operation: Operation,
  input: Record<string, unknown>,
  { uri, call }: Reading,
): Promise<ReadResourceResult> {
  try {
    const output = await invokeFor(gateway, operation, input, call)
    const along = Object.entries(operation.resource?.along?.(output) ?? {})
    const read = await Promise.all(along.map((one) => readAlong(gateway, one, call)))
    const text = JSON.stringify(Object.assign({ ...output }, ...read))
    return { contents: [{ uri, mimeType: JSON_TYPE, text }] }
  } catch (thrown) {
    if (isUnnamed(thrown)) throw noSuchResource(uri)
    throw thrown
  }
}

/** A malformed id names nothing, just like an id that does not exist. */
function isUnnamed(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.code === 'not_found' || thrown.code === 'invalid_input')
}

/** Undefined for callers who may not read it. */
async function readAlong(
  gateway: Gateway,
  [field, { operation: name, input }]: [field: string, next: NextCall],
  call: MethodCall,
): Promise<object> {
  const operation = callable(gateway, name, call)
  if (operation === undefined) return {}
  const output = await invokeFor(gateway, operation, { ...input }, call)
  return { [field]: operation.stream ? operation.stream.items(output) : output }
}

export function noSuchResource(uri: string): ResourceNotFoundError {
  const shown = cutText(uri, URI_MAX_CHARS, '...')
  return new ResourceNotFoundError(shown, `There is no resource ${shown}.`)
}
