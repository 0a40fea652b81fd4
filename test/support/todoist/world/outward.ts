/** Things as they leave Todoist, where a switch decides on their form. */
import { nowIn } from '../due/moment.ts'
import type { Person } from './person.ts'
import type { Due, Item, Json, Label, Reminder } from './wire.ts'
import type { World } from './world.ts'

export function taskOut(world: World, item: Item): Json {
  return { ...item, due: item.due && dueOut(world, item.due) }
}

export function dueOut({ switches }: World, due: Due): Json {
  if (switches.dueDatetime === 'absent') return { ...due }
  return { ...due, datetime: due.date.includes('T') ? due.date : null }
}

export function labelInSync({ switches }: World, { item_order, ...label }: Label): Json {
  return { ...label, [switches.syncLabelOrder]: item_order }
}

/** REST does not tell of deleted labels, and calls their order `order`. */
export function labelOut({ item_order, is_deleted: _, ...label }: Label): Json {
  return { ...label, order: item_order }
}

export function reminderOut(world: World, { due, ...reminder }: Reminder): Json {
  return { ...reminder, ...(due && { due: dueOut(world, due) }) }
}

export function collaboratorOut({ id, email, fullName, timezone }: Person): Json {
  return { id, email, full_name: fullName, timezone, image_id: null }
}

const MONDAY = 1
const SATURDAY = 6
const SUNDAY = 7
const SHARE_LIMIT = 25
const MINUTES_BEFORE = 30

export function userOut(world: World, person: Person): Json {
  const completed = world.happenings.filter(({ by, name }) => by === person && name === 'item:completed')
  const today = nowIn(person.timezone, world.clock.now()).toPlainDate().toString()
  const isPremium = person.plan === 'pro'
  return {
    id: person.id,
    email: person.email,
    full_name: person.fullName,
    activated_user: true,
    auto_reminder: isPremium ? MINUTES_BEFORE : 0,
    business_account_id: null,
    completed_count: completed.length,
    completed_today: completed.filter(
      ({ atMs }) => nowIn(person.timezone, atMs).toPlainDate().toString() === today,
    ).length,
    daily_goal: 5,
    date_format: 0,
    dateist_lang: null,
    days_off: [SATURDAY, SUNDAY],
    feature_identifier: `${person.id}_feature`,
    features: FEATURES,
    getting_started_guide_projects: null,
    has_magic_number: true,
    has_password: true,
    image_id: null,
    inbox_project_id: person.inbox.id,
    is_celebrations_enabled: true,
    is_premium: isPremium,
    joinable_workspace: null,
    joined_at: person.joinedAt,
    karma: completed.length,
    karma_trend: 'up',
    lang: 'en',
    mobile_host: null,
    mobile_number: null,
    next_week: MONDAY,
    premium_status: isPremium ? 'current_personal_plan' : 'not_premium',
    premium_until: null,
    share_limit: SHARE_LIMIT,
    sort_order: 0,
    start_day: MONDAY,
    start_page: 'today',
    theme_id: '11',
    time_format: 0,
    tz_info: zoneOut(world, person),
    unique_prefix: 1,
    verification_status: 'legacy',
    websocket_url: 'wss://ws.todoist.com/ws',
    weekend_start_day: SATURDAY,
    weekly_goal: 25,
  }
}

const FEATURES = {
  beta: 0,
  dateist_inline_disabled: false,
  dateist_lang: null,
  gold_theme: false,
  has_push_reminders: true,
  karma_disabled: false,
  karma_vacation: false,
  restriction: 3,
}

function zoneOut(world: World, { timezone }: Person): Json {
  const local = nowIn(timezone, world.clock.now())
  const minutesAhead = Math.round(
    (local.toZonedDateTime('UTC').epochMilliseconds - world.clock.now()) / 60_000,
  )
  const sign = minutesAhead < 0 ? '-' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(minutesAhead) / 60), Math.abs(minutesAhead) % 60]
  const pad = (value: number) => String(value).padStart(2, '0')
  return {
    timezone,
    hours: minutesAhead < 0 ? -hours : hours,
    minutes,
    is_dst: 0,
    gmt_string: `${sign}${pad(hours)}:${pad(minutes)}`,
  }
}
