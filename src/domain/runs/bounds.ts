/**
 * The limits on what callers may tell a run and on what it shows them. A caller who directs a run needs all the scopes
 * that the run acts with, and sees only those of its contents that the caller could read without it. Stopping a run
 * needs only `runs:write`.
 */
import { type Column, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { allScopes, grants, missingScopes, type Scope } from '../../core/operation/scopes.ts'

type Caller = Pick<Actor, 'scopes'>

/** The parts of a run that decide who may read its contents. */
interface Contents {
  readonly contentScopes: readonly Scope[]
}

/** @throws AppError `forbidden` for a caller who lacks a scope that the run acts with */
export function assertMayTell(
  { scopes }: Caller,
  { id, starter }: { readonly id: string; readonly starter: Caller },
): void {
  const missing = missingScopes(scopes, starter.scopes).join(', ')
  if (missing === '') return
  throw new AppError('forbidden', `${id} acts with ${missing}, which you do not have.`, {
    fix: `Use a key with ${missing}. Without it, you may still pause or cancel the run.`,
  })
}

/** The scopes that reading a run's contents needs: the read scopes of the run and of the runs above it. */
export function readScopesOf({ contentScopes }: Contents): Scope[] {
  return allScopes().filter((scope) => scope.endsWith(':read') && grants(contentScopes, scope))
}

/** The words that replace a run's contents for a reader who lacks the scopes; undefined: the reader sees them. */
export function withheldFrom({ scopes }: Caller, run: Contents): string | undefined {
  const missing = missingScopes(scopes, readScopesOf(run))
  return missing.length === 0 ? undefined : `Not shown: needs ${missing.join(', ')}.`
}

/** The same for statements: that the reader sees the contents of a run with these scopes. */
export function seesContents({ scopes }: Caller, contentScopes: Column): SQL {
  const lacked = allScopes().filter((scope) => scope.endsWith(':read') && !grants(scopes, scope))
  const telling = allScopes().filter((scope) => lacked.some((each) => grants([scope], each)))
  return sql`not jsonb_exists_any(${contentScopes}, string_to_array(${telling.join(',')}, ','))`
}

/** @throws AppError `forbidden` for a reader who lacks the scopes that a run's contents need */
export function assertMayRead({ scopes }: Caller, { id, ...run }: Contents & { readonly id: string }): void {
  const missing = missingScopes(scopes, readScopesOf(run)).join(', ')
  if (missing === '') return
  throw new AppError('forbidden', `Reading what ${id} made needs ${missing}, which you do not have.`, {
    fix: `Use a key with ${missing}.`,
  })
}
