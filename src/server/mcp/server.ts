/** The SDK's server with our handlers: everything rare goes through it, in any revision and over any transport. */
import {
  type CallToolResult,
  type Implementation,
  type InputRequiredResult,
  isInputRequiredResult,
  ProtocolError,
  type RequestMeta,
  type Tool as SdkTool,
  type Server,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Gateway } from '../../core/area/gateway.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { newId } from '../../core/operation/ids.ts'
import type { MethodCall } from './contents/method.ts'
import { createPrompts, type Prompts, type ServedPrompt } from './contents/prompts.ts'
import { createResources, noSuchResource, type ResourceKind, type Resources } from './contents/resources.ts'
import { isTaskStarted } from './contents/task-wire.ts'
import {
  idempotencyKeyOf,
  progressParams,
  type Tool,
  type ToolCall,
  type ToolOutcome,
} from './contents/tool.ts'
import { createToolbox, LIST_TTL_MS, type Toolbox } from './contents/tools.ts'
import { protocolError } from './exchange/answer.ts'
import type { Caller } from './exchange/caller.ts'
import { capabilitiesIn, showsForms } from './exchange/client.ts'
import { WordedServer } from './exchange/wrong-request.ts'
import { type Consent, createConsent } from './sessions/consent.ts'
import { serveTasks, taskCall } from './tasks/methods.ts'
import { createTasks, type Tasks } from './tasks/tasks.ts'
import { watchResources } from './watch.ts'

/** Additions to what the door already serves, for tests and for embedding programs. */
export interface McpExtras {
  readonly tools?: readonly Tool[]
  readonly resources?: readonly ResourceKind[]
  readonly prompts?: readonly ServedPrompt[]
  readonly capabilities?: ServerCapabilities
}

/** The parts that all servers of one door share. */
export interface McpParts {
  readonly gateway: Gateway
  readonly toolbox: Toolbox
  readonly resources: Resources
  readonly prompts: Prompts
  readonly consent: Consent
  readonly tasks: Tasks
  readonly callerOf: (ctx: ServerContext) => Caller
  readonly info: Implementation
  readonly capabilities: ServerCapabilities
}

export interface McpPartsOptions {
  readonly callerOf: (ctx: ServerContext) => Caller
  readonly secret: string
  readonly extras?: McpExtras | undefined
}

const LIST_HINT = { ttlMs: LIST_TTL_MS, cacheScope: 'private' } as const

/** The most values in one completion, by the protocol. */
const COMPLETIONS_MAX = 100

const INSTRUCTIONS = `Tasks, projects and agents of one person. Dates are read in that person's time zone, and words such as "tomorrow 5pm" are understood.
Ids look like task_..., project_... and run_...; take them from answers, never make them up. Several things of one kind go in one call.
Where search_operations is listed, it finds operations that are not listed, and call_operation runs them. An error says how to fix it: do that.
Starting an agent answers at once with its run, which continues on its own: wait for it, and give it what it waits for.`

export function createMcpParts(
  gateway: Gateway,
  { callerOf, secret, extras = {} }: McpPartsOptions,
): McpParts {
  return {
    gateway,
    callerOf,
    toolbox: createToolbox(gateway, extras.tools),
    resources: createResources(gateway, extras.resources),
    prompts: createPrompts(gateway, extras.prompts),
    consent: createConsent(secret, callerOf),
    tasks: createTasks(gateway),
    info: { name: 'switchboard', title: 'Switchboard', version: gateway.version },
    capabilities: {
      tools: {},
      resources: { subscribe: true },
      prompts: {},
      completions: {},
      ...extras.capabilities,
    },
  }
}

/** One server for one exchange, session or connection. */
export function createMcpServer(parts: McpParts): Server {
  const server = new WordedServer(parts.info, {
    capabilities: parts.capabilities,
    instructions: INSTRUCTIONS,
    requestState: { verify: parts.consent.codec.verify },
    cacheHints: {
      'tools/list': LIST_HINT,
      'prompts/list': LIST_HINT,
      'resources/templates/list': LIST_HINT,
      'server/discover': LIST_HINT,
    },
  })
  server.onerror = (err) => parts.gateway.log.debug({ err }, 'mcp protocol error')
  serveTools(server, parts)
  serveResources(server, parts)
  servePrompts(server, parts)
  return server
}

/** One server for a client of revision 2026-07-28, which may follow tasks. */
export function createModernServer(parts: McpParts): Server {
  const server = createMcpServer(parts)
  serveTasks(server, parts.tasks, (ctx, handle) => guarded(parts, ctx, handle))
  return server
}

function serveTools(server: Server, parts: McpParts): void {
  const { toolbox, callerOf, consent, tasks } = parts
  // Our own JSON Schemas, which the SDK types keyword by keyword.
  server.setRequestHandler('tools/list', (_request, ctx) => ({
    tools: toolbox.list(callerOf(ctx)) as unknown as SdkTool[],
  }))
  server.setRequestHandler('tools/call', ({ params }, ctx) =>
    guarded(parts, ctx, async (method): Promise<CallToolResult | InputRequiredResult> => {
      const { caller, requestId, signal } = method
      const tool = toolbox.find(params.name, caller)
      if (!tool) throw noSuchTool(params.name)
      const meta = ctx.mcpReq._meta
      const call: ToolCall = {
        caller,
        input: params.arguments ?? {},
        requestId,
        signal,
        idempotencyKey: idempotencyKeyOf(meta),
        report: reporter(ctx, meta),
        person: consent.personOf(ctx, canBeAsked(server, ctx, caller)),
        tasks: tasks.followerOf(taskCall(method)),
        sdk: ctx,
      }
      return resultOf(await tool.run(call))
    }),
  )
}

function resultOf(outcome: ToolOutcome): CallToolResult | InputRequiredResult {
  if (isInputRequiredResult(outcome)) return outcome
  // The SDK passes on an extension's answer in place of a result, and has no type for it.
  return isTaskStarted(outcome) ? ({ ...outcome } as unknown as CallToolResult) : outcome.result
}

function noSuchTool(name: string): AppError {
  return new AppError('not_found', `There is no tool ${name}.`, {
    fix: 'Use a name from tools/list.',
  })
}

function reporter(ctx: ServerContext, meta: RequestMeta | undefined): ToolCall['report'] {
  const progressToken = meta?.progressToken
  if (progressToken === undefined) return undefined
  return (progress) => {
    // The client may be gone; the work continues until its signal is aborted.
    ctx.mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken, ...progressParams(progress) } })
      .catch(() => undefined)
  }
}

/** A 2026 client is asked through the answer itself, an older one through the stream of its call. */
function canBeAsked(server: Server, ctx: ServerContext, { takesStream }: Caller): boolean {
  const stated = capabilitiesIn(ctx)
  return stated ? showsForms(stated) : takesStream && showsForms(server.getClientCapabilities())
}

function serveResources(server: Server, parts: McpParts): void {
  const { resources, callerOf } = parts
  const watch = watchResources(server, parts.gateway)
  server.setRequestHandler('resources/list', (_request, ctx) =>
    guarded(parts, ctx, async (call) => ({ resources: await resources.list(call) })),
  )
  server.setRequestHandler('resources/templates/list', (_request, ctx) => ({
    resourceTemplates: resources.templates(callerOf(ctx)),
  }))
  server.setRequestHandler('resources/read', ({ params }, ctx) =>
    guarded(parts, ctx, (call) => resources.read(params.uri, call)),
  )
  server.setRequestHandler('resources/subscribe', ({ params }, ctx) =>
    guarded(parts, ctx, async (call) => {
      const watched = await resources.watchedUri(params.uri, call)
      if (watched === undefined) throw noSuchResource(params.uri)
      watch.add(params.uri, watched, call.caller.actor.personId)
      return {}
    }),
  )
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    watch.remove(params.uri)
    return {}
  })
}

function servePrompts(server: Server, parts: McpParts): void {
  const { prompts } = parts
  server.setRequestHandler('prompts/list', () => ({ prompts: prompts.list() }))
  server.setRequestHandler('prompts/get', ({ params }, ctx) =>
    guarded(parts, ctx, (call) => prompts.get(params.name, params.arguments ?? {}, call)),
  )
  server.setRequestHandler('completion/complete', ({ params }, ctx) =>
    guarded(parts, ctx, async (call) => {
      const { ref, argument } = params
      const { name, value } = argument
      const values =
        ref.type === 'ref/prompt'
          ? await prompts.complete({ name: ref.name, argument: name, value }, call)
          : []
      return {
        completion: {
          values: values.slice(0, COMPLETIONS_MAX),
          total: values.length,
          hasMore: values.length > COMPLETIONS_MAX,
        },
      }
    }),
  )
}

/** Runs one handler; any error leaves as a protocol error in our own words. */
async function guarded<Result>(
  { callerOf, gateway }: McpParts,
  ctx: ServerContext,
  handle: (call: MethodCall) => Promise<Result>,
): Promise<Result> {
  const caller = callerOf(ctx)
  const requestId = caller.requestId ?? newId('req')
  try {
    return await handle({ caller, requestId, signal: ctx.mcpReq.signal, sdk: ctx })
  } catch (thrown) {
    if (thrown instanceof ProtocolError) throw thrown
    const error = toAppError(thrown)
    if (error.code === 'internal') {
      gateway.log.error({ err: error.cause, method: ctx.mcpReq.method, requestId }, 'door failed')
    }
    throw protocolError(error, requestId)
  }
}
