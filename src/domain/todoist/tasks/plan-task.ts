/** From what people say of a task to the arguments of Todoist's commands. */
import { z } from 'zod'
import { Position } from '../../../core/schema/ranges.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { isDay } from '../../time/calendar.ts'
import { findAssignee, findProject, findSection, type Names, spellLabel } from '../names.ts'
import { peoplesPriority } from '../priority.ts'
import { CONTENT_MAX_CHARS, DESCRIPTION_MAX_CHARS, TaskRef } from './task.ts'

const NAME_MAX_CHARS = 200
const LABELS_MAX = 50
const DUE_MAX_CHARS = 200
const LANG_MAX_CHARS = 10
/** Minutes of the longest duration that Todoist takes: a day. */
const MINUTES_MAX = 24 * 60

export const Name = z.string().trim().min(1).max(NAME_MAX_CHARS)
const Day = z.string().refine(isDay, 'must be a day such as 2026-11-30')

export const Labels = z.array(Name).max(LABELS_MAX)

/** Fields that a new task and a changed one have alike. */
export const taskFields = {
  content: z.string().trim().min(1).max(CONTENT_MAX_CHARS),
  description: z.string().max(DESCRIPTION_MAX_CHARS),
  priority: z.int().min(1).max(4).describe('1 (highest, p1) to 4'),
  due: z
    .string()
    .trim()
    .min(1)
    .max(DUE_MAX_CHARS)
    .describe('A day, a time such as 2026-11-30T09:00, or words that Todoist reads: every friday 14:00'),
  dueLang: z.string().min(2).max(LANG_MAX_CHARS).describe('The language of the words, such as de'),
  deadline: Day,
  minutes: z.int().min(1).max(MINUTES_MAX).describe('How long it takes'),
  assignee: Name.describe('me, or the name, mail address or id of somebody who shares the project'),
}

export const NewTask = z.object({
  content: taskFields.content,
  description: taskFields.description.optional(),
  project: Name.optional().describe('Name or id; default: the inbox'),
  section: Name.optional().describe('Name or id'),
  parentId: TaskRef.optional(),
  labels: Labels.optional(),
  priority: taskFields.priority.optional(),
  due: taskFields.due.optional(),
  dueLang: taskFields.dueLang.optional(),
  deadline: taskFields.deadline.optional(),
  minutes: taskFields.minutes.optional(),
  assignee: taskFields.assignee.optional(),
  position: Position.optional().describe('Place among its siblings'),
})
export type NewTask = z.output<typeof NewTask>

export interface Planning {
  readonly names: Names
  /** Todoist's id of the account's own user. */
  readonly ownId: string | undefined
}

/** The arguments of `item_add`. @throws AppError for names that mean nothing, or several things */
export function argsOfNew(task: NewTask, planning: Planning): JsonObject {
  const { names } = planning
  const project = task.project === undefined ? undefined : findProject(names, task.project)
  const section = task.section === undefined ? undefined : findSection(names, task.section, project?.id)
  return {
    ...argsOfFields(task, planning),
    ...(project !== undefined && { project_id: project.id }),
    ...(section !== undefined && { section_id: section.id, project_id: section.parentId }),
    ...(task.parentId !== undefined && { parent_id: task.parentId }),
    ...(task.labels !== undefined && { labels: task.labels.map((label) => spellLabel(names, label)) }),
    ...(task.position !== undefined && { child_order: task.position }),
  }
}

export type Fields = {
  [Name in keyof typeof taskFields]?: z.output<(typeof taskFields)[Name]> | null | undefined
}

/** Null takes a field away. Fields that were not given are not sent, so that they stay as they are. */
export function argsOfFields(fields: Fields, { names, ownId }: Planning): JsonObject {
  const { content, description, priority, due, dueLang, deadline, minutes, assignee } = fields
  return {
    ...(content != null && { content }),
    ...(description !== undefined && { description: description ?? '' }),
    ...(priority != null && { priority: peoplesPriority(priority) }),
    ...(due !== undefined && { due: due === null ? null : wireDueFrom(due, dueLang ?? undefined) }),
    ...(deadline !== undefined && { deadline: deadline === null ? null : { date: deadline } }),
    ...(minutes !== undefined && {
      duration: minutes === null ? null : { amount: minutes, unit: 'minute' },
    }),
    ...(assignee !== undefined && {
      responsible_uid: assignee === null ? null : findAssignee(names, assignee, ownId),
    }),
  }
}

const WRITTEN = /^\d{4}-\d{2}-\d{2}(?:[T ](?<time>\d{2}:\d{2})(?<seconds>:\d{2})?(?<zulu>Z)?)?$/

export function isWritten(due: string): boolean {
  return WRITTEN.test(due)
}

/** Days and times as they are written; everything else is words, which Todoist reads. */
export function wireDueFrom(due: string, lang?: string): JsonObject {
  const groups = WRITTEN.exec(due)?.groups
  if (groups === undefined) return { ...startOf(due), ...(lang !== undefined && { lang }) }
  const { time, seconds, zulu = '' } = groups
  if (time === undefined) return { date: due }
  return { date: `${due.replace(' ', 'T').replace(/Z$/, '')}${seconds === undefined ? ':00' : ''}${zulu}` }
}

const STARTING =
  /^(?<string>every!? (?:\d+ )?(?:day|week|month|year)s?) (?:starting|from|beginning) (?:on )?(?<date>\d{4}-\d{2}-\d{2})$/i

/** Todoist reads words with a start again at each completion, so that the task would never move on: the start is a date. */
function startOf(words: string): JsonObject {
  return { ...(STARTING.exec(words)?.groups ?? { string: words }) }
}
