/** What a finished call leaves in its run: a step with its result, or a step that waits. */
import type { Operation } from '../../../core/operation/operation.ts'
import type { Hold } from '../hold/hold-run.ts'
import { finishToolStep, type ToolOutcome, waitToolStep } from '../steps/tool-steps.ts'
import type { Writes } from '../writes.ts'
import { resultText } from './tool-text.ts'

interface MadeCall {
  readonly stepId: string
  readonly operation: Operation
}

/** The outcome of a call in the form that its run stores. */
export function outcomeOf({ stepId, operation }: MadeCall, output: object): ToolOutcome {
  return {
    stepId,
    state: 'done',
    result: {
      text: resultText(output),
      isError: false,
      ...(operation.audience === 'runs' && { output }),
    },
    // invoke has checked it against the operation's own schema.
    told: operation.tell(output as Record<string, unknown>),
  }
}

/**
 * Ends the step of a write, or lets it wait as the operation requires.
 * @throws RunHalt
 */
export async function settleCall(writes: Writes, hold: Hold, made: MadeCall & { readonly output: object }) {
  const { stepId, operation, output } = made
  const isParking = operation.forRuns?.waitsFor !== undefined
  if (isParking) await waitToolStep(writes, hold, { stepId })
  else await finishToolStep(writes, hold, outcomeOf(made, output))
}
