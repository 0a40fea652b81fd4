/** Reads the fields of a task, in the form of sync (`due`) and in that of REST (`due_string`, `assignee_id`). */

import type { TaskFields } from '../actions/tasks.ts'
import { invalid } from '../api-error.ts'
import type { DueInput } from '../due/due.ts'
import type { Deadline, Duration, Json } from '../world/wire.ts'
import { nullableText, optionalFlag, optionalNumber, optionalTexts } from './args.ts'

export function taskFields(args: Json): TaskFields {
  return {
    content: nullableText(args, 'content') ?? undefined,
    description: nullableText(args, 'description') ?? undefined,
    project_id: nullableText(args, 'project_id') ?? undefined,
    section_id: nullableText(args, 'section_id'),
    parent_id: nullableText(args, 'parent_id'),
    due: dueIn(args),
    deadline: deadlineIn(args),
    duration: durationIn(args),
    priority: optionalNumber(args, 'priority'),
    labels: optionalTexts(args, 'labels'),
    responsible_uid: nullableText(args, 'responsible_uid') ?? nullableText(args, 'assignee_id'),
    child_order: optionalNumber(args, 'child_order') ?? optionalNumber(args, 'order'),
    day_order: optionalNumber(args, 'day_order'),
    is_collapsed: optionalFlag(args, 'is_collapsed') ?? optionalFlag(args, 'collapsed'),
  }
}

/** A due date as an object, or `null`, which takes it away. */
export function dueObject(value: unknown): DueInput | null | undefined {
  if (value === undefined || value === null) return value
  if (typeof value !== 'object' || Array.isArray(value)) return invalid('due', 'an object')
  const due = value as Json
  return {
    string: nullableText(due, 'string'),
    date: nullableText(due, 'date') ?? nullableText(due, 'datetime'),
    timezone: nullableText(due, 'timezone'),
    lang: nullableText(due, 'lang'),
  }
}

function dueIn(args: Json): DueInput | null | undefined {
  if ('due' in args) return dueObject(args.due)
  const string = nullableText(args, 'due_string')
  const date = nullableText(args, 'due_datetime') ?? nullableText(args, 'due_date')
  if (string === undefined && date === undefined) return undefined
  return { string, date, lang: nullableText(args, 'due_lang') }
}

function deadlineIn(args: Json): Deadline | null | undefined {
  if (args.deadline === null || args.deadline_date === null) return null
  const { date, lang } = (args.deadline ?? { date: args.deadline_date, lang: args.deadline_lang }) as Json
  if (date === undefined) return undefined
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return invalid('deadline', 'YYYY-MM-DD')
  return { date, lang: typeof lang === 'string' ? lang : 'en' }
}

function durationIn(args: Json): Duration | null | undefined {
  const { duration } = args
  if (duration === undefined || duration === null) return duration
  const { amount, unit } = (
    typeof duration === 'number' ? { amount: duration, unit: args.duration_unit } : duration
  ) as Json
  if (typeof amount !== 'number' || amount < 1) return invalid('duration')
  if (unit !== 'minute' && unit !== 'day') return invalid('duration_unit', 'minute or day')
  return { amount, unit }
}
