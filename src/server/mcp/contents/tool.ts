/** A tool of the MCP door, whatever its source: an operation, one of the two meta tools, or an extra. */
import type { InputRequiredResult, ServerContext, ToolAnnotations } from '@modelcontextprotocol/server'
import type { Progress } from '../../../core/operation/context.ts'
import type { LongTask } from '../../../core/operation/long-task.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import type { JsonSchema } from '../../../core/schema/json-schema.ts'
import type { ToolAnswer } from '../exchange/answer.ts'
import type { Caller } from '../exchange/caller.ts'
import type { TaskStarted } from './task-wire.ts'

/** The `_meta` key of a `tools/call` that makes a retry safe; see `Call.idempotencyKey`. */
export const IDEMPOTENCY_META_KEY = 'switchboard/idempotencyKey'

/** What a person is asked to agree to. */
export interface Question {
  readonly operation: string
  readonly summary: string
  /** What the call decides on, in words, where it decides on something. */
  readonly about?: string
  readonly isFinal: boolean
  readonly input: Readonly<Record<string, unknown>>
  /** The key under which the call would be made, so that the person agrees to no other call. */
  readonly idempotencyKey: string | undefined
}

/** A person's answer to one question. */
export interface Decision {
  readonly agreed: boolean
  /**
   * Identifies this question: the call that the person agreed to is made once, however often the answer is presented.
   */
  readonly askedAs: string
}

/** The person at the client, where the client can ask them. */
export interface Person {
  /** The answer to exactly this question; undefined when it was not asked yet. */
  decision(question: Question): Decision | undefined
  /** The answer that makes the client ask. */
  ask(question: Question): Promise<InputRequiredResult>
}

/** Shows long tasks to a client that follows them. */
export interface TaskFollower {
  /** The task that an answer started; undefined when this caller may not see it. */
  begin(task: LongTask, output: Record<string, unknown>): Promise<TaskStarted | undefined>
}

/** The outcome of a call: its answer, a question to ask first, or a task that continues. */
export type ToolOutcome = ToolAnswer | InputRequiredResult | TaskStarted

/** One call as a tool sees it, on any path. */
export interface ToolCall {
  readonly caller: Caller
  readonly input: Readonly<Record<string, unknown>>
  readonly requestId: string
  readonly signal: AbortSignal
  readonly idempotencyKey?: string | undefined
  readonly report?: ((progress: Progress) => void) | undefined
  /** Absent where no person can be asked. */
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
  /** Left out of the default list, where every token counts; sent when an area was requested. */
  readonly outputSchema?: JsonSchema | undefined
  isShown(caller: Caller): boolean
  mayCall(caller: Caller): boolean
  /** A plain call asks nobody, starts no task and needs nothing from the SDK, so the fast lane may serve it. */
  isPlain(input: Readonly<Record<string, unknown>>): boolean
  /** A failure is an answer with `isError`; only breaches of the protocol are thrown, as a ProtocolError. */
  run(call: ToolCall): Promise<ToolOutcome>
}

export function idempotencyKeyOf(meta: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const key = meta?.[IDEMPOTENCY_META_KEY]
  return key === undefined || typeof key === 'string' ? key : JSON.stringify(key)
}

/** An operation's progress in the form of the protocol. */
export function progressParams({ done, total, note }: Progress) {
  return {
    progress: done,
    ...(total === undefined ? {} : { total }),
    ...(note === undefined ? {} : { message: note }),
  }
}

/** Whether a call of an operation is plain; see `Tool.isPlain`. */
export function isPlainOperation({ effect, task, asksPerson }: Operation): boolean {
  return effect !== 'destroy' && task === undefined && asksPerson === undefined
}
