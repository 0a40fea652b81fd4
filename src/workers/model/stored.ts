/** What the model executor stores in its steps (form 1), and how it reads it. */
import type { Message, Room, Said, StopReason, Usage } from '../../clients/models/model.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'

/** The purpose of a model step: the work itself, or a summary of it. */
export interface ModelStepRequest {
  readonly model: string
  readonly maxTokens: number
  readonly purpose: 'work' | 'summary'
  /** Number of the last step in the conversation: this answer did not know of later ones. */
  readonly seen: number
}

export interface ModelStepResult {
  readonly content: readonly Said[]
  readonly stop: StopReason
}

/** The result of a failed model step. */
export interface ModelStepFailure {
  readonly problem: string
  /** The provider's fault; a lost worker does not count. */
  readonly fault: 'provider' | 'context_full' | 'stopped'
  /** The room that the provider revealed. */
  readonly room?: Room
}

export interface ToolStepResult {
  readonly text: string
  readonly isError: boolean
  /** The person or the gateway itself wrote it, so the model reads it without a fence. */
  readonly isTrusted?: boolean
  readonly output?: unknown
}

/** `from`: a person's id, or the part of the gateway that writes it. */
export interface MessageStepRequest {
  readonly text: string
  readonly from: string
  /** The part of the model's work that this message asks it to do again. */
  readonly repair?: 'output' | 'verdict' | 'words'
}

/** A summary replaces all steps up to this number. */
export interface SummaryStepRequest {
  readonly upTo: number
}

/** This code wrote it in this form: a worker refuses runs in other forms. */
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

/** The result of a failed model step; a lost worker stored no fault. */
export function readModelFailure({ result }: Pick<StepRow, 'result'>): Partial<ModelStepFailure> | undefined {
  return (result as Partial<ModelStepFailure> | null) ?? undefined
}

/** Whose fault the failure of a model step was. */
export function faultOf(step: Pick<StepRow, 'result'>): ModelStepFailure['fault'] | undefined {
  return readModelFailure(step)?.fault
}

/** The model's text. */
export function textOf(content: Message['content']): string {
  return content.map((piece) => (piece.type === 'text' ? piece.text : '')).join('')
}
