/** A task as callers see it, and the fields of a new one. */
import { z } from 'zod'
import { idOrRef } from '../../core/operation/kind.ts'
import { BATCH_MAX_ITEMS } from '../../core/schema/batch.ts'
import { BUCKETS, MAX_MINUTES } from '../planning/effort.ts'
import { ProjectId } from '../projects/project.ts'
import { TASK_STATUSES } from './tables.ts'
import { taskKind } from './task-kind.ts'

export const TaskId = idOrRef(taskKind)

/** Limits on the contents of a task. */
export const TASK_LIMITS = {
  titleChars: 500,
  notesChars: 10_000,
  labels: 20,
  labelChars: 60,
  dependencies: 20,
  minutes: MAX_MINUTES,
  dueChars: 100,
  repeatChars: 200,
  sourceChars: 60,
} as const

export const TaskStatus = z.enum(TASK_STATUSES)
export const Priority = z.int().min(1).max(4)
export const Bucket = z.enum(BUCKETS)

/** A due date, or with `time` a moment: `at` is that moment in UTC. */
export const Due = z.object({
  date: z.string(),
  time: z.string().nullable(),
  timeZone: z.string().nullable(),
  at: z.string().nullable(),
})

export const Task = z.object({
  id: z.string(),
  ref: z.string(),
  title: z.string(),
  notes: z.string().nullable(),
  status: TaskStatus,
  priority: Priority.describe('1 highest to 4'),
  due: Due.nullable(),
  deadline: z.string().nullable().describe('The day by which it must be done'),
  repeat: z.string().nullable().describe('RFC 5545 RRULE'),
  minutes: z.int().nullable(),
  bucket: Bucket.nullable(),
  labels: z.array(z.string()),
  projectId: z.string().nullable(),
  parentId: z.string().nullable(),
  dependsOn: z.array(z.string()),
  blocked: z.boolean().describe('Waits for a task that is not done'),
  owner: z.string(),
  assignee: z.string().nullable(),
  source: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
  trashedAt: z.string().nullable(),
})

export type Task = z.output<typeof Task>

const LABEL_FORM = /^[^\s,@#]+$/

const Label = z
  .string()
  .trim()
  .transform((label) => label.replace(/^@/, ''))
  .pipe(
    z.string().min(1).max(TASK_LIMITS.labelChars).regex(LABEL_FORM, 'a label has no spaces, commas, @ or #'),
  )

export const Labels = z.array(Label).max(TASK_LIMITS.labels)

const dueText = z.string().max(TASK_LIMITS.dueChars)

/** Words or a date, read in the person's time zone. */
export const DueWords = dueText.min(1)

/** Words or dates for a moment, read in the person's time zone. */
export const DueInput = z
  .union([
    DueWords,
    z.object({
      date: dueText,
      time: dueText.nullish(),
      timeZone: dueText.nullish(),
      at: dueText.nullish(),
    }),
  ])
  .describe('"2026-11-25T09:00", "tomorrow 9am"')

/** Words or a date for a day, read in the person's time zone. */
const deadline = DueWords.describe('A day: "friday"')

const title = z.string().trim().min(1).max(TASK_LIMITS.titleChars)
const notes = z.string().max(TASK_LIMITS.notesChars)
const repeat = z.string().min(1).max(TASK_LIMITS.repeatChars).describe('RRULE or words: "every weekday"')
const minutes = z.int().min(1).max(TASK_LIMITS.minutes).describe('Estimated work')
const dependsOn = z.array(TaskId).max(TASK_LIMITS.dependencies).describe('Tasks that must be done first')
const assignee = z.string().min(1).max(100)

/** The fields of a new task. */
export const TaskInput = z.object({
  title,
  notes: notes.nullish(),
  priority: Priority.optional().describe('1 highest to 4 (default)'),
  due: DueInput.nullish(),
  deadline: deadline.nullish(),
  repeat: repeat.nullish(),
  minutes: minutes.nullish(),
  labels: Labels.optional(),
  projectId: ProjectId.nullish(),
  parentId: TaskId.nullish(),
  dependsOn: dependsOn.optional(),
  assignee: assignee.nullish(),
  source: z.string().min(1).max(TASK_LIMITS.sourceChars).optional(),
})

export type TaskInput = z.output<typeof TaskInput>

/** The fields of a task that may change: omitted fields stay, null clears. */
export const taskChanges = {
  title: title.optional(),
  notes: notes.nullish(),
  addNote: notes.min(1).optional().describe('Added below the notes that are there'),
  status: z.enum(['open', 'in_progress', 'cancelled']).optional(),
  priority: Priority.optional(),
  due: DueInput.nullish(),
  deadline: deadline.nullish(),
  repeat: repeat.nullish(),
  minutes: minutes.nullish(),
  labels: Labels.optional().describe('Replaces all labels'),
  addLabels: Labels.optional(),
  removeLabels: Labels.optional(),
  projectId: ProjectId.nullish(),
  parentId: TaskId.nullish(),
  dependsOn: dependsOn.optional().describe('Replaces all dependencies'),
  assignee: assignee.nullish(),
}

export type TaskChanges = z.output<z.ZodObject<typeof taskChanges>>

/** The tasks of one batch. */
export const TaskIds = z.array(TaskId).min(1).max(BATCH_MAX_ITEMS)

/** The same where tasks that are over are meant themselves, whatever follows them. */
export const PastTaskIds = z
  .array(idOrRef({ ...taskKind, current: undefined }))
  .min(1)
  .max(BATCH_MAX_ITEMS)
