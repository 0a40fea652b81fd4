/** A person goes, and may come back: their keys stop, their schedules pause, and what was theirs gets another holder. */
import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { isGatewayAdmin } from '../../access/admin.ts'
import { people } from '../../access/tables.ts'
import { hooks } from '../../hooks/tables.ts'
import { schedules } from '../../schedules/tables.ts'
import { findLedAlone } from '../../teams/led-alone.ts'
import { setMember } from '../../teams/members.ts'
import { newOwner } from '../../teams/new-owner.ts'
import { teamOf } from '../../teams/space.ts'
import { lockLedTeam } from '../../teams/store.ts'
import { teams } from '../../teams/tables.ts'
import { announceStanding, assertNotLastOwner, lockManaged } from '../manage.ts'
import { personUri } from '../person.ts'
import { assertPeople } from '../visible-people.ts'
import { countStaying, type HandedOver, handOver, lockRunsOf, type Staying } from './hand-over.ts'
import { pauseSchedules, stopHooks } from './stop-work.ts'

const RESUMED = 'Resume it: it then acts for the person who resumes it.'

export interface Left {
  /** False: the person had been deactivated before. */
  readonly changed: boolean
  readonly schedulesPaused: number
  /** Null: nothing was handed over. */
  readonly handedOver: HandedOver | null
  readonly staying: Staying
}

/**
 * Deactivates a person. Their open runs end as soon as their workers or the sweep see that the key is not accepted.
 * @throws AppError `not_found`, `forbidden`, `conflict` for the last owner, and for the only admin of a team where nobody
 * takes over
 */
export async function deactivatePerson(ctx: Context, id: string, heir: string | undefined): Promise<Left> {
  if (heir !== undefined) await assertHeir(ctx, id, heir)
  await lockRunsOf(ctx.db, id)
  const row = await lockManaged(ctx, id)
  assertNotLastOwner(row, 'be deactivated')
  const changed = row.deactivatedAt === null
  if (changed) await ctx.db.update(people).set({ deactivatedAt: ctx.now }).where(eq(people.id, id))
  await leadTeams(ctx, id, heir)
  const why = `${id} has been deactivated.`
  const schedulesPaused = await pauseSchedules(ctx, eq(schedules.personId, id), `${why} ${RESUMED}`)
  await stopHooks(ctx, sql`${hooks.starter} ->> 'personId' = ${id}`, why)
  const handedOver = heir === undefined ? null : await handOver(ctx.db, { from: id, to: heir })
  await announceStanding(ctx, id)
  ctx.touched(personUri(id), id)
  if (heir !== undefined) ctx.touched(personUri(id), heir)
  return { changed, schedulesPaused, handedOver, staying: await countStaying(ctx.db, id) }
}

/** Lets a person come back: their keys are accepted again, and their schedules wait to be resumed. */
export async function reactivatePerson(ctx: Context, id: string): Promise<boolean> {
  const row = await lockManaged(ctx, id)
  if (row.deactivatedAt === null) return false
  await ctx.db.update(people).set({ deactivatedAt: null }).where(eq(people.id, id))
  await announceStanding(ctx, id)
  ctx.touched(personUri(id), id)
  return true
}

/** @throws AppError `invalid_input`, `not_found`, `conflict`, `forbidden` for somebody who cannot take over */
async function assertHeir(ctx: Context, id: string, heir: string): Promise<void> {
  if (heir === id) {
    throw new AppError('invalid_input', 'Nobody can take over from themselves.', {
      fix: 'Name another person, or a team.',
    })
  }
  if (teamOf(heir) !== null) {
    await assertHeirTeam(ctx, heir)
    return
  }
  await assertPeople(ctx, [heir])
  const [row] = await ctx.db.select({ role: people.role }).from(people).where(eq(people.id, heir))
  if (row?.role !== 'guest') return
  throw new AppError('conflict', `${heir} is a guest, who could not change what they take over.`, {
    fix: 'Name a member, an admin or a team.',
  })
}

/** An admin of the gateway may hand over to any team, because they see all of them. */
async function assertHeirTeam(ctx: Context, teamId: string): Promise<void> {
  if (!isGatewayAdmin(ctx)) await newOwner(ctx, teamId)
  else await lockLedTeam(ctx, teamId)
}

/** No team is left without an admin who can act. */
async function leadTeams(ctx: Context, id: string, heir: string | undefined): Promise<void> {
  const led = await findLedAlone(ctx.db, id)
  for (const { id: teamId, name } of led) {
    if (heir === undefined || teamOf(heir) !== null) throw onlyAdmin(id, name)
    const [team] = await ctx.db.select().from(teams).where(eq(teams.id, teamId)).for('update')
    if (team !== undefined) await setMember(ctx, team, { personId: heir, role: 'admin' })
  }
}

function onlyAdmin(id: string, team: string): AppError {
  return new AppError('conflict', `${id} is the only admin of the team ${team}.`, {
    fix: 'Name a person in handOverTo, who then leads it, or make another member an admin with teams.set_member.',
  })
}
