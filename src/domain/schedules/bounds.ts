/**
 * The limits on changing and reading schedules: a caller who directs a schedule must have the scopes that its calls
 * need, and those that its runs act with; a caller who reads what it does must be able to read that elsewhere.
 */

import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { missingScopes, type Scope } from '../../core/operation/scopes.ts'
import { withheldInput } from '../access/shown-input.ts'
import { agentsOf, findAgent } from '../agents/find-agent.ts'
import { runScopes } from '../agents/spec/grants.ts'
import { withheldFrom } from '../runs/bounds.ts'
import { type Schedule, startedAgent, toSchedule } from './schedule.ts'
import type { ScheduleRow } from './schedule-row.ts'
import { START } from './scheduled-call.ts'

type Caller = Pick<Context, 'db' | 'actor' | 'agentFiles' | 'operations'>

/** An agent that does not exist, or cannot be used, counts as one with every tool. */
const ANY_AGENT = { tools: ['*'], writerScopes: null }

/** @throws AppError `forbidden` for a caller who lacks a scope that the schedule acts with */
export async function assertMayDirect(ctx: Caller, row: ScheduleRow): Promise<void> {
  const missing = missingScopes(ctx.actor.scopes, await scopesOf(ctx, row)).join(', ')
  if (missing === '') return
  throw new AppError('forbidden', `${row.id} acts with ${missing}, which you do not have.`, {
    fix: `Use a key with ${missing}. Without it, you may still pause or delete the schedule.`,
  })
}

/** A schedule as the caller sees it: without what it does if they could not read that elsewhere. */
export async function showSchedule(ctx: Caller, row: ScheduleRow): Promise<Schedule> {
  const withheld =
    row.operation === START
      ? withheldFrom(ctx.actor, { contentScopes: await startScopes(ctx, row) })
      : withheldInput(ctx, row.operation)
  return toSchedule(ctx, row, withheld)
}

/** The scopes that it would act with if it fired now. */
async function scopesOf(ctx: Caller, row: ScheduleRow): Promise<Scope[]> {
  if (row.operation === START) return await startScopes(ctx, row)
  const operation = ctx.operations.find(({ name }) => name === row.operation)
  return operation === undefined ? [] : [operation.scope]
}

async function startScopes(ctx: Caller, row: ScheduleRow): Promise<Scope[]> {
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
