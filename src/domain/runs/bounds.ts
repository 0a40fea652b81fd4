/**
 * What a caller may tell a run: whoever has it act gives it nothing that they do not have themselves. To stop it needs no
 * more than to write runs.
 */
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { missingScopes } from '../../core/scopes.ts'
import type { RunRow } from './run.ts'

/** @throws AppError `forbidden` for whoever lacks a scope that the run acts with */
export function assertMayTell({ scopes }: Pick<Actor, 'scopes'>, { id, starter }: RunRow): void {
  const missing = missingScopes(scopes, starter.scopes).join(', ')
  if (missing === '') return
  throw new AppError('forbidden', `${id} acts with ${missing}, which you do not have.`, {
    fix: `Use a key with ${missing}. Without, you may still pause or cancel the run.`,
  })
}
