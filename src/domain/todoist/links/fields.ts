/** The fields that a task here and one at Todoist have alike, in the form of each side. */
import { isDeepStrictEqual } from 'node:util'
import { cutText } from '../../../core/text/cut.ts'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import { MAX_MINUTES } from '../../planning/effort.ts'
import type { FullTaskRow } from '../../tasks/store.ts'
import { Labels, TASK_LIMITS } from '../../tasks/task.ts'
import { peoplesPriority } from '../priority.ts'
import type { ItemRow } from '../tasks/task.ts'
import { type HereDue, hereDueOf, isSameDue, wireDueOf } from './link-due.ts'

/** Minutes of the longest duration that Todoist takes: a day. */
const OUTSIDE_MINUTES_MAX = 24 * 60

export interface Here {
  readonly content: string
  readonly description: string
  /** 1 (highest) to 4, on both sides. */
  readonly priority: number
  readonly due: HereDue | null
  readonly deadline: string | null
  readonly minutes: number | null
  readonly labels: readonly string[]
  readonly parent: string | null
  readonly assignee: string | null
  readonly isClosed: boolean
}

export interface There {
  readonly content: string
  readonly description: string
  readonly priority: number
  readonly due: JsonObject | null
  readonly deadline: string | null
  readonly minutes: JsonObject | null
  readonly labels: readonly string[]
  readonly parent: string | null
  readonly assignee: string | null
  readonly isClosed: boolean
}

/** What both sides had when they were last in step. A field that is missing was never in step. */
export interface Base {
  readonly here: Partial<Here>
  readonly there: Partial<There>
}

/** Fields of which one side wins as a whole where both changed it. */
export const WHOLE_FIELDS = [
  ...(['content', 'description', 'priority', 'due', 'deadline', 'minutes', 'parent', 'assignee'] as const),
] as const
export type WholeField = (typeof WHOLE_FIELDS)[number]

/** How names of one side are found on the other. */
export interface Between {
  readonly now: Date
  /** Of the Todoist user. */
  readonly timeZone: string
  taskOf(itemId: string): string | undefined
  itemOf(taskId: string): string | undefined
  personOf(userId: string): string | undefined
  userOf(personId: string): string | undefined
}

export function readHere(row: FullTaskRow): Here {
  const { title, notes, priority, dueDate, dueTime, dueTimeZone, deadline, repeat, labels, status } = row
  const due =
    dueDate === null ? null : { date: dueDate, time: dueTime, timeZone: dueTimeZone, repeat: repeat ?? null }
  return {
    ...{ content: title, description: notes ?? '', priority, due, deadline, labels },
    ...{ minutes: row.minutes, parent: row.parentId, assignee: row.assigneeId },
    isClosed: status === 'done' || status === 'cancelled',
  }
}

export function readThere({
  content,
  description,
  priority,
  deadline,
  labels,
  parentId,
  responsibleId,
  checked,
  wire,
}: ItemRow): There {
  return {
    ...{ content, description, priority, deadline, labels, parent: parentId, assignee: responsibleId },
    due: isJsonObject(wire.due) ? wire.due : null,
    minutes: isJsonObject(wire.duration) ? wire.duration : null,
    isClosed: checked,
  }
}

/** What a new task has. */
export const NEW_FIELDS = {
  description: '',
  priority: 4,
  due: null,
  deadline: null,
  minutes: null,
  assignee: null,
} as const

/** With what a new task has for fields that were never in step, so that an empty one does not count as a change. */
export function known({ here, there }: Base): Base {
  return { here: { ...NEW_FIELDS, ...here }, there: { ...NEW_FIELDS, ...there } }
}

export function isSameHere(field: WholeField, one: Partial<Here>, other: Here): boolean {
  return isDeepStrictEqual(one[field], other[field])
}

export function isSameThere(field: WholeField, one: Partial<There>, other: There): boolean {
  if (field === 'due') return isSameDue(one.due, other.due)
  if (field === 'minutes') return isSameDuration(one.minutes, other.minutes)
  return one[field] === other[field]
}

function isSameDuration(one: JsonObject | null | undefined, other: JsonObject | null): boolean {
  if (one === undefined || one === null || other === null) return one === other
  return one.amount === other.amount && one.unit === other.unit
}

/** The text of a task that has none, which is not possible here. */
const UNTITLED = '(no text)'
const MINUTES_PER_DAY = 24 * 60

/** The value of a field of Todoist as it is kept here; undefined for a person or a parent who is not known here. */
export function toHere<Field extends WholeField>(
  field: Field,
  there: There,
  between: Between,
): Here[Field] | undefined {
  return HERE[field](there, between) as Here[Field] | undefined
}

const HERE: { [Field in WholeField]: (there: There, between: Between) => Here[Field] | undefined } = {
  content: ({ content }) => cutText(content.trim(), TASK_LIMITS.titleChars) || UNTITLED,
  description: ({ description }) => cutText(description, TASK_LIMITS.notesChars),
  priority: ({ priority }) => priority,
  due: ({ due }, { timeZone, now }) => hereDueOf(due, timeZone, now),
  deadline: ({ deadline }) => deadline,
  minutes({ minutes }) {
    if (typeof minutes?.amount !== 'number') return null
    const all = minutes.unit === 'day' ? minutes.amount * MINUTES_PER_DAY : minutes.amount
    return Number.isInteger(all) && all >= 1 && all <= MAX_MINUTES ? all : null
  },
  parent: ({ parent }, { taskOf }) => (parent === null ? null : taskOf(parent)),
  assignee: ({ assignee }, { personOf }) => (assignee === null ? null : personOf(assignee)),
}

/** What is sent of a field, and what the task then has there. */
export interface Outgoing {
  readonly args: JsonObject
  readonly there: Partial<There>
}

/** Undefined for what has no place there. A parent is sent by a command of its own. */
export function toThere(
  field: Exclude<WholeField, 'parent'>,
  here: Here,
  { before, between }: { readonly before: Pick<There, 'due'>; readonly between: Between },
): Outgoing | undefined {
  switch (field) {
    case 'content':
      return { args: { content: here.content }, there: { content: here.content } }
    case 'description':
      return { args: { description: here.description }, there: { description: here.description } }
    case 'priority':
      return { args: { priority: peoplesPriority(here.priority) }, there: { priority: here.priority } }
    case 'due': {
      const due = wireDueOf(here.due, before.due, between)
      return due === undefined ? undefined : { args: { due }, there: { due } }
    }
    case 'deadline': {
      const { deadline } = here
      return { args: { deadline: deadline === null ? null : { date: deadline } }, there: { deadline } }
    }
    case 'minutes': {
      if (here.minutes !== null && here.minutes > OUTSIDE_MINUTES_MAX) return undefined
      const duration = here.minutes === null ? null : { amount: here.minutes, unit: 'minute' }
      return { args: { duration }, there: { minutes: duration } }
    }
    case 'assignee': {
      const user = here.assignee === null ? null : between.userOf(here.assignee)
      return user === undefined ? undefined : { args: { responsible_uid: user }, there: { assignee: user } }
    }
  }
}

/** Labels of Todoist that a task here can have. */
export function labelsHere(labels: readonly string[]): string[] {
  return labels.filter((label) => {
    const read = Labels.safeParse([label])
    return read.success && read.data[0] === label
  })
}
