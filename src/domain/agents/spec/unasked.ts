/** Who may let an agent do without asking what cannot be undone. */
import { AppError } from '../../../core/errors.ts'
import { isSeenByOthers } from '../../../core/operation/catalog.ts'
import type { Context } from '../../../core/operation/context.ts'
import { decide, type PolicyRule } from './policy.ts'

/**
 * A person, and not a model in their name: it could have an agent do what the person has just refused.
 * @throws AppError `forbidden` where a model or a chat room sees what is sent
 */
export function assertAsks(
  { door, operations }: Pick<Context, 'door' | 'operations'>,
  rules: readonly PolicyRule[] = [],
): void {
  if (!isSeenByOthers(door)) return
  const policy = { rules: loosest(rules), approvers: [], notStarter: false, expireHours: 1 }
  const unasked = operations.find(
    ({ name, effect }) =>
      effect === 'destroy' && decide(policy, { operation: name, effect, input: {} }, []).verdict === 'allow',
  )
  if (unasked === undefined) return
  throw new AppError(
    'forbidden',
    `With these rules the agent calls ${unasked.name} without asking, which cannot be undone: only a person may allow that, and not through a model or a chat.`,
    {
      fix: 'Add effect: write to the rules that allow something. Or ask the person to change the agent on the command line or over HTTP.',
    },
  )
}

/** What the rules allow for some input: amounts allow in any case, and hold nothing back. */
function loosest(rules: readonly PolicyRule[]): PolicyRule[] {
  return rules
    .filter(({ over, verdict }) => verdict === 'allow' || over === undefined)
    .map((rule) => ({ ...rule, over: undefined }))
}
