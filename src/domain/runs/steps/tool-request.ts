/** What a tool step stores of its call. */
import { isJsonObject } from '../../../core/text/json.ts'
import type { StepRow } from './steps.ts'

export interface ToolStepRequest {
  /** The caller's own id of the call. */
  readonly callId: string
  /** The tool, as the caller named it. */
  readonly name: string
  readonly input: unknown
  /** A person has approved exactly this input. */
  readonly approved?: boolean
}

/** It was written in this form: a worker refuses runs in other forms. */
export function readToolRequest({ request }: Pick<StepRow, 'request'>): ToolStepRequest {
  return request as ToolStepRequest
}

/** Whether an input replaces something that was not a JSON object. */
export function isInvalidJson(input: unknown): boolean {
  return isJsonObject(input) && Object.keys(input).join() === 'invalidJson'
}
