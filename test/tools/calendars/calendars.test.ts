/** Calendars through `invoke`, against a stand-in of services that have some. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { calendars as area } from '../../../src/tools/calendars/area.ts'
import { checkCalendar } from '../../../src/tools/calendars/check-calendar.ts'
import { connectCalendar } from '../../../src/tools/calendars/connect-calendar.ts'
import { calendarConnector } from '../../../src/tools/calendars/connector.ts'
import { findFree } from '../../../src/tools/calendars/find-free.ts'
import { listCalendars } from '../../../src/tools/calendars/list-calendars.ts'
import { listEvents } from '../../../src/tools/calendars/list-events.ts'
import { updateCalendar } from '../../../src/tools/calendars/update-calendar.ts'
import { listNotifications } from '../../../src/tools/notifications/list-notifications.ts'
import { operations } from '../../../src/tools/registry.ts'
import { setPreferences } from '../../../src/tools/rituals/set-preferences.ts'
import { showBrief } from '../../../src/tools/rituals/show-brief.ts'
import { tellPeople } from '../../../src/tools/rituals/tell-people.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { planTasks } from '../../../src/tools/tasks/plan-tasks.ts'
import { suggestTasks } from '../../../src/tools/tasks/suggest-tasks.ts'
import { sweep } from '../../../src/workers/jobs/sweeper.ts'
import { type Fault, startCalendars } from '../../support/calendars/start-calendars.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, TEST_NOW, type TestGateway } from '../../support/world/database.ts'

let services: Awaited<ReturnType<typeof startCalendars>>
let gateway: TestGateway
let people = 0
let me = ''

beforeAll(async () => {
  services = await startCalendars()
  gateway = await openTestGateway({
    operations,
    connectors: [calendarConnector],
    environment: { SWITCHBOARD_CALENDAR_HOSTS: services.host },
  })
})
afterAll(async () => {
  await gateway?.close()
  await services?.close()
})
/** A person for each test. It is Wednesday 4 March 2026, 09:00 in UTC, which is theirs. */
beforeEach(async () => {
  people += 1
  me = `person${people}`
  await addPeople(gateway.db, [me])
  gateway.clock.set(TEST_NOW)
})

const SCOPES = ['accounts:write', 'calendars:write', 'tasks:write'] as const

async function invoke<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  actor: Partial<Actor> = {},
): Promise<z.output<Output>> {
  const call = gateway.as({ id: me, personId: me, scopes: SCOPES, ...actor })
  return (await gateway.invoke(operation, input, call)).output
}

async function connect(addressSecret: string, more: object = {}) {
  const { calendars } = await invoke(connectCalendar, { addressSecret, ...more })
  return calendars
}

/** The lines of an event today, from one UTC time to another. */
function today(title: string, from: string, until: string, ...more: string[]): string[] {
  return [
    `UID:${title}`,
    `SUMMARY:${title}`,
    `DTSTART:20260304T${from}00Z`,
    `DTEND:20260304T${until}00Z`,
    ...more,
  ]
}

const slotsOf = ({ days }: z.output<typeof findFree.output>) =>
  days.map(({ slots }) =>
    slots.map(({ startAt, endAt }) => `${startAt.slice(11, 16)}-${endAt.slice(11, 16)}`),
  )

async function work(): Promise<void> {
  await sweep(gateway.runtime, area.sweeps)
}

test('a calendar is connected by its secret address, which is nowhere but sealed', async () => {
  const work = services.add('work', today('Standup', '0930', '1000'), today('Lunch', '1200', '1300'))
  const [calendar] = await connect(work.url)
  expect(calendar).toMatchObject({ name: 'work', isCounted: true, ageMinutes: 0, fault: null, unread: 0 })

  expect(await invoke(findFree, { minutes: 45 })).toMatchObject({
    hasTime: true,
    certain: true,
    days: [{ day: '2026-03-04', freeMinutes: 390, busyMinutes: 90 }],
  })
  expect(slotsOf(await invoke(findFree, { minutes: 45 }))).toEqual([['10:00-12:00', '13:00-17:00']])
  const { items } = await invoke(listEvents, {})
  expect(items.map(({ title, startAt }) => `${startAt.slice(11, 16)} ${title}`)).toEqual([
    '09:30 Standup',
    '12:00 Lunch',
  ])

  const tables = await gateway.db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  for (const { name } of tables) {
    const [found] = await gateway.db.execute<{ count: number }>(
      sql`select count(*)::int as count from ${sql.identifier(name)} as each where each::text like '%secret-4711%'`,
    )
    expect({ name, count: found?.count }).toEqual({ name, count: 0 })
  }
  expect(JSON.stringify(gateway.logged)).not.toContain('secret-4711')
})

test('a model may not connect one', async () => {
  const { url } = services.add('seen')
  const call = { ...gateway.as({ id: me, personId: me, scopes: SCOPES }), door: 'mcp' as const }
  await expect(gateway.invoke(connectCalendar, { addressSecret: url }, call)).rejects.toThrow(
    'for people only',
  )
})

test("the message of the morning's brief names the free slots of the day", async () => {
  await connect(services.add('morning', today('Standup', '0930', '1000'), today('Lunch', '1200', '1300')).url)
  await invoke(setPreferences, { brief: '09:05' })
  gateway.clock.set('2026-03-04T09:05:00Z')
  await gateway.invoke(tellPeople, {}, gateway.as({ scopes: ['admin'] }))
  const { items } = await invoke(listNotifications, {}, { scopes: ['notifications:read', 'tasks:read'] })
  expect(items).toMatchObject([
    {
      text: 'Good morning: 0 tasks due today, 0 overdue, 0 outcomes to achieve this week. Free: 09:05 to 09:30 (25 min), 10:00 to 12:00 (2 h), 13:00 to 17:00 (4 h)',
    },
  ])
})

test('only the hours of work that are left are free; a calendar that does not count takes up none of them', async () => {
  const [counted] = await connect(services.add('counted', today('Call', '1000', '1100')).url)
  await connect(
    services.add(
      'birthdays',
      today('Ada', '1300', '1400'),
      today('Maybe', '1500', '1600', 'STATUS:TENTATIVE'),
    ).url,
  )
  await invoke(setPreferences, { workHours: { from: '08:00', until: '16:00' } })
  expect(slotsOf(await invoke(findFree, {}))).toEqual([['09:00-10:00', '11:00-13:00', '14:00-15:00']])
  await invoke(updateCalendar, { accountId: counted?.accountId ?? '', isCounted: false })
  expect(slotsOf(await invoke(findFree, {}))).toEqual([['09:00-13:00', '14:00-15:00']])
  // From Thursday to Monday: the weekend is left out, unless a day of it is asked for.
  const days = await invoke(findFree, { from: 'tomorrow', to: 'monday' })
  expect(slotsOf(days)).toEqual([['08:00-16:00'], ['08:00-16:00'], [], [], ['08:00-16:00']])
  expect(slotsOf(await invoke(findFree, { from: 'saturday' }))).toEqual([['08:00-16:00']])
})

test('times without a zone, and whole days, are those of the person', async () => {
  await gateway.db.execute(sql`update people set time_zone = 'Asia/Tokyo' where id = ${me}`)
  const floating = ['UID:1', 'SUMMARY:Yoga', 'DTSTART:20260305T100000', 'DTEND:20260305T120000']
  const whole = ['UID:2', 'SUMMARY:Fair', 'DTSTART;VALUE=DATE:20260306']
  await connect(services.add('tokyo', floating, whole).url)
  const free = await invoke(findFree, { from: '2026-03-05', to: '2026-03-06' })
  expect(slotsOf(free)).toEqual([['00:00-01:00', '03:00-08:00'], []])
})

test('it is asked for again only as far as it has changed, and read again in full before what is known runs out', async () => {
  const calendar = services.add('changing', today('One', '1000', '1100'))
  await connect(calendar.url)
  const statuses = () =>
    services.asked.filter(({ path }) => path.includes('changing')).map(({ status }) => status)
  gateway.clock.advance(20 * 60_000)
  await work()
  expect(statuses()).toEqual([200, 200, 304])
  Object.assign(calendar, { etag: '"2"', events: [today('Two', '1400', '1500')] })
  await work()
  expect(statuses()).toHaveLength(3)
  gateway.clock.advance(20 * 60_000)
  await work()
  expect((await invoke(listEvents, {})).items.map(({ title }) => title)).toEqual(['Two'])
  gateway.clock.advance(40 * 24 * 3_600_000)
  await work()
  expect(statuses()).toEqual([200, 200, 304, 200, 200])
})

const PAGE = '<!doctype html><title>Sign in</title>'
const FAULTS: readonly (readonly [string, Fault, RegExp])[] = [
  ['is not there', { status: 404 }, /is not there: the service answered 404/],
  ['fails', { status: 500 }, /the service answered 500/],
  ['answers with a page', { status: 200, body: PAGE }, /answers with a web page/],
  ['is cut off', { status: 200, body: 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n' }, /is cut off/],
  [
    'leads to a private address',
    { status: 302, headers: { location: 'https://169.254.169.254/x.ics' } },
    /not on the public internet/,
  ],
  [
    'leads away from https',
    { status: 302, headers: { location: 'http://example.com/x.ics' } },
    /does not begin with https/,
  ],
  ['is far too large', 'endless', /is larger than 20 MiB/],
]

test.each(FAULTS)('where a calendar %s, nothing is called free for certain', async (_case, fault, reason) => {
  const calendar = services.add('faulty', today('Known', '1000', '1100'))
  const [connected] = await connect(calendar.url)
  Object.assign(calendar, { fault, etag: '"2"' })
  gateway.clock.advance(20 * 60_000)
  const { calendar: checked } = await invoke(checkCalendar, { accountId: connected?.accountId ?? '' })
  expect(checked).toMatchObject({ fault: expect.stringMatching(reason), ageMinutes: 20 })
  const free = await invoke(findFree, {})
  expect(free).toMatchObject({ certain: false, doubts: [expect.stringMatching(reason)] })
  expect(slotsOf(free)).toEqual([['09:20-10:00', '11:00-17:00']])

  // It is tried again later, and then all is well.
  Object.assign(calendar, { fault: undefined })
  gateway.clock.advance(10 * 60_000)
  await work()
  expect((await invoke(findFree, {})).certain).toBe(true)
})

test('a calendar whose service refuses it is broken until it is connected again', async () => {
  const calendar = services.add('refused')
  await connect(calendar.url)
  calendar.fault = { status: 401 }
  gateway.clock.advance(20 * 60_000)
  await work()
  expect((await invoke(findFree, {})).doubts).toEqual([expect.stringMatching(/no longer accepts/)])
  calendar.fault = undefined
  await connect(calendar.url)
  expect((await invoke(findFree, {})).certain).toBe(true)
})

test.each([
  ['http://192.168.0.1/x.ics', /does not begin with https/],
  ['https://10.0.0.8/x.ics', /is not on the public internet/],
  ['webcal://localhost/x.ics', /is this machine/],
  ['nonsense', /is not a web address/],
])('the address %s is refused', async (address, reason) => {
  await expect(connect(address)).rejects.toThrow(reason)
})

test('what cannot be read of a calendar is counted, and told', async () => {
  await connect(services.add('partly', ['UID:1', 'SUMMARY:No start'], today('Good', '1000', '1100')).url)
  expect(await invoke(findFree, {})).toMatchObject({
    certain: false,
    doubts: ['partly: 1 event could not be read.'],
  })
})

test('the calendars of a user are found and read by CalDAV', async () => {
  const { user, davUrl } = services
  services.add('dav-home', today('Private', '1000', '1100'))
  const declined = `ATTENDEE;PARTSTAT=DECLINED:mailto:${user.name}`
  const team = services.add(
    'dav-team',
    today('Demo', '1300', '1400'),
    today('Skipped', '1500', '1600', declined),
  )
  const login = { user: user.name, password: user.password }
  await expect(connect(davUrl, { ...login, password: 'wrong-password' })).rejects.toThrow('does not accept')
  const found = await connect(davUrl, login)
  const names = found.map(({ name }) => name).filter((name) => name.startsWith('dav-'))
  expect(names).toEqual(['dav-home', 'dav-team'])
  const titles = (await invoke(listEvents, {})).items.filter(({ calendar }) => calendar.startsWith('dav-'))
  expect(titles.map(({ title, shownAs }) => `${title} ${shownAs}`)).toEqual([
    'Private busy',
    'Demo busy',
    'Skipped free',
  ])

  const reports = () =>
    services.asked.filter(({ method, path }) => method === 'REPORT' && path.includes('dav-team'))
  const before = reports().length
  gateway.clock.advance(20 * 60_000)
  await work()
  expect(reports()).toHaveLength(before)
  Object.assign(team, { etag: '"2"', events: [] })
  gateway.clock.advance(20 * 60_000)
  await work()
  expect((await invoke(listEvents, {})).items.some(({ title }) => title === 'Demo')).toBe(false)
})

test('a person sees and changes only calendars of their own', async () => {
  const [calendar] = await connect(services.add('mine', today('Secret', '1000', '1100')).url)
  await addPeople(gateway.db, ['stranger'])
  const stranger = { id: 'stranger', personId: 'stranger' }
  const accountId = calendar?.accountId ?? ''
  expect((await invoke(listCalendars, {}, stranger)).items).toEqual([])
  await expect(invoke(checkCalendar, { accountId }, stranger)).rejects.toThrow('calendar')
  await expect(invoke(findFree, {}, stranger)).rejects.toThrow('No calendar of yours is connected')
})

const IN_UTC = { timeZone: 'UTC', today: '2026-03-04' }

test('the brief and the plan set the work of the day beside its free time, and say nothing of it without a calendar', async () => {
  const tasks = [
    { title: 'Write the report', due: 'today', minutes: 150 },
    { title: 'Call Ana', due: 'today' },
  ]
  await invoke(createTasks, { tasks })
  const without = await invoke(showBrief, {})
  expect(without.free).toBeNull()
  expect(showBrief.tell(without, IN_UTC)).not.toContain('Free:')

  await connect(services.add('day', today('Workshop', '0930', '1500')).url)
  const brief = await invoke(showBrief, {})
  expect(showBrief.tell(brief, IN_UTC)).toContain(
    `
Free: 09:00 to 09:30 (30 min), 15:00 to 17:00 (2 h).
Planned: 2 h 30 min of 2 h 30 min free. 1 task without an estimate.
`,
  )
  await connect(services.add('more', today('Dentist', '1600', '1700')).url)
  const plan = await invoke(planTasks, {})
  expect(planTasks.tell(plan, IN_UTC)).toContain(
    'Planned: 2 h 30 min, which is more than the 1 h 30 min that are free.',
  )
  // Who may read tasks alone is told nothing of calendars.
  expect(await invoke(planTasks, {}, { scopes: ['tasks:read'] })).toMatchObject({ free: null })
  // On a day without work there is no working time to fill.
  gateway.clock.set('2026-03-07T09:00Z')
  expect(showBrief.tell(await invoke(showBrief, {}), IN_UTC)).not.toContain('Free:')
})

test('what to do now fits into the time until the next event', async () => {
  const tasks = [
    { title: 'Long read', minutes: 60 },
    { title: 'Short note', minutes: 20 },
  ]
  await invoke(createTasks, { tasks })
  const whole = ['UID:9', 'SUMMARY:Fair', 'DTSTART;VALUE=DATE:20260304']
  await connect(services.add('now', today('Standup', '0925', '0940'), whole).url)
  const suggested = await invoke(suggestTasks, { minutes: 45 })
  expect(suggested).toMatchObject({ minutes: 25, gap: { title: 'Standup', minutes: 25 } })
  expect(suggested.suggestions.map(({ task }) => task.title)).toEqual(['Short note'])
  expect(suggestTasks.tell(suggested, IN_UTC)).toMatch(
    /^25 minutes until Standup \(09:25\):\n1\. .*Short note/,
  )
  gateway.clock.advance(30 * 60_000)
  const during = await invoke(suggestTasks, {})
  expect(suggestTasks.tell(during, IN_UTC)).toMatch(/^Standup is on until 09:40\.\n/)
  expect(during.minutes).toBe(30)
})
