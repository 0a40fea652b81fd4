/** A Todoist task as people see it. */
import { z } from 'zod'
import type { JsonObject } from '../../../core/text/json.ts'
import { readWireDue } from '../due.ts'
import type { todoistItems } from '../tables.ts'

/** The most characters of the text of a task at Todoist, and of its description. */
export const CONTENT_MAX_CHARS = 500
export const DESCRIPTION_MAX_CHARS = 16_383

export const TaskRef = z
  .string()
  .trim()
  .min(1)
  .max(CONTENT_MAX_CHARS)
  .describe('Its text or id, the commandId that creates it, or T-12 of a linked task')

const Named = z.object({ id: z.string(), name: z.string() })

export const TodoistTask = z.object({
  id: z.string(),
  accountId: z.string(),
  content: z.string(),
  description: z.string(),
  project: Named,
  section: Named.nullable(),
  parentId: z.string().nullable(),
  labels: z.array(z.string()),
  priority: z.int().describe('1 (highest, p1) to 4'),
  due: z
    .object({
      date: z.string().describe("The day in the user's time zone"),
      time: z.string().nullable().describe('HH:MM there; null: the whole day'),
      string: z.string().nullable().describe('As it was typed at Todoist'),
      isRecurring: z.boolean(),
    })
    .nullable(),
  deadline: z.string().nullable(),
  minutes: z.int().nullable().describe('How long it takes'),
  assigneeId: z.string().nullable().describe("Todoist's id of the person"),
  completed: z.boolean(),
  isWaiting: z.boolean().describe('A change of it is on its way to Todoist'),
})
export type TodoistTask = z.output<typeof TodoistTask>

export type ItemRow = typeof todoistItems.$inferSelect

export interface ItemSeen {
  readonly item: ItemRow
  readonly projectName: string | null
  readonly sectionName: string | null
  readonly isWaiting: boolean
}

export function toTask({ item, projectName, sectionName, isWaiting }: ItemSeen): TodoistTask {
  const { id, accountId, content, description, projectId, sectionId, wire } = item
  return {
    ...{ id, accountId, content, description },
    project: { id: projectId, name: projectName ?? '' },
    section: sectionId === null ? null : { id: sectionId, name: sectionName ?? '' },
    ...{ parentId: item.parentId, labels: item.labels, priority: item.priority },
    due: dueOf(item),
    ...{ deadline: item.deadline, minutes: minutesOf(wire), assigneeId: item.responsibleId },
    ...{ completed: item.checked, isWaiting },
  }
}

function dueOf({ dueDate, dueTime, isRecurring, wire }: ItemRow): TodoistTask['due'] {
  if (dueDate === null) return null
  const { string } = (wire.due ?? {}) as { string?: unknown }
  return { date: dueDate, time: dueTime, string: typeof string === 'string' ? string : null, isRecurring }
}

const MINUTES_PER_DAY = 24 * 60

export function minutesOf({ duration }: JsonObject): number | null {
  const { amount, unit } = (duration ?? {}) as { amount?: unknown; unit?: unknown }
  if (typeof amount !== 'number' || !Number.isInteger(amount)) return null
  return unit === 'day' ? amount * MINUTES_PER_DAY : amount
}

/** The due date of a task as Todoist wrote it. */
export function wireDueOf({ wire }: ItemRow) {
  return wire.due == null ? undefined : readWireDue(wire.due as JsonObject)
}

export function todoistTaskLine({
  id,
  content,
  due,
  deadline,
  priority,
  project,
  labels,
  isWaiting,
}: TodoistTask): string {
  const when =
    due &&
    `due ${due.date}${due.time === null ? '' : ` ${due.time}`}${due.isRecurring ? `, ${due.string ?? 'repeats'}` : ''}`
  const parts = [
    ...(when === null ? [] : [when]),
    ...(deadline === null ? [] : [`deadline ${deadline}`]),
    ...(priority < 4 ? [`p${priority}`] : []),
    ...(project.name === '' ? [] : [`#${project.name}`]),
    ...labels.map((label) => `@${label}`),
    ...(isWaiting ? ['on its way to Todoist'] : []),
  ]
  return `${id} ${content}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
}
