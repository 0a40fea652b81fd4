/** The policy's decision on a call of a run, however the run makes it. */
import { AppError } from '../../../core/errors.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { judgeCall } from '../../agents/spec/policy.ts'
import type { RunRow } from '../run.ts'

/**
 * Why a person must approve a call before it is made; undefined: it may be made.
 * @throws AppError `forbidden` when the policy refuses it
 */
export function whyAsked(
  run: Pick<RunRow, 'agent' | 'alwaysAllowed'>,
  operation: Operation,
  input: unknown,
): string | undefined {
  const { verdict, why } = judgeCall(run, { operation, input })
  if (verdict === 'refuse') {
    throw new AppError('forbidden', `The policy does not let you call ${operation.toolName}: ${why}.`, {
      fix: 'Take another way, or say in your summary that a person has to do it.',
    })
  }
  return verdict === 'ask' ? why : undefined
}
