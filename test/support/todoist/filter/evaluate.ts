/** Which tasks a filter wants, as far as tests need its language. */
import { Temporal } from 'temporal-polyfill'
import { invalid } from '../api-error.ts'
import { dayOfDue } from '../due/due.ts'
import { nowIn, readMoment } from '../due/moment.ts'
import { readDay, readWords } from '../due/words.ts'
import { projectsBelow } from '../world/tree.ts'
import type { Item } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'
import { type Filtering, parseFilter } from './parse.ts'

type Test = (item: Item) => boolean

export function filterTasks(acting: Acting, query: string, items: readonly Item[]): Item[] {
  const test = testOf(acting, parseFilter(query))
  return items.filter(test)
}

function testOf(acting: Acting, filtering: Filtering): Test {
  if (filtering.kind === 'term') return termOf(acting, filtering.text)
  if (filtering.kind === 'not') {
    const test = testOf(acting, filtering.part)
    return (item) => !test(item)
  }
  const tests = filtering.parts.map((part) => testOf(acting, part))
  return filtering.kind === 'and'
    ? (item) => tests.every((test) => test(item))
    : (item) => tests.some((test) => test(item))
}

const FIXED: Record<string, (item: Item) => boolean> = {
  all: () => true,
  'view all': () => true,
  'no date': ({ due }) => due === null,
  'no due date': ({ due }) => due === null,
  'no time': ({ due }) => due === null || !due.date.includes('T'),
  'no deadline': ({ deadline }) => deadline === null,
  'no labels': ({ labels }) => labels.length === 0,
  'no label': ({ labels }) => labels.length === 0,
  'no priority': ({ priority }) => priority === 1,
  'no section': ({ section_id }) => section_id === null,
  recurring: ({ due }) => due?.is_recurring === true,
  subtask: ({ parent_id }) => parent_id !== null,
  assigned: ({ responsible_uid }) => responsible_uid !== null,
}

function termOf(acting: Acting, text: string): Test {
  const lower = text.toLowerCase()
  const test =
    FIXED[lower] ??
    priorityOf(lower) ??
    namedOf(acting, text) ??
    keyedOf(acting, lower) ??
    dateOf(acting, lower)
  return test ?? invalid('query')
}

function priorityOf(text: string): Test | undefined {
  const digit = /^p([1-4])$/.exec(text)?.[1]
  return digit === undefined ? undefined : ({ priority }) => priority === 5 - Number(digit)
}

/** `@label`, `#project`, `##project with those below`, `/section`; `*` is any text. */
function namedOf({ world }: Acting, text: string): Test | undefined {
  const found = /^(@|##|#|\/)\s*(.+)$/.exec(text)
  const name = found?.[2]
  if (found === null || name === undefined) return undefined
  const isNamed = patternOf(name)
  if (found[1] === '@') return ({ labels }) => labels.some(isNamed)
  if (found[1] === '/') return ({ section_id }) => isNamed(world.sections.get(section_id ?? '')?.name ?? '')
  const projects = world.projects.where((each) => isNamed(each.name))
  const all = found[1] === '#' ? projects : projects.flatMap((each) => [each, ...projectsBelow(world, each)])
  const ids = new Set(all.map(({ id }) => id))
  return ({ project_id }) => ids.has(project_id)
}

function patternOf(name: string): (text: string) => boolean {
  const source = name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  const pattern = new RegExp(`^${source}$`, 'i')
  return (text) => text !== '' && pattern.test(text)
}

/** `search: words`, `assigned to: me`, `due before: friday`. */
function keyedOf(acting: Acting, text: string): Test | undefined {
  const found = /^([a-z ]+?)\s*:\s*(.+)$/.exec(text)
  const [, key, value] = found ?? []
  if (key === undefined || value === undefined) return undefined
  if (key === 'search') return ({ content }) => content.toLowerCase().includes(value)
  if (key === 'assigned to') return assigneeOf(acting, value)
  const [, field, relation] = /^(due|date|deadline|created)(?: (before|after))?$/.exec(key) ?? []
  const day = dayIn(acting, value)
  if (field === undefined || day === undefined) return undefined
  return (item) => {
    const order = orderOf(dayOf(acting, item, field), day)
    if (order === undefined) return false
    if (relation === undefined) return order === 0
    return relation === 'before' ? order < 0 : order > 0
  }
}

function assigneeOf({ world, person }: Acting, value: string): Test {
  if (value === 'me') return ({ responsible_uid }) => responsible_uid === person.id
  if (value === 'others')
    return ({ responsible_uid }) => responsible_uid !== null && responsible_uid !== person.id
  const ids = world.people.filter(({ fullName, email }) => [fullName.toLowerCase(), email].includes(value))
  return ({ responsible_uid }) => ids.some(({ id }) => id === responsible_uid)
}

/** `today`, `overdue`, `7 days`, or the name of a day. */
function dateOf(acting: Acting, text: string): Test | undefined {
  const { world, person } = acting
  const now = nowIn(person.timezone, world.clock.now())
  const today = now.toPlainDate()
  const due = (item: Item) => dayOf(acting, item, 'due')
  if (/^(?:overdue|over due|od)$/.test(text)) return (item) => isOverdue(acting, item)
  const count = /^(?:next )?(\d+) days?$/.exec(text)?.[1]
  if (count !== undefined) {
    const end = today.add({ days: Number(count) })
    return (item) => (orderOf(due(item), today) ?? -1) >= 0 && (orderOf(due(item), end) ?? 1) < 0
  }
  const day = readDay(text, today)
  return day && ((item) => orderOf(due(item), day) === 0)
}

function isOverdue({ world, person }: Acting, { due }: Item): boolean {
  const moment = due && readMoment(due.date, due.timezone ?? person.timezone)
  if (!moment) return false
  const now = nowIn(moment.zone ?? person.timezone, world.clock.now())
  if (moment.time === undefined) return Temporal.PlainDate.compare(moment.date, now.toPlainDate()) < 0
  return Temporal.PlainDateTime.compare(moment.date.toPlainDateTime(moment.time), now) < 0
}

function dayIn({ world, person }: Acting, text: string): Temporal.PlainDate | undefined {
  return readWords(text, nowIn(person.timezone, world.clock.now()))?.date
}

function dayOf({ person }: Acting, item: Item, field: string): string | undefined {
  if (field === 'deadline') return item.deadline?.date
  if (field === 'created') return nowIn(person.timezone, Date.parse(item.added_at)).toPlainDate().toString()
  return item.due === null ? undefined : dayOfDue(item.due, person.timezone)
}

function orderOf(day: string | undefined, other: Temporal.PlainDate): number | undefined {
  return day === undefined ? undefined : Temporal.PlainDate.compare(Temporal.PlainDate.from(day), other)
}
