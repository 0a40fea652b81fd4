/** What was done: completed tasks, the log of activities, the statistics of a person. */
import { Temporal } from 'temporal-polyfill'
import { invalid, missing } from '../api-error.ts'
import { dayOfDue } from '../due/due.ts'
import { nowIn } from '../due/moment.ts'
import { filterTasks } from '../filter/evaluate.ts'
import { homeOf } from '../world/find.ts'
import { taskOut } from '../world/outward.ts'
import type { Item, Json } from '../world/wire.ts'
import type { Acting, Happening } from '../world/world.ts'
import { type Call, get, page, type Route } from './route.ts'

const DAY_MS = 86_400_000
const BY_COMPLETION_MAX_DAYS = 92
const BY_DUE_MAX_DAYS = 42
const ACTIVITIES_MAX_LIMIT = 100
const STATS_DAYS = 7

export const COMPLETED_ROUTES: Route[] = [
  get('/tasks/completed/by_completion_date', (call) => {
    const range = rangeIn(call, BY_COMPLETION_MAX_DAYS)
    return completedPage(call, ({ completed_at }) => range.has(Date.parse(completed_at ?? '')))
  }),
  get('/tasks/completed/by_due_date', (call) => {
    const range = rangeIn(call, BY_DUE_MAX_DAYS)
    return completedPage(
      call,
      ({ due }) => due !== null && range.has(Date.parse(dayOfDue(due, call.person.timezone))),
    )
  }),
  get('/tasks/completed/stats', (call) => statsOf(call)),
  get('/activities', (call) => page(call, activitiesOf(call), ACTIVITIES_MAX_LIMIT)),
]

/** Only tasks that are finished: one that repeats and moved on is in the activities alone. */
function completedPage(call: Call, isWanted: (item: Item) => boolean) {
  const { world, person, query } = call
  const done = world.items
    .where(
      (item) => item.checked && !item.is_deleted && world.canSee(person, item.project_id) && isWanted(item),
    )
    .filter(
      (item) =>
        (query.project_id === undefined || item.project_id === query.project_id) &&
        (query.section_id === undefined || item.section_id === query.section_id) &&
        (query.parent_id === undefined || item.parent_id === query.parent_id),
    )
    .sort((one, other) => (other.completed_at ?? '').localeCompare(one.completed_at ?? ''))
  const wanted = query.filter_query === undefined ? done : filterTasks(call, query.filter_query, done)
  const { results, next_cursor } = page(
    call,
    wanted.map((item) => taskOut(world, item)),
  )
  return { items: results, next_cursor }
}

function rangeIn({ query, world }: Call, maxDays: number) {
  const sinceMs = Date.parse(query.since ?? missing('since'))
  const untilMs = Date.parse(query.until ?? missing('until'))
  if (Number.isNaN(sinceMs)) invalid('since')
  if (Number.isNaN(untilMs) || untilMs < sinceMs) invalid('until')
  if (untilMs - sinceMs > maxDays * DAY_MS) invalid('until', `at most ${maxDays} days after since`)
  const isInclusive = world.switches.completedUntil === 'inclusive'
  return { has: (atMs: number) => atMs >= sinceMs && (isInclusive ? atMs <= untilMs : atMs < untilMs) }
}

function activitiesOf(call: Call): Json[] {
  const { world, person, query } = call
  const { activityLogDays } = world.planOf(person)
  const oldestMs = activityLogDays < 0 ? 0 : world.clock.now() - activityLogDays * DAY_MS
  const wanted = wantedEvents(query)
  return world.happenings
    .filter((each) => each.atMs >= oldestMs && isNear(call, each))
    .map((each, index) => activityOf(call, each, index))
    .filter(
      (each) =>
        (wanted.length === 0 || wanted.some((filter) => isOfEvent(each, filter))) &&
        (query.object_id === undefined || each.object_id === query.object_id) &&
        (query.parent_project_id === undefined || each.parent_project_id === query.parent_project_id) &&
        (query.parent_item_id === undefined || each.parent_item_id === query.parent_item_id) &&
        (query.initiator_id === undefined || each.initiator_id === query.initiator_id) &&
        (query.date_from === undefined || String(each.event_date) >= query.date_from) &&
        (query.date_to === undefined || String(each.event_date) < query.date_to),
    )
    .reverse()
}

/** `["item:completed", "note:", ":deleted"]` */
function wantedEvents({ object_event_types, object_type, event_type }: Record<string, string>): string[] {
  if (object_event_types === undefined) {
    return object_type || event_type ? [`${object_type ?? ''}:${event_type ?? ''}`] : []
  }
  try {
    return JSON.parse(object_event_types) as string[]
  } catch {
    return object_event_types.split(',')
  }
}

function isOfEvent({ object_type, event_type }: Json, filter: string): boolean {
  const [object = '', event = ''] = filter.split(':')
  return (object === '' || object === object_type) && (event === '' || event === event_type)
}

function isNear({ world, person }: Acting, { name, object, by }: Happening): boolean {
  if (!/^(?:item|note|project|section):/.test(name)) return false
  return by === person || world.canSee(person, parentsOf({ world, person }, name, object).project)
}

function parentsOf({ world }: Acting, name: string, object: Json & { id: string }) {
  if (name.startsWith('project:')) return { project: object.id, item: null }
  const item = (object.item_id ?? (name.startsWith('item:') ? object.parent_id : null) ?? null) as
    | string
    | null
  return { project: homeOf(world, object as { item_id?: string; project_id?: string }) ?? null, item }
}

function activityOf(call: Call, happening: Happening, index: number): Json {
  const { name, object, by, atMs, old } = happening
  const [object_type, event_type] = name.split(':')
  const { project, item } = parentsOf(call, name, object)
  return {
    id: String(index + 1),
    object_type,
    object_id: object.id,
    event_type,
    event_date: new Date(atMs).toISOString(),
    parent_project_id: project,
    parent_item_id: item,
    initiator_id: by === call.person ? null : by.id,
    extra_data: {
      ...(object.content !== undefined && { content: object.content }),
      ...(object.name !== undefined && { name: object.name }),
      ...(old?.content !== undefined && { last_content: old.content }),
      client: 'Stand-in',
    },
  }
}

function statsOf({ world, person }: Call): Json {
  const done = world.happenings.filter(({ by, name }) => by === person && name === 'item:completed')
  const today = nowIn(person.timezone, world.clock.now()).toPlainDate()
  const dayOf = ({ atMs }: Happening) => nowIn(person.timezone, atMs).toPlainDate()
  const countsIn = (events: Happening[]) => {
    const projects = [...new Set(events.map(({ object }) => String(object.project_id)))]
    const items = projects.map((id) => ({
      id,
      completed: events.filter(({ object }) => object.project_id === id).length,
    }))
    return { items, total_completed: events.length }
  }
  const monday = today.subtract({ days: today.dayOfWeek - 1 })
  const none = { count: 0, start: '', end: '' }
  return {
    completed_count: done.length,
    days_items: Array.from({ length: STATS_DAYS }, (_, days) => {
      const day = today.subtract({ days })
      return { date: day.toString(), ...countsIn(done.filter((each) => dayOf(each).equals(day))) }
    }),
    week_items: [
      {
        from: monday.toString(),
        to: monday.add({ days: 6 }).toString(),
        ...countsIn(done.filter((each) => Temporal.PlainDate.compare(dayOf(each), monday) >= 0)),
      },
    ],
    goals: {
      current_daily_streak: none,
      current_weekly_streak: none,
      last_daily_streak: none,
      last_weekly_streak: none,
      max_daily_streak: none,
      max_weekly_streak: none,
      daily_goal: 5,
      weekly_goal: 25,
      ignore_days: [6, 7],
      karma_disabled: 0,
      vacation_mode: 0,
      user: person.email,
      user_id: person.id,
    },
    karma: done.length,
    karma_graph_data: [],
    karma_last_update: 0,
    karma_trend: 'up',
    karma_update_reasons: [],
    project_colors: Object.fromEntries(
      world.projects.where(({ id }) => world.canSee(person, id)).map(({ id, color }) => [id, color]),
    ),
  }
}
