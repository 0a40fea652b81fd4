/**
 * The limits on changing and reading schedules, as for the runs that they start: a caller who directs a schedule must
 * have the scopes that its runs act with, and a caller who reads its goal must be able to read what the runs read.
 */

import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { missingScopes, type Scope } from '../../core/operation/scopes.ts'
import { agentsOf, findAgent } from '../agents/find-agent.ts'
import { runScopes } from '../agents/spec/grants.ts'
import { withheldFrom } from '../runs/bounds.ts'
import { type Schedule, type ScheduleRow, startedAgent, toSchedule } from './schedule.ts'

type Caller = Pick<Context, 'db' | 'actor' | 'agentFiles' | 'operations'>

/** An agent that does not exist, or cannot be used, counts as one with every tool. */
const ANY_AGENT = { tools: ['*'], writerScopes: null }

/** @throws AppError `forbidden` for a caller who lacks a scope that the schedule's runs act with */
export async function assertMayDirect(ctx: Caller, row: ScheduleRow): Promise<void> {
  const missing = missingScopes(ctx.actor.scopes, await scopesOf(ctx, row)).join(', ')
  if (missing === '') return
  throw new AppError('forbidden', `Runs of ${row.id} act with ${missing}, which you do not have.`, {
    fix: `Use a key with ${missing}. Without it, you may still pause or delete the schedule.`,
  })
}

/** A schedule as the caller sees it: without the goal if they could not read what its runs read. */
export async function showSchedule(ctx: Caller, row: ScheduleRow): Promise<Schedule> {
  return toSchedule(row, withheldFrom(ctx.actor, { contentScopes: await scopesOf(ctx, row) }))
}

/** The scopes that a run would act with if the schedule fired now. */
async function scopesOf(ctx: Caller, row: ScheduleRow): Promise<Scope[]> {
  return runScopes(row.starter.scopes, await agentOf(ctx, row), ctx.operations)
}

async function agentOf(ctx: Caller, row: ScheduleRow) {
  const slug = startedAgent(row)
  if (slug === undefined) return ANY_AGENT
  try {
    // Found as it will be when the schedule fires, whatever agents the caller has.
    const maker = { ...ctx, actor: row.starter }
    return await findAgent(maker, slug, agentsOf(maker, row.spaceId))
  } catch (thrown) {
    if (thrown instanceof AppError) return ANY_AGENT
    throw thrown
  }
}
