/**
 * What a run and its callers may have of each other. Whoever has it act gives it nothing that they do not have themselves,
 * and it shows nothing that they could not read themselves; to stop it needs no more than to write runs.
 */
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { grants, missingScopes, SCOPES, type Scope } from '../../core/scopes.ts'
import type { RunRow } from './run.ts'

type Caller = Pick<Actor, 'scopes'>
type Contents = Pick<RunRow, 'contentScopes'>

/** @throws AppError `forbidden` for whoever lacks a scope that the run acts with */
export function assertMayTell({ scopes }: Caller, { id, starter }: Pick<RunRow, 'id' | 'starter'>): void {
  const missing = missingScopes(scopes, starter.scopes).join(', ')
  if (missing === '') return
  throw new AppError('forbidden', `${id} acts with ${missing}, which you do not have.`, {
    fix: `Use a key with ${missing}. Without, you may still pause or cancel the run.`,
  })
}

/** The scopes that reading a run's contents needs: those for all that it, or a run above it, could read. */
export function readScopesOf({ contentScopes }: Contents): Scope[] {
  return SCOPES.filter((scope) => scope.endsWith(':read') && grants(contentScopes, scope))
}

/** What stands in place of a run's contents for a reader who could not read them elsewhere; undefined: they are shown. */
export function withheldFrom({ scopes }: Caller, run: Contents): string | undefined {
  const missing = missingScopes(scopes, readScopesOf(run))
  return missing.length === 0 ? undefined : `Not shown: needs ${missing.join(', ')}.`
}

/** @throws AppError `forbidden` for a reader who could not read a run's contents elsewhere */
export function assertMayRead({ scopes }: Caller, { id, ...run }: Contents & Pick<RunRow, 'id'>): void {
  const missing = missingScopes(scopes, readScopesOf(run)).join(', ')
  if (missing === '') return
  throw new AppError('forbidden', `What ${id} made needs ${missing}, which you do not have.`, {
    fix: `Use a key with ${missing}.`,
  })
}
