/**
 * A thousand people who write to the bot, fifty messages a second, while a gateway and a worker are killed: every message is
 * acknowledged, has one effect, and is answered once and in its order.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { SeenEvent } from '../support/slack/deliver/events.ts'
import type { User } from '../support/slack/world/user.ts'
import { type LoadWorld, openLoadWorld } from './slack-world.ts'

export interface SlackLoad {
  readonly people: number
  readonly perSecond: number
  /** Whether a gateway and a worker are killed on the way. */
  readonly withKills: boolean
  say(line: string): void
}

/** What each person says, one after the other: tasks are shown, made, and one is done. */
const ROUNDS: readonly ((n: number) => string)[] = [
  (n) => `call supplier ${n} tomorrow 15m, and draft offer ${n} friday 2h`,
  () => 'accept',
  (n) => `done call supplier ${n}`,
]
/** Tasks that each person makes. */
const TASKS = 2
const SECOND_MS = 1000
/** Parts of the time after which a gateway and a worker are killed. */
const GATEWAY_DIES_AT = 1 / 3
const WORKER_DIES_AT = 2 / 3
/** Milliseconds in which all replies must be there after the last message. */
const DRAINED_MS = 5 * 60 * SECOND_MS
/**
 * Milliseconds within which 99 of 100 events are to be acknowledged. What was on its way to a process that was killed is left
 * out: Slack waits for 3 seconds, and sends it again a second later.
 */
const ACKNOWLEDGED_MS = SECOND_MS
const LOOK_EVERY_MS = 250

/** True where nothing was late, lost, doubled or out of order. */
export async function runSlackLoad(url: string, load: SlackLoad): Promise<boolean> {
  const world = await openLoadWorld(url)
  try {
    const people = Array.from({ length: load.people }, (_, n) => world.workspace.user(`p${n}`))
    load.say(`${people.length} people say hello`)
    await greet(world, people)
    world.slack.faults.limits = true
    const told = await write(world, people, load)
    const isDrained = await drained(world, people)
    const drainedMs = performance.now() - told.endedAt
    const found = await look(world, people)
    for (const line of tableOf(told, { ...found, drainedMs })) load.say(line)
    if (!isDrained) load.say(`not all were answered within ${DRAINED_MS / SECOND_MS} s`)
    const areTaken = told.acknowledged === told.events && told.atOnce.p99 < ACKNOWLEDGED_MS
    return isDrained && found.faults === 0 && areTaken
  } finally {
    await world.close()
  }
}

/** Each becomes a person of the gateway, by their address. */
async function greet(world: LoadWorld, people: readonly User[]): Promise<void> {
  for (const user of people) user.dm('hello')
  await world.slack.world.until(() => people.every((user) => repliesTo(world, user).length === 1))
}

/** In the order in which Slack has them. */
function repliesTo({ workspace }: LoadWorld, user: User): string[] {
  const said = workspace.dm(user).everything()
  return said.filter((message) => message.user === workspace.bot.id).map(({ text }) => text)
}

async function write(world: LoadWorld, people: readonly User[], { perSecond, withKills, say }: SlackLoad) {
  const { slack } = world
  const messages = ROUNDS.flatMap((round) => people.map((user, n) => ({ user, text: round(n) })))
  const kills = withKills ? killsOf(world, messages.length) : new Map<number, () => Promise<void>>()
  const underWay: Promise<void>[] = []
  const before = slack.events.length
  const startedAt = performance.now()
  for (const [index, { user, text }] of messages.entries()) {
    const waitMs = startedAt + (index / perSecond) * SECOND_MS - performance.now()
    if (waitMs > 0) await pause(waitMs)
    const kill = kills.get(index)
    if (kill !== undefined) underWay.push(kill())
    user.dm(text)
    if (index % (10 * perSecond) === 0) say(`${index} of ${messages.length} messages`)
  }
  const endedAt = performance.now()
  await Promise.all(underWay)
  const events = slack.events.slice(before)
  await slack.world.until(() => events.every(({ outcome }) => outcome !== undefined))
  return {
    ...{ messages: messages.length, tookMs: endedAt - startedAt, endedAt },
    ...{
      acknowledged: events.filter(({ outcome }) => outcome === 'acknowledged').length,
      events: events.length,
    },
    again: events.filter(({ attempts }) => attempts > 1).length,
    atOnce: percentiles(latenciesOf(events.filter(({ attempts }) => attempts === 1))),
    all: percentiles(latenciesOf(events)),
  }
}

function latenciesOf(events: readonly SeenEvent[]): number[] {
  return events.flatMap(({ sentAtMs, acknowledgedAtMs: at }) => (at === undefined ? [] : [at - sentAtMs]))
}

type Told = Awaited<ReturnType<typeof write>>

/** kill -9 with the message of that number, and a new process in its place. */
function killsOf({ process }: LoadWorld, messages: number) {
  const restart = (name: 'gateway-2' | 'worker-1') => async () => {
    await process(name).kill()
    await process(name).start()
  }
  return new Map([
    [Math.floor(messages * GATEWAY_DIES_AT), restart('gateway-2')],
    [Math.floor(messages * WORKER_DIES_AT), restart('worker-1')],
  ])
}

/** Whether every message was handled and every reply was sent. */
async function drained({ db }: LoadWorld, people: readonly User[]): Promise<boolean> {
  const until = performance.now() + DRAINED_MS
  for (;;) {
    const [left] = await db.execute<{ events: number; posts: number; done: number }>(sql`select
      (select count(*)::int from inbox_events where state in ('received', 'running')) as events,
      (select count(*)::int from inbox_events where state = 'done') as done,
      (select count(*)::int from outbox where channel = 'slack' and state in ('waiting', 'sending')) as posts`)
    const isAll = left?.done === people.length * (ROUNDS.length + 1)
    if (left?.events === 0 && left.posts === 0 && isAll) return true
    if (performance.now() > until) return false
    await pause(LOOK_EVERY_MS)
  }
}

async function look(world: LoadWorld, people: readonly User[]) {
  const { db, slack } = world
  const tasks = await db.execute<{ space: string; made: number; done: number }>(sql`select space_id as space,
    count(*)::int as made, count(completed_at)::int as done from tasks group by 1`)
  const bySpace = new Map(tasks.map((row) => [row.space, row]))
  const counts = { lost: 0, doubled: 0, unanswered: 0, repeated: 0, 'out of order': 0 }
  for (const [n, user] of people.entries()) {
    const { made = 0, done = 0 } = bySpace.get(user.email ?? '') ?? {}
    if (made < TASKS || done < 1) counts.lost += 1
    if (made > TASKS) counts.doubled += 1
    const replies = repliesTo(world, user).slice(1)
    if (replies.length < ROUNDS.length) counts.unanswered += 1
    if (replies.length > ROUNDS.length) counts.repeated += 1
    if (!isInOrder(replies, n)) counts['out of order'] += 1
  }
  const inbox = await db.execute<{ state: string; count: number; waited: number }>(sql`select state,
    count(*)::int as count from inbox_events group by 1`)
  const [waits] = await db.execute<{ p50: number; p99: number }>(sql`select
    percentile_cont(0.5) within group (order by extract(epoch from ended_at - received_at))::float * 1000 as p50,
    percentile_cont(0.99) within group (order by extract(epoch from ended_at - received_at))::float * 1000 as p99
    from inbox_events where type = 'message' and body not like '%"text":"hello"%'`)
  const refused = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from outbox where channel = 'slack' and last_status = 429`,
  )
  const faults = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return {
    ...{ counts, faults, waits, states: inbox.map(({ state, count }) => `${count} ${state}`).join(', ') },
    posts: slack.calls.filter(({ method }) => method === 'chat.postMessage').length,
    limited: refused[0]?.count ?? 0,
  }
}

type Found = Awaited<ReturnType<typeof look>> & { readonly drainedMs: number }

/** What answers each round, by words that only that answer has. */
const ANSWERS = [/^(?!Created|Done)/, /^Created/, /^Done/]

function isInOrder(replies: readonly string[], n: number): boolean {
  return ANSWERS.every((answer, at) => {
    const reply = replies[at] ?? ''
    return answer.test(reply) && reply.includes(`upplier ${n}`)
  })
}

function percentiles(numbers: readonly number[]) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (part: number) =>
    sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Infinity
  return { p50: at(0.5), p99: at(0.99), most: at(1) }
}

function tableOf(
  { messages, tookMs, acknowledged, events, again, atOnce, all }: Told,
  found: Found,
): string[] {
  const ms = (value = 0) => `${Math.round(value)} ms`
  const s = (value: number) => `${(value / SECOND_MS).toFixed(1)} s`
  const rows: [string, string][] = [
    ['messages', `${messages} in ${s(tookMs)}, ${Math.round((messages / tookMs) * SECOND_MS)} a second`],
    ['acknowledged', `${acknowledged} of ${events}, ${again} of them at a later attempt`],
    ['at once, within', `p50 ${ms(atOnce.p50)}, p99 ${ms(atOnce.p99)}, most ${ms(atOnce.most)}`],
    ['in all, within', `p50 ${ms(all.p50)}, p99 ${ms(all.p99)}, most ${ms(all.most)}`],
    ['handled within', `p50 ${ms(found.waits?.p50)}, p99 ${ms(found.waits?.p99)}`],
    ['handled', found.states],
    ['replies', `${found.posts} calls of chat.postMessage, ${found.limited} limited at last`],
    ['drained', `${s(found.drainedMs)} after the last message`],
    ...Object.entries(found.counts).map(([name, count]): [string, string] => [name, String(count)]),
  ]
  return rows.map(([name, value]) => `${name.padEnd(22)}${value}`)
}
