/** The part of a call's input that the audit shows: a reader sees only what they could read without the audit. */
import type { Context } from '../../core/operation/context.ts'
import { missingScopes, type Scope } from '../../core/operation/scopes.ts'

type Reader = Pick<Context, 'actor' | 'operations'>

/** A message to a run may concern anything that runs read. */
const TOLD_TO_RUNS: ReadonlySet<Scope> = new Set(['runs:write', 'approvals:decide'])
const READ_BY_RUNS: readonly Scope[] = ['tasks:read', 'projects:read']

/** The words that replace a call's input for a reader who lacks its scopes; undefined: the reader may see the input. */
export function withheldInput({ actor, operations }: Reader, name: string): string | undefined {
  const scope = operations.find((operation) => operation.name === name)?.scope
  const missing = missingScopes(actor.scopes, scopesToRead(scope))
  return missing.length === 0 ? undefined : `Not shown: needs ${missing.join(', ')}.`
}

/** `scope` is the operation's; an operation that this version does not have is shown only to admins. */
function scopesToRead(scope: Scope | undefined): readonly Scope[] {
  if (scope === undefined) return ['admin']
  const read = scope.replace(/:write$/, ':read') as Scope
  return TOLD_TO_RUNS.has(scope) ? [read, ...READ_BY_RUNS] : [read]
}
