/** schedules.create: an operation that the clock calls. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { runTemplate } from '../../domain/runs/run-start.ts'
import { createSchedule as makeSchedule, notOfRun } from '../../domain/schedules/edit-schedule.ts'
import { Schedule, scheduleLine, toSchedule } from '../../domain/schedules/schedule.ts'
import { type ScheduledCall, START } from '../../domain/schedules/scheduled-call.ts'
import { CatchUp, When } from '../../domain/schedules/timing.ts'
import { newTeamId } from '../../domain/teams/new-owner.ts'
import { TimeZone } from '../../domain/time/zones/time-zone.ts'
import { calledInput, calledOperation } from './called.ts'

/** Without the default of the priority, which only a run has. */
const startFields = {
  ...runTemplate,
  agent: runTemplate.agent.optional(),
  goal: runTemplate.goal.optional(),
  priority: runTemplate.priority.unwrap().optional(),
}

export const createSchedule = defineOperation({
  name: 'schedules.create',
  summary: 'Call an operation by the clock, or start an agent: cron, or words such as "every weekday 8:30".',
  details:
    'Give operation and input, or agent and goal, which start a run. Each due moment makes one call, with any number of workers. A local time that a clock change skips fires at the first moment after it; a repeated local time fires once; an hourly schedule continues hour by hour. A moment missed by more than 10 minutes, because no worker was running, is skipped (catchUp skip), one call makes up for the latest (catchUp latest), or each of the last 24 is made up for (catchUp all). Calls act with the key that created the schedule, which needs their scope. Once that key no longer allows them, the schedule is paused and says why. References such as T-12 in the input become ids; a repeating task that is done stands for the open one that follows it. A call that cannot be undone needs confirm: true in its input, from a person, which is the approval for all times at which it is called; the schedule shows who gave it, and when.',
  keywords:
    'schedule an agent, new, add, set up a cron job, recurring, repeat, automate, timer, routine, regularly, daily, every day, morning, monday, call an operation',
  route: 'POST /v1/schedules',
  input: z.object({
    operation: calledOperation,
    input: calledInput,
    ...startFields,
    when: When,
    timeZone: TimeZone.optional().describe('Default: your own'),
    catchUp: CatchUp.default('skip'),
    notify: z.boolean().default(false).describe('Notify you of each answer; of a run, when it ends'),
    teamId: newTeamId,
  }),
  output: z.object({ schedule: Schedule }),
  scope: 'runs:write',
  effect: 'write',
  repeat: 'keyed',
  listed: false,
  notByClock: 'schedules that make schedules would have no limit',
  example: { agent: 'assistant', goal: 'Plan my day', when: 'every weekday 8:30' },
  async run({ when, timeZone, catchUp, notify, teamId, ...call }, ctx) {
    const row = await makeSchedule(ctx, callOf(call), { when, timeZone, catchUp, notify, teamId })
    return { schedule: toSchedule(ctx, row) }
  },
  tell: ({ schedule }) => `Scheduled ${scheduleLine(schedule)}`,
  undo: ({ schedule: { ref } }) => [
    { operation: 'schedules.delete', input: { scheduleId: ref, confirm: true } },
  ],
  next: ({ schedule }) => [{ operation: 'schedules.run_now', input: { scheduleId: schedule.ref } }],
})

interface GivenCall {
  readonly operation?: string | undefined
  readonly input?: Readonly<Record<string, unknown>> | undefined
  readonly agent?: string | undefined
  readonly goal?: string | undefined
}

/** @throws AppError `invalid_input` for neither or both of the two ways to say what is called */
function callOf({ operation, input, ...start }: GivenCall): ScheduledCall {
  const given = Object.entries(start).filter(([, value]) => value !== undefined)
  if (operation !== undefined) {
    if (given.length > 0)
      throw notOfRun(
        operation,
        given.map(([field]) => field),
      )
    return { operation, input: input ?? {} }
  }
  const missing = (['agent', 'goal'] as const).filter((field) => start[field] === undefined)
  if (input === undefined && missing.length === 0)
    return { operation: START, input: Object.fromEntries(given) }
  const issues =
    input === undefined
      ? missing.map((path) => ({ path, message: 'is missing' }))
      : [{ path: 'operation', message: 'is missing' }]
  throw new AppError('invalid_input', 'It is not said what the schedule calls.', {
    fix: 'Give operation and input, or agent and goal.',
    issues,
  })
}
