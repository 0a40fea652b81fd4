/** How much of everything needs a decision: the figures of an audit, and of the steps of a review. */

import type { Context } from '../../../core/operation/context.ts'
import { grants } from '../../../core/operation/scopes.ts'
import { personTimeZone } from '../../access/people.ts'
import { ATTENTIONS, reviewProjects } from '../../projects/listing.ts'
import { localDate } from '../../time/clock.ts'
import { partsOfDay } from '../../work/day.ts'
import { readAllOpenWork } from '../../work/read-work.ts'
import { contextsOf, deepWorkOf, isSomeday, isStale, isUnsorted } from './sort-out.ts'
import { readStagnant } from './stagnant.ts'

export interface AuditFigures {
  readonly inbox: number
  readonly overdue: number
  readonly stale: number
  readonly someday: number
  readonly unscored: number
  readonly withoutContext: number
  /** Of projects; null for a caller who may not read projects. */
  readonly attention: number | null
  readonly stagnant: number | null
}

/** Stagnant projects are counted up to here. */
const STAGNANT_MAX = 1_000

export async function readAudit(ctx: Context): Promise<AuditFigures> {
  const moment = { now: ctx.now, timeZone: await personTimeZone(ctx) }
  const open = await readAllOpenWork(ctx)
  const count = (isCounted: (task: (typeof open)[number]) => boolean) => open.filter(isCounted).length
  return {
    inbox: count(isUnsorted),
    overdue: partsOfDay(open, moment).overdue.length,
    stale: count((task) => isStale(task, moment)),
    someday: count(isSomeday),
    unscored: deepWorkOf(open).filter(({ impact, urgency }) => impact === 0 && urgency === 0).length,
    withoutContext: count((task) => contextsOf(task).length === 0),
    ...(await auditProjects(ctx, localDate(moment))),
  }
}

async function auditProjects(
  ctx: Context,
  today: string,
): Promise<Pick<AuditFigures, 'attention' | 'stagnant'>> {
  if (!grants(ctx.actor.scopes, 'projects:read')) return { attention: null, stagnant: null }
  const { counts } = await reviewProjects(ctx, today, 1)
  const stagnant = await readStagnant(ctx, today, STAGNANT_MAX)
  return {
    attention: ATTENTIONS.reduce((sum, attention) => sum + counts[attention], 0),
    stagnant: stagnant.length,
  }
}
