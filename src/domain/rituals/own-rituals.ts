/** Rituals belong to people. */
import { AppError } from '../../core/errors.ts'
import { seesOwn, type Viewer } from '../access/visible-to.ts'
import { teamOf } from '../teams/space.ts'

/** @throws AppError `forbidden` for the service or an agent of a team, which have no days of their own */
export function assertOwnRituals(caller: Viewer): void {
  if (teamOf(caller.actor.personId) === null && seesOwn(caller)) return
  throw new AppError('forbidden', 'Rituals belong to a person, and this caller acts for a team.', {
    fix: 'A person sets them, with a key of their own.',
  })
}

/** The URI of what a person set or decided in rituals, by which it is watched. */
export function ritualUri(what: 'brief' | 'outcomes' | 'review' | 'preferences'): string {
  return `ritual://${what}`
}
