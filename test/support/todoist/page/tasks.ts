/** Tasks as rows, in the sections or days of a view. */
import { html } from 'hono/html'
import { Temporal } from 'temporal-polyfill'
import { dayOfDue } from '../due/due.ts'
import { readMoment } from '../due/moment.ts'
import type { Due, Item } from '../world/wire.ts'
import { colorOf, type Html, icon } from './icons.ts'
import { type Look, nameOf, tasksOf, todayOf } from './look.ts'

const DONE_SHOWN = 8
const DAYS_BY_NAME = 7

export function listOf(look: Look): Html {
  const groups = look.view.startsWith('project:') ? sectionsOf(look) : daysOf(look)
  const done = tasksOf(look, true)
    .sort((one, other) => (other.completed_at ?? '').localeCompare(one.completed_at ?? ''))
    .slice(0, DONE_SHOWN)
  const isEmpty = groups.every(({ items }) => items.length === 0)
  return html`
    ${groups.map(
      ({ title, items, note, tone }) => html`
      <section class="group">
        ${title === '' ? '' : html`<h2 class="${tone ?? ''}">${title}<span>${note ?? items.length}</span></h2>`}
        ${items.map((item) => rowOf(look, item))}
      </section>`,
    )}
    ${isEmpty ? html`<div class="empty">${icon('check')}<p>Nothing to do here.</p></div>` : ''}
    ${done.length === 0 ? '' : html`<section class="group done"><h2>Completed<span>${done.length}</span></h2>${done.map((item) => rowOf(look, item))}</section>`}`
}

interface Group {
  readonly title: string
  readonly items: readonly Item[]
  readonly note?: string
  readonly tone?: string
}

function sectionsOf(look: Look): Group[] {
  const items = tasksOf(look)
  const sections = look.world.sections
    .where((each) => each.project_id === nameOf(look) && !each.is_deleted && !each.is_archived)
    .sort((one, other) => one.section_order - other.section_order)
  const within = (sectionId: string | null) => nested(items.filter((item) => item.section_id === sectionId))
  return [
    { title: '', items: within(null) },
    ...sections.map(({ id, name }) => ({ title: name, items: within(id) })),
  ]
}

/** Each task before those that hang below it. */
function nested(items: Item[]): Item[] {
  const ids = new Set(items.map(({ id }) => id))
  const below = (parent: Item): Item[] => [
    parent,
    ...items.filter((each) => each.parent_id === parent.id).flatMap(below),
  ]
  return items.filter((item) => item.parent_id === null || !ids.has(item.parent_id)).flatMap(below)
}

function daysOf(look: Look): Group[] {
  const today = todayOf(look)
  const groups = new Map<string, Item[]>()
  for (const item of tasksOf(look)) {
    const day = item.due === null ? '' : dayOfDue(item.due, look.person.timezone)
    const key = day !== '' && day < today.toString() ? 'overdue' : day
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups].map(([key, items]) => {
    if (key === 'overdue') return { title: 'Overdue', items, tone: 'late' }
    if (key === '') return { title: 'No date', items }
    const date = Temporal.PlainDate.from(key)
    const weekday = date.toLocaleString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
    const isNear = Math.abs(today.until(date).days) <= 1
    return { title: isNear ? `${nameOfDay(date, today)} · ${weekday}` : weekday, items }
  })
}

function nameOfDay(date: Temporal.PlainDate, today: Temporal.PlainDate): string {
  const { days } = today.until(date)
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  if (days === -1) return 'Yesterday'
  if (days > 0 && days < DAYS_BY_NAME) return date.toLocaleString('en-GB', { weekday: 'long' })
  const year = date.year === today.year ? {} : ({ year: 'numeric' } as const)
  return date.toLocaleString('en-GB', { day: 'numeric', month: 'short', ...year })
}

function rowOf(look: Look, item: Item): Html {
  const { world } = look
  const project = world.projects.get(item.project_id)
  const assignee = world.people.find(({ id }) => id === item.responsible_uid)
  const isNested = item.parent_id !== null && look.view.startsWith('project:')
  return html`
    <article class="task ${item.checked ? 'checked' : ''} ${isNested ? 'nested' : ''}" data-task="${item.id}">
      <button type="button" class="tick p${5 - item.priority}" data-${item.checked ? 'reopen' : 'complete'} aria-label="${item.checked ? 'Reopen' : 'Complete'} ${item.content}">${icon('check')}</button>
      <button type="button" class="words" data-edit data-content="${item.content}" data-description="${item.description}" data-due="${item.due?.string ?? ''}" data-priority="${item.priority}" data-labels="${item.labels.join(', ')}">
        <span class="content">${item.content}</span>
        ${item.description === '' ? '' : html`<span class="description">${item.description}</span>`}
        <span class="facts">
          ${item.due === null ? '' : dueOf(look, item.due)}
          ${item.deadline === null ? '' : html`<span class="fact deadline">${icon('deadline')}${nameOfDay(Temporal.PlainDate.from(item.deadline.date), todayOf(look))}</span>`}
          ${item.labels.map((label) => html`<span class="fact label" style="--tint: ${colorOf(labelColor(look, label))}">${icon('label')}${label}</span>`)}
          ${item.note_count === 0 ? '' : html`<span class="fact">${icon('comment')}${item.note_count}</span>`}
          ${look.view.startsWith('project:') ? '' : html`<span class="fact place">${project?.name ?? ''}<i style="color: ${colorOf(project?.color ?? '')}">#</i></span>`}
        </span>
      </button>
      ${assignee === undefined ? '' : html`<span class="avatar" title="${assignee.fullName}">${assignee.fullName[0]}</span>`}
      <button type="button" class="quiet" data-delete title="Delete">${icon('trash')}</button>
    </article>`
}

function labelColor({ world, person }: Look, name: string): string {
  const label = world.labels.where(
    (each) => each.name === name && world.labels.ownerOf(each) === person.id,
  )[0]
  return label?.color ?? 'grey'
}

function dueOf(look: Look, due: Due): Html {
  const moment = readMoment(due.date, look.person.timezone)
  if (moment === undefined) return html`<span class="fact">${due.date}</span>`
  const today = todayOf(look)
  const { days } = today.until(moment.date)
  const tone =
    days < 0 ? 'late' : days === 0 ? 'now' : days === 1 ? 'next' : days < DAYS_BY_NAME ? 'soon' : ''
  const time = moment.time?.toString({ smallestUnit: 'minute' })
  const title = due.is_recurring ? due.string : due.date
  return html`<span class="fact due ${tone}" title="${title}">${icon('calendar')}${nameOfDay(moment.date, today)}${time === undefined ? '' : ` ${time}`}${due.is_recurring ? icon('repeat') : ''}</span>`
}
