/** Work: a task of a person, whether it is kept here or at Todoist. Plans, rituals and reviews treat both alike. */
import { z } from 'zod'
import type { Reader } from '../../core/operation/description.ts'
import { compareText } from '../../core/text/compare-text.ts'
import { bucketOf } from '../planning/effort.ts'
import { deadlineWords, dueWords } from '../tasks/describe-task.ts'
import { Bucket, Due, Priority, type Task } from '../tasks/task.ts'
import { dueSort } from '../time/due.ts'

const SERVICES = ['switchboard', 'todoist'] as const

export const Work = z.object({
  id: z.string(),
  ref: z.string().describe("T-12, or Todoist's id"),
  service: z.enum(SERVICES).describe('Where it is kept'),
  accountId: z.string().nullable().describe('Of Todoist'),
  title: z.string(),
  status: z.enum(['open', 'in_progress', 'done', 'cancelled']),
  priority: Priority.describe('1 highest to 4'),
  due: Due.nullable(),
  deadline: z.string().nullable().describe('The day by which it must be done'),
  repeats: z.boolean(),
  minutes: z.int().nullable(),
  bucket: Bucket.nullable(),
  labels: z.array(z.string()),
  projectId: z.string().nullable(),
  assignee: z.string().nullable(),
  createdAt: z.string(),
  changedAt: z.string(),
  completedAt: z.string().nullable(),
})
export type Work = z.output<typeof Work>

/** With what is searched and not shown. */
export interface WorkRead extends Work {
  readonly notes: string | null
  /** In no project; at Todoist, in the inbox. */
  readonly isInInbox: boolean
}

export const RankedWork = z.object({ task: Work, score: z.number(), reasons: z.array(z.string()) })
export type RankedWork = z.output<typeof RankedWork>

export function workOfTask(task: Task): WorkRead {
  const { title, notes, status, priority, due, minutes, bucket, labels, projectId, assignee, deadline } = task
  return {
    ...{ id: task.id, ref: task.ref, service: 'switchboard', accountId: null, title, notes, status },
    ...{ priority, due, deadline, minutes, bucket },
    ...{ labels, projectId, assignee, repeats: task.repeat !== null, isInInbox: projectId === null },
    ...{ createdAt: task.createdAt, changedAt: task.updatedAt, completedAt: task.completedAt },
  }
}

/** What is known of a task at Todoist. */
type WorkAtTodoist = Omit<WorkRead, 'ref' | 'service' | 'bucket'>

export function workAtTodoist(known: WorkAtTodoist): WorkRead {
  return { ...known, ref: known.id, service: 'todoist', bucket: bucketOf(known.title, known.minutes) }
}

/** By due date, then by priority, the older first. */
export function compareByDue(one: Work, other: Work): number {
  return (
    compareText(dueSort(one.due), dueSort(other.due)) ||
    one.priority - other.priority ||
    compareText(one.createdAt, other.createdAt) ||
    compareText(one.ref, other.ref)
  )
}

const DONE_MARK: Record<Work['status'], string> = {
  open: '[ ]',
  in_progress: '[~]',
  done: '[x]',
  cancelled: '[-]',
}

/** `T-12 [ ] Call Ana (P1, due 2026-11-25, 10 min, @calls)` */
export function workLine(work: Work, reader: Reader = {}): string {
  const { ref, status, title, priority, due, deadline, repeats, minutes, labels, assignee, service } = work
  const facts = [
    `P${priority}`,
    ...(due === null ? [] : [`due ${dueWords(due, reader)}`]),
    ...(deadline === null ? [] : [deadlineWords(deadline, reader)]),
    ...(repeats ? ['repeats'] : []),
    ...(minutes === null ? [] : [`${minutes} min`]),
    ...labels.map((label) => `@${label}`),
    ...(assignee === null ? [] : [`for ${assignee}`]),
    ...(service === 'todoist' ? ['Todoist'] : []),
  ]
  return `${ref} ${DONE_MARK[status]} ${title} (${facts.join(', ')})`
}

export const WORK_HEADS = ['Ref', '', 'Task', 'P', 'Due', 'Min', 'Labels'] as const

/** A row of a terminal, under `WORK_HEADS`. */
export function workCells(work: Work, reader: Reader = {}): string[] {
  const { ref, status, title, priority, due, minutes, labels } = work
  return [
    ...[ref, DONE_MARK[status], title, String(priority)],
    due === null ? '' : dueWords(due, reader),
    minutes === null ? '' : String(minutes),
    labels.map((label) => `@${label}`).join(' '),
  ]
}
