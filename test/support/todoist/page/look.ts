/** What the address says of the look: who looks, and at which list. */
import { Temporal } from 'temporal-polyfill'
import { dayOfDue } from '../due/due.ts'
import { nowIn } from '../due/moment.ts'
import { filterTasks } from '../filter/evaluate.ts'
import { isPlaceActive } from '../sync/read.ts'
import type { Person } from '../world/person.ts'
import type { Item } from '../world/wire.ts'
import type { World } from '../world/world.ts'

export interface Look {
  readonly world: World
  readonly person: Person
  /** `today`, `upcoming`, `project:ID`, `label:NAME`, `filter:ID`. */
  readonly view: string
}

export function lookOf(world: World, parameters: URLSearchParams): Look | undefined {
  const person = world.people.find(({ id }) => id === parameters.get('as')) ?? world.people[0]
  return person && { world, person, view: parameters.get('view') ?? 'today' }
}

export function todayOf({ world, person }: Look): Temporal.PlainDate {
  return nowIn(person.timezone, world.clock.now()).toPlainDate()
}

/** The id or name after the kind of a view. */
export function nameOf({ view }: Look): string {
  return view.slice(view.indexOf(':') + 1)
}

/** The tasks that a view shows, in its order; done ones only where asked. */
export function tasksOf(look: Look, isDone = false): Item[] {
  const { world, person } = look
  const all = world.items.where(
    (item) =>
      !item.is_deleted &&
      item.checked === isDone &&
      world.canSee(person, item.project_id) &&
      isPlaceActive(world, item),
  )
  return ordered(look, wanted(look, all))
}

function wanted(look: Look, items: Item[]): Item[] {
  const { world, person, view } = look
  const today = todayOf(look)
  const dayOf = ({ due }: Item) => due && Temporal.PlainDate.from(dayOfDue(due, person.timezone))
  if (view === 'today')
    return items.filter((item) => {
      const day = dayOf(item)
      return day && Temporal.PlainDate.compare(day, today) <= 0
    })
  if (view === 'upcoming') return items.filter(({ due }) => due !== null)
  const name = nameOf(look)
  if (view.startsWith('label:')) return items.filter(({ labels }) => labels.includes(name))
  if (view.startsWith('project:')) return items.filter(({ project_id }) => project_id === name)
  const filter = world.filters.get(name)
  return filter === undefined ? [] : queried(look, filter.query, items)
}

function queried({ world, person }: Look, query: string, items: Item[]): Item[] {
  try {
    return filterTasks({ world, person }, query, items)
  } catch {
    return []
  }
}

function ordered({ view }: Look, items: Item[]): Item[] {
  const byOrder = (one: Item, other: Item) => one.child_order - other.child_order
  const byDue = (one: Item, other: Item) => (one.due?.date ?? '').localeCompare(other.due?.date ?? '')
  const byPriority = (one: Item, other: Item) => other.priority - one.priority
  if (view.startsWith('project:')) return items.sort(byOrder)
  return items.sort((one, other) => byDue(one, other) || byPriority(one, other) || byOrder(one, other))
}
