/** What a tool of the MCP door is, wherever it comes from: an operation, one of the two meta tools, or an extra. */
import type { InputRequiredResult, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server'
import type { Progress } from '../../../core/operation/context.ts'
import type { LongTask } from '../../../core/operation/long-task.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import type { JsonSchema } from '../../../core/schema/json-schema.ts'
import type { ToolAnswer } from '../exchange/answer.ts'
import type { Caller } from '../exchange/caller.ts'
import type { TaskStarted } from './task-wire.ts'

/** The `_meta` key of a `tools/call` that makes retrying it safe, see `Call.idempotencyKey`. */
export const IDEMPOTENCY_META_KEY = 'switchboard/idempotencyKey'

/** What a person is asked to agree to. */
export interface Question {
  readonly operation: string
  readonly summary: string
  readonly input: Readonly<Record<string, unknown>>
  /** The key under which the call would be made, so that agreeing to it agrees to no other. */
  readonly idempotencyKey: string | undefined
}

/** What a person said to one question. */
export interface Decision {
  readonly agreed: boolean
  /** Names this one asking: what they agreed to is done once, however often their answer is presented. */
  readonly askedAs: string
}

/** The person at the client, where the client can ask them. */
export interface Person {
  /** What they said to exactly this question; undefined when it was not asked yet. */
  decision(question: Question): Decision | undefined
  /** What must be answered to the client so that it asks. */
  ask(question: Question): Promise<InputRequiredResult>
}

/** Shows long tasks to a client that follows them. */
export interface TaskFollower {
  /** The task that an answer started; undefined when this caller may not look at it. */
  begin(task: LongTask, output: Record<string, unknown>): Promise<TaskStarted | undefined>
}

/** What a call comes to: its answer, a question to ask first, or a task that goes on. */
export type ToolOutcome = ToolAnswer | InputRequiredResult | TaskStarted

/** One call as a tool sees it, whichever way it came. */
export interface ToolCall {
  readonly caller: Caller
  readonly input: Readonly<Record<string, unknown>>
  readonly requestId: string
  readonly signal: AbortSignal
  readonly idempotencyKey?: string | undefined
  readonly report?: ((progress: Progress) => void) | undefined
  /** Absent where nobody can be asked. */
  readonly person?: Person | undefined
  /** Absent where the client does not follow tasks. */
  readonly tasks?: TaskFollower | undefined
  /** The SDK's side of the call; absent on the fast lane. */
  readonly sdk?: ServerContext | undefined
}

/** A tool as a list shows it. */
export interface ToolDefinition {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly inputSchema: JsonSchema
  readonly outputSchema?: JsonSchema
  readonly annotations?: ToolAnnotations
}

export interface Tool {
  readonly definition: ToolDefinition
  /** Left out of the default list, where every token counts; sent where an area was asked for. */
  readonly outputSchema?: JsonSchema | undefined
  isShown(caller: Caller): boolean
  mayCall(caller: Caller): boolean
  /** A plain call asks nobody, starts no task and needs nothing of the SDK, so the fast lane may serve it. */
  isPlain(input: Readonly<Record<string, unknown>>): boolean
  /** What goes wrong is an answer with `isError`; only what breaks the protocol is thrown, as a ProtocolError. */
  run(call: ToolCall): Promise<ToolOutcome>
}

export function idempotencyKeyOf(meta: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const key = meta?.[IDEMPOTENCY_META_KEY]
  return key === undefined || typeof key === 'string' ? key : JSON.stringify(key)
}

/** An operation's progress as the protocol has it. */
export function progressParams({ done, total, note }: Progress) {
  return {
    progress: done,
    ...(total === undefined ? {} : { total }),
    ...(note === undefined ? {} : { message: note }),
  }
}

/** Whether a call of an operation is plain, see `Tool.isPlain`. */
export function isPlainOperation({ effect, task }: Operation): boolean {
  return effect !== 'destroy' && task === undefined
}
