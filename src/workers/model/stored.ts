/** What the model executor stores in its steps (form 1), and how it reads it back. */
import type { Message, Room, Said, StopReason, Usage } from '../../clients/models/model.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'

/** What a model step is for: the work itself, or a summary of it. */
export interface ModelStepRequest {
  readonly model: string
  readonly maxTokens: number
  readonly purpose: 'work' | 'summary'
  /** Number of the last step that was in the conversation: what came in later, this answer did not know. */
  readonly seen: number
}

export interface ModelStepResult {
  readonly content: readonly Said[]
  readonly stop: StopReason
}

/** Of a model step that failed. */
export interface ModelStepFailure {
  readonly problem: string
  /** The provider's own; a lost worker does not count. */
  readonly fault: 'provider' | 'context_full' | 'stopped'
  /** What the provider told of the room there is. */
  readonly room?: Room
}

export interface ToolStepResult {
  readonly text: string
  readonly isError: boolean
  /** The person or the gateway itself said it: the model reads it without a fence. */
  readonly isTrusted?: boolean
  readonly output?: unknown
}

/** `from`: a person's id, or who of the gateway says it. */
export interface MessageStepRequest {
  readonly text: string
  readonly from: string
  /** What of the model's work it has done again. */
  readonly repair?: 'output' | 'verdict' | 'words'
}

/** A summary stands for all steps up to this number. */
export interface SummaryStepRequest {
  readonly upTo: number
}

/** What is stored was written by this code in this form: a worker refuses runs of others. */
export function readModelRequest({ request }: Pick<StepRow, 'request'>): ModelStepRequest {
  return request as ModelStepRequest
}

export function readModelResult({ result }: Pick<StepRow, 'result'>): ModelStepResult {
  return result as ModelStepResult
}

export function readToolResult({ result }: Pick<StepRow, 'result'>): ToolStepResult {
  return result as ToolStepResult
}

export function readMessage({ request }: Pick<StepRow, 'request'>): MessageStepRequest {
  return request as MessageStepRequest
}

export function readSummary({ request, result }: Pick<StepRow, 'request' | 'result'>): {
  readonly upTo: number
  readonly text: string
} {
  return { ...(request as SummaryStepRequest), ...(result as { text: string }) }
}

export function readUsage({ usage }: Pick<StepRow, 'usage'>): Usage | undefined {
  return (usage as Usage | null) ?? undefined
}

/** Of a model step that failed; a worker that was lost stored no fault. */
export function readModelFailure({ result }: Pick<StepRow, 'result'>): Partial<ModelStepFailure> | undefined {
  return (result as Partial<ModelStepFailure> | null) ?? undefined
}

/** Whose fault it was that a model step failed. */
export function faultOf(step: Pick<StepRow, 'result'>): ModelStepFailure['fault'] | undefined {
  return readModelFailure(step)?.fault
}

/** What the model said in words. */
export function textOf(content: Message['content']): string {
  return content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('')
}
