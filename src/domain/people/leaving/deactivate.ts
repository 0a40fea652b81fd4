/** A person goes, and may come back: their keys stop, their schedules pause, and what was theirs gets another holder. */
import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { people } from '../../access/tables.ts'
import { hookUri } from '../../hooks/own-hook.ts'
import { hooks } from '../../hooks/tables.ts'
import { scheduleUri } from '../../schedules/schedule.ts'
import { tellLeft } from '../../schedules/schedule-events.ts'
import { schedules } from '../../schedules/tables.ts'
import { setMember } from '../../teams/members.ts'
import { newOwner } from '../../teams/new-owner.ts'
import { teamOf } from '../../teams/space.ts'
import { teams } from '../../teams/tables.ts'
import { announceStanding, assertNotLastOwner, lockManaged } from '../manage.ts'
import { personUri } from '../person.ts'
import { assertPeople } from '../visible-people.ts'
import { countStaying, type HandedOver, handOver, lockRunsOf, type Staying } from './hand-over.ts'

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
  const schedulesPaused = await pauseSchedules(ctx, id)
  await stopHooks(ctx, id)
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
  if (teamOf(heir) === null) await assertPeople(ctx, [heir])
  else await newOwner(ctx, heir)
}

/** No team is left without an admin who can act. */
async function leadTeams(ctx: Context, id: string, heir: string | undefined): Promise<void> {
  const led = await ctx.db.execute<{ id: string; name: string }>(sql`
    select t.id, t.name from ${teams} t join team_members own on own.team_id = t.id
    where own.person_id = ${id} and own.role = 'admin' and t.archived_at is null and not exists (
      select 1 from team_members m join ${people} p on p.id = m.person_id
      where m.team_id = t.id and m.role = 'admin' and m.person_id <> ${id} and p.deactivated_at is null)
    order by t.id`)
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

async function pauseSchedules(ctx: Context, personId: string): Promise<number> {
  const lastProblem = `${personId} has been deactivated, so it is paused. Resume it: it then acts for the person who resumes it.`
  const paused = await ctx.db
    .update(schedules)
    .set({ paused: true, lastProblem, updatedAt: ctx.now })
    .where(sql`${schedules.personId} = ${personId} and not ${schedules.paused}`)
    .returning()
  for (const row of paused) {
    ctx.changed(scheduleUri(row.id), row.spaceId)
    if (teamOf(row.spaceId) !== null) tellLeft(ctx, row, lastProblem)
  }
  return paused.length
}

/** Says at once in the hooks that act for the person why their calls are refused. */
async function stopHooks({ db, changed }: Context, personId: string): Promise<void> {
  const stopped = await db
    .update(hooks)
    .set({ problem: `${personId} has been deactivated.` })
    .where(sql`${hooks.starter} ->> 'personId' = ${personId}`)
    .returning({ id: hooks.id, spaceId: hooks.spaceId })
  for (const { id, spaceId } of stopped) changed(hookUri(id), spaceId)
}
