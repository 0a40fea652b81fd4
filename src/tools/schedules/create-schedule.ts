/** schedules.create: runs that start by the clock. */
import { z } from 'zod'
import { defineOperation } from '../../core/operation/operation.ts'
import { runTemplate } from '../../domain/runs/run-start.ts'
import { createSchedule as makeSchedule } from '../../domain/schedules/edit-schedule.ts'
import { CatchUp, Schedule, scheduleLine, toSchedule, When } from '../../domain/schedules/schedule.ts'
import { newTeamId } from '../../domain/teams/new-owner.ts'
import { TimeZone } from '../../domain/time/zones/time-zone.ts'

export const createSchedule = defineOperation({
  name: 'schedules.create',
  summary: 'Start runs of an agent by the clock: cron, or words such as "every weekday 8:30".',
  details:
    'Each due moment starts one run, with any number of workers. A local time that a clock change skips fires at the first moment after it; a repeated local time fires once; an hourly schedule continues hour by hour. A moment missed by more than 10 minutes, because no worker was running, is skipped (catchUp skip), or one run makes up for the latest (catchUp latest). Runs act with the key that created the schedule. Once that key no longer allows it, the schedule is paused and says why.',
  keywords:
    'schedule an agent, new, add, set up a cron job, recurring, repeat, automate, timer, routine, regularly, daily, every day, morning, monday',
  route: 'POST /v1/schedules',
  input: z.object({
    ...runTemplate,
    when: When,
    timeZone: TimeZone.optional().describe('Default: your own'),
    catchUp: CatchUp.default('skip'),
    teamId: newTeamId,
  }),
  output: z.object({ schedule: Schedule }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  example: { agent: 'assistant', goal: 'Plan my day', when: 'every weekday 8:30' },
  async run({ when, timeZone, catchUp, teamId, ...start }, ctx) {
    return { schedule: toSchedule(await makeSchedule(ctx, start, { when, timeZone, catchUp, teamId })) }
  },
  tell: ({ schedule }) => `Scheduled ${scheduleLine(schedule)}`,
  next: ({ schedule }) => [{ operation: 'schedules.run_now', input: { scheduleId: schedule.ref } }],
})
