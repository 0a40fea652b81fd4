/** What a step that calls keeps of its call. */
import { isJsonObject } from '../../../core/text/json.ts'
import type { StepRow } from './steps.ts'

export interface ToolStepRequest {
  /** What the caller knows the call by. */
  readonly callId: string
  /** The tool, as the caller named it. */
  readonly name: string
  readonly input: unknown
  /** A person has approved exactly this input. */
  readonly approved?: boolean
}

/** What is stored was written in this form: a worker refuses runs of others. */
export function readToolRequest({ request }: Pick<StepRow, 'request'>): ToolStepRequest {
  return request as ToolStepRequest
}

/** Whether an input stands for what was no JSON object. */
export function isInvalidJson(input: unknown): boolean {
  return isJsonObject(input) && Object.keys(input).join() === 'invalidJson'
}
