/** Makes tasks from a captured message: finds projects by name, and loses none of its words. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { distinct } from '../../../core/text/comparable.ts'
import { counted } from '../../../core/text/counts.ts'
import { cutText } from '../../../core/text/cut.ts'
import { assertPeople } from '../../people/visible-people.ts'
import { partsOf } from '../../planning/break-down.ts'
import { bucketOf, isProjectCandidate } from '../../planning/effort.ts'
import { findProjectByName } from '../../projects/store.ts'
import type { Moment } from '../../time/due.ts'
import { dueAfter } from '../../time/reading/due-after.ts'
import { unreadSentence } from '../../time/unread.ts'
import { insertTasks, type TaskDraft } from '../insert-tasks.ts'
import { dueFrom } from '../read-when.ts'
import { Bucket, Due, type DueInput, Priority, TASK_LIMITS } from '../task.ts'
import { type CapturedTask, parseCapture } from './capture.ts'

/** The most tasks in one message. */
export const MAX_CAPTURED_TASKS = 50

export const Captured = z.object({
  title: z.string(),
  notes: z.string().nullable(),
  minutes: z.int().nullable(),
  bucket: Bucket.nullable(),
  priority: Priority.nullable(),
  due: Due.nullable(),
  repeat: z.string().nullable(),
  deadline: z.string().nullable(),
  labels: z.array(z.string()),
  project: z.string().nullable().describe('The name as it was written'),
  assignee: z.string().nullable().describe('Whom it is given to'),
  projectId: z
    .string()
    .nullable()
    .describe('null: there is no project with that name, so it becomes a label'),
  ask: z.enum(['minutes']).nullable().describe('Ask how long it takes: 2, 10, 30 or other'),
  isProjectCandidate: z.boolean(),
  unread: z
    .string()
    .nullable()
    .describe('Why words for a date or time were left in the title, and what to write'),
  subtasks: z.array(z.string()).describe('Their titles, where asked for'),
  taskId: z.string().nullable().describe('null in a preview'),
  ref: z.string().nullable(),
})
export type Captured = z.output<typeof Captured>

export const Estimates = z.array(z.int().min(1).max(TASK_LIMITS.minutes).nullable()).max(MAX_CAPTURED_TASKS)

interface HowToCapture {
  readonly moment: Moment
  readonly preview: boolean
  readonly minutes?: z.output<typeof Estimates> | undefined
  readonly due?: readonly (z.output<typeof DueInput> | null)[] | undefined
  readonly assignee?: string | null | undefined
  readonly breakDown?: boolean
}

/**
 * Reads a message and, unless it is a preview, creates its tasks with their subtasks, all or none.
 * @throws AppError `invalid_input` when it contains no task, or too many
 */
export async function captureTasks(
  ctx: Context,
  text: string,
  { moment, preview, minutes = [], due = [], assignee = null, breakDown = false }: HowToCapture,
): Promise<Captured[]> {
  const { tasks, unread } = parseCapture(text, moment)
  if (tasks.length === 0) {
    throw new AppError('invalid_input', 'There is no task in this text.', {
      fix: 'Write what to do, one task a line.',
      issues: [{ path: 'text', message: 'holds no task' }],
    })
  }
  if (tasks.length > MAX_CAPTURED_TASKS) {
    throw new AppError(
      'invalid_input',
      `This text contains ${counted(tasks.length, 'task')}; one message may contain ${MAX_CAPTURED_TASKS}.`,
      { fix: 'Send it in parts.', issues: [{ path: 'text', message: 'contains too many tasks' }] },
    )
  }
  const captured: Captured[] = []
  for (const [index, task] of tasks.entries()) {
    const why = unread[index] ?? null
    const placed = { ...(await withProject(ctx, task)), assignee }
    const dated = withDue(placed, due[index] ?? null, moment)
    const estimated = withMinutes(dated, minutes[index] ?? null)
    captured.push({
      ...estimated,
      unread: dated.due === placed.due ? why && `${unreadSentence(why)} ${why.instead}` : null,
      subtasks: breakDown && isWorthParts(estimated) ? partsOf(estimated.title) : [],
    })
  }
  if (assignee !== null) await assertPeople(ctx, [assignee])
  if (preview) return captured
  const created = await insertTasks(ctx, captured.map(toDraft))
  await insertTasks(
    ctx,
    captured.flatMap(({ subtasks, projectId }, index) =>
      subtasks.map((title) => ({ title, projectId, parentId: created[index]?.id ?? null })),
    ),
  )
  return captured.map((task, index) => ({
    ...task,
    taskId: created[index]?.id ?? null,
    ref: created[index]?.ref ?? null,
  }))
}

type Placed = Omit<Captured, 'unread' | 'subtasks'>

/** Another day keeps the time of day, as moving a task does. */
function withDue(task: Placed, said: z.output<typeof DueInput> | null, moment: Moment): Placed {
  if (said === null) return task
  const given = { due: dueFrom(said, moment), words: said }
  return { ...task, due: dueAfter(given, task.due, moment) }
}

function withMinutes(task: Placed, minutes: number | null): Placed {
  if (minutes === null) return task
  const bucket = bucketOf(task.title, minutes)
  return { ...task, minutes, bucket, ask: null, isProjectCandidate: isProjectCandidate(bucket) }
}

/** Quick tasks need no parts, nor do those that return. */
function isWorthParts({ isProjectCandidate, ask, repeat }: Placed): boolean {
  return repeat === null && (isProjectCandidate || ask !== null)
}

async function withProject(ctx: Context, task: CapturedTask): Promise<Omit<Placed, 'assignee'>> {
  const project = task.project === null ? undefined : await findProjectByName(ctx, task.project)
  const labels = task.project !== null && !project ? [...task.labels, task.project] : task.labels
  return {
    ...task,
    ...shortTitle(task.title),
    labels: distinct(labels.map((label) => cutText(label, TASK_LIMITS.labelChars))).slice(
      0,
      TASK_LIMITS.labels,
    ),
    projectId: project?.id ?? null,
    taskId: null,
    ref: null,
  }
}

/** A title that is too long is kept whole in the notes. */
function shortTitle(title: string): { title: string; notes: string | null } {
  if (title.length <= TASK_LIMITS.titleChars) return { title, notes: null }
  return { title: cutText(title, TASK_LIMITS.titleChars, '…'), notes: title }
}

function toDraft({ priority, ...task }: Captured): TaskDraft {
  const { title, notes, minutes, due, repeat, deadline, labels, projectId, assignee } = task
  return {
    title,
    notes,
    minutes,
    priority: priority ?? undefined,
    due,
    repeat,
    deadline,
    labels,
    projectId,
    assignee,
  }
}
