/** What the audit shows of a call's input: a reader sees of it only what they could read without the audit. */
import type { Context } from '../../core/operation/context.ts'
import { missingScopes, type Scope } from '../../core/operation/scopes.ts'

type Reader = Pick<Context, 'actor' | 'operations'>

/** What a run is told may speak of anything that runs read. */
const TOLD_TO_RUNS: ReadonlySet<Scope> = new Set(['runs:write', 'approvals:decide'])
const READ_BY_RUNS: readonly Scope[] = ['tasks:read', 'projects:read']

/** The words that stand for the input of a call for a reader who lacks its scopes; undefined: the reader sees it. */
export function withheldInput({ actor, operations }: Reader, name: string): string | undefined {
  const scope = operations.find((operation) => operation.name === name)?.scope
  const missing = missingScopes(actor.scopes, scopesToRead(scope))
  return missing.length === 0 ? undefined : `Not shown: needs ${missing.join(', ')}.`
}

/** `scope` is that of the operation; one that this version does not have is shown to admins alone. */
function scopesToRead(scope: Scope | undefined): readonly Scope[] {
  if (scope === undefined) return ['admin']
  const read = scope.replace(/:write$/, ':read') as Scope
  return TOLD_TO_RUNS.has(scope) ? [read, ...READ_BY_RUNS] : [read]
}
