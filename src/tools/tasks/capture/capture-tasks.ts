/** tasks.capture: turns typed text into tasks, or previews them. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { Reader } from '../../../core/operation/description.ts'
import type { NextCall } from '../../../core/operation/next-call.ts'
import { defineOperation } from '../../../core/operation/operation.ts'
import { Moment } from '../../../core/schema/ranges.ts'
import { personTimeZone } from '../../../domain/access/people.ts'
import { MAX_CAPTURE_LENGTH } from '../../../domain/tasks/capture/capture.ts'
import {
  Captured,
  captureTasks as capture,
  Estimates,
  MAX_CAPTURED_TASKS,
} from '../../../domain/tasks/capture/capture-tasks.ts'
import { deadlineWords, dueWords, repeatWords } from '../../../domain/tasks/describe-task.ts'
import { DueWords, TaskInput } from '../../../domain/tasks/task.ts'
import { callsFor } from '../../../domain/tasks/undo-calls.ts'
import { TimeZone } from '../../../domain/time/zones/time-zone.ts'

export const CapturedTasks = z.object({ preview: z.boolean(), asOf: z.string(), tasks: z.array(Captured) })

export const captureTasks = defineOperation({
  name: 'tasks.capture',
  summary:
    'Turn a message into tasks: "call Ana tomorrow 9am 15m P1 @calls #launch". Separate several by lines, numbers or commas.',
  details:
    'Deterministic: no model reads it. Durations, dates, repeats, deadlines ({march 3}, deadline friday), priorities (P1 to P4 or words), @labels and #projects are taken out of the title. A #name that is not a project becomes a label. Everything is created, or nothing.',
  keywords: 'remind me, note, jot down, write down, quick add, brain dump, dictate a todo',
  route: 'POST /v1/tasks/capture',
  input: z.object({
    text: z.string().min(1).max(MAX_CAPTURE_LENGTH),
    preview: z.boolean().default(false).describe('Only show what would be created'),
    timeZone: TimeZone.optional(),
    asOf: Moment.optional().describe('Read dates as at this moment: asOf of the preview'),
    minutes: Estimates.optional().describe('Estimates in the order of the tasks; null: as the text says'),
    due: z
      .array(DueWords.nullable())
      .max(MAX_CAPTURED_TASKS)
      .optional()
      .describe('In the same order; null: as the text says'),
    assignee: TaskInput.shape.assignee.describe('Of all of them'),
    breakDown: z.boolean().default(false).describe('Add 3 to 6 subtasks to each that needs them'),
  }),
  output: CapturedTasks,
  scope: 'tasks:write',
  effect: 'write',
  repeat: 'keyed',
  example: { text: 'Call Ana tomorrow 9am 15m P1 @calls\nWrite the report - 2h - friday', preview: true },
  firstStep: { input: { text: 'call Ana tomorrow 15m' }, why: 'turn a sentence into a task' },
  async run({ text, timeZone, asOf, ...how }, ctx) {
    const now = asOf === undefined ? ctx.now : momentOf(asOf, ctx.now)
    const moment = { now, timeZone: timeZone ?? (await personTimeZone(ctx)) }
    const tasks = await capture(ctx, text, { moment, ...how })
    return { preview: how.preview, asOf: now.toISOString(), tasks }
  },
  tell: tellCaptured,
  undo: undoCapture,
  next: ({ preview, asOf }, input) =>
    preview ? [{ operation: 'tasks.capture', input: { ...input, preview: false, asOf } }] : [],
})

/** How long a preview may wait: its dates are read as at its own moment. */
const PREVIEW_MAX_DAYS = 30
const DAY_MS = 86_400_000

/** @throws AppError `invalid_input` */
export function momentOf(asOf: string, now: Date): Date {
  const moment = new Date(asOf)
  const ageMs = now.getTime() - moment.getTime()
  if (ageMs >= -DAY_MS && ageMs <= PREVIEW_MAX_DAYS * DAY_MS) return moment
  throw new AppError('invalid_input', `asOf is not within the last ${PREVIEW_MAX_DAYS} days.`, {
    fix: 'Preview it again, and give the asOf of that preview.',
    issues: [{ path: 'asOf', message: `must be within the last ${PREVIEW_MAX_DAYS} days` }],
  })
}

export function undoCapture({ tasks }: z.output<typeof CapturedTasks>): NextCall[] {
  return callsFor(
    'tasks.delete',
    tasks.flatMap(({ ref }) => ref ?? []),
  )
}

export function tellCaptured(
  { preview, tasks }: z.output<typeof CapturedTasks>,
  reader: Reader = {},
): string {
  return tasks
    .map((task) => `${preview ? 'Would create' : 'Created'}: ${capturedLine(task, reader)}`)
    .join('\n')
}

function capturedLine(task: Captured, reader: Reader = {}): string {
  const facts = [
    task.priority === null ? undefined : `P${task.priority}`,
    task.due ? `due ${dueWords(task.due, reader)}` : undefined,
    task.deadline === null ? undefined : deadlineWords(task.deadline, reader),
    task.repeat ? repeatWords(task.repeat) : undefined,
    task.minutes === null ? undefined : `${task.minutes} min`,
    ...task.labels.map((label) => `@${label}`),
    task.assignee === null ? undefined : `for ${task.assignee}`,
    task.unread === null ? undefined : 'no date',
    task.ask ? 'how long? 2, 10, 30 min or other' : undefined,
  ].filter((fact) => fact !== undefined)
  const line = [task.ref ?? '', task.title, facts.length > 0 ? `(${facts.join(', ')})` : '']
    .filter((part) => part !== '')
    .join(' ')
  const more = [
    ...(task.unread === null ? [] : [`No date was read: ${task.unread}`]),
    ...task.subtasks.map((title) => `- ${title}`),
  ]
  return [line, ...more].join('\n  ')
}
