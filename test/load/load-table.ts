/** What a load of messages in Slack showed, as a table. */
import { sql } from 'drizzle-orm'
import type { SeenEvent } from '../support/slack/deliver/events.ts'
import type { User } from '../support/slack/world/user.ts'
import type { LoadWorld } from './slack-world.ts'

const SECOND_MS = 1000

/** What each person says, one after the other, and what answers it, by words that only that answer has. */
export const ROUNDS: readonly { says(n: number): string; readonly answer: RegExp }[] = [
  {
    says: (n) => `call supplier ${n} tomorrow 15m, and draft offer ${n} friday 2h`,
    answer: /^(?!Created|Done)/,
  },
  { says: () => 'accept', answer: /^Created/ },
  { says: (n) => `done call supplier ${n}`, answer: /^Done/ },
]
/** Tasks that each person makes. */
const TASKS = 2

export interface Told {
  readonly messages: number
  readonly tookMs: number
  readonly drainedMs: number
  /** The events of these messages. */
  readonly events: readonly SeenEvent[]
}

/** People of whom something is wrong who are shown with what they were told. */
const EXAMPLES_MAX = 3

export interface Found {
  readonly rows: readonly (readonly [string, string])[]
  /** What is wrong, in words. */
  readonly faults: readonly string[]
}

/** Milliseconds within which 99 of 100 events are to be acknowledged, of those that no killed process had. */
const ACKNOWLEDGED_MS = SECOND_MS

export async function findLoad(world: LoadWorld, people: readonly User[], told: Told): Promise<Found> {
  const { db, slack } = world
  const { events } = told
  const overtaken = overtakenIn(events)
  const { counts, examples } = await countEffects(world, people, overtaken)
  const states = await db.execute<{ state: string; count: number }>(sql`select state,
    count(*)::int as count from inbox_events group by 1`)
  const [waits] = await db.execute<{ p50: number; p99: number }>(sql`select
    percentile_cont(0.5) within group (order by extract(epoch from ended_at - received_at))::float * 1000 as p50,
    percentile_cont(0.99) within group (order by extract(epoch from ended_at - received_at))::float * 1000 as p99
    from inbox_events where type = 'message' and body not like '%"text":"hello"%'`)
  const [edits] = await db.execute<Record<'sent' | 'waiting' | 'dead', number>>(sql`select
    count(*) filter (where state = 'delivered')::int as sent,
    count(*) filter (where state in ('waiting', 'sending'))::int as waiting,
    count(*) filter (where state = 'dead')::int as dead
    from outbox where receiver_id like 'slack-edits:%'`)
  const acknowledged = events.filter(({ outcome }) => outcome === 'acknowledged')
  const again = acknowledged.filter(({ attempts }) => attempts > 1)
  // What was on its way to a killed process is sent again: Slack waits for 3 seconds, and then for another one.
  const atOnce = percentiles(latenciesOf(events.filter(({ attempts }) => attempts === 1)))
  const all = percentiles(latenciesOf(events))
  const callsOf = (wanted: string) => slack.calls.filter(({ method }) => method === wanted).length
  const { sent = 0, waiting = 0, dead = 0 } = edits ?? {}
  return {
    rows: [
      ['people', String(people.length)],
      [
        'messages',
        `${told.messages} in ${s(told.tookMs)}, ${Math.round((told.messages / told.tookMs) * SECOND_MS)} a second`,
      ],
      [
        'acknowledged',
        `${acknowledged.length} of ${events.length}, ${again.length} of them at a later attempt`,
      ],
      ['overtaken', `${overtaken.size} sent again by Slack after the next message of their author`],
      ['at once, within', latencyText(atOnce)],
      ['in all, within', latencyText(all)],
      ['handled within', `p50 ${ms(waits?.p50)}, p99 ${ms(waits?.p99)}`],
      ['handled', states.map(({ state, count }) => `${count} ${state}`).join(', ')],
      ['replies', `${callsOf('chat.postMessage')} calls of chat.postMessage`],
      [
        'edits',
        `${sent} sent by ${callsOf('chat.update')} calls of chat.update, ${waiting} wait for Slack's limit, ${dead} given up`,
      ],
      ['drained', `${s(told.drainedMs)} after the last message`],
      ...Object.entries(counts).map(([name, count]) => [name, String(count)] as const),
      ...examples.map((each) => ['for example', each] as const),
    ],
    faults: [
      ...Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`])),
      ...(acknowledged.length < events.length
        ? [`${events.length - acknowledged.length} not acknowledged`]
        : []),
      ...(dead === 0 ? [] : [`${dead} edits given up`]),
      ...(atOnce.p99 < ACKNOWLEDGED_MS ? [] : [`acknowledged late: p99 ${ms(atOnce.p99)}`]),
    ],
  }
}

/**
 * The authors of messages that Slack sent again, because a killed process had them, after the next one of the same author.
 * What was said is then answered in the order of its arrival: "accept" has nothing to accept yet.
 */
function overtakenIn(events: readonly SeenEvent[]): ReadonlySet<string> {
  const authors = new Set<string>()
  const lastByAuthor = new Map<string, SeenEvent>()
  for (const event of events) {
    const { type, user } = event.envelope.event as { readonly type: string; readonly user?: string }
    if (type !== 'message' || user === undefined) continue
    const last = lastByAuthor.get(user)
    lastByAuthor.set(user, event)
    if (last === undefined || last.attempts === 1) continue
    const { acknowledgedAtMs = Number.POSITIVE_INFINITY } = last
    if (acknowledgedAtMs > (event.acknowledgedAtMs ?? Number.POSITIVE_INFINITY)) authors.add(user)
  }
  return authors
}

/** People of whom something is wrong. Those who were overtaken are answered as often as they wrote, in another order. */
async function countEffects(world: LoadWorld, people: readonly User[], overtaken: ReadonlySet<string>) {
  const tasks = await world.db.execute<{
    space: string
    made: number
    done: number
  }>(sql`select space_id as space,
    count(*)::int as made, count(completed_at)::int as done from tasks group by 1`)
  const bySpace = new Map(tasks.map((row) => [row.space, row]))
  const counts = { lost: 0, doubled: 0, unanswered: 0, repeated: 0, 'out of order': 0 }
  const examples: string[] = []
  for (const [n, user] of people.entries()) {
    const { made = 0, done = 0 } = bySpace.get(user.email ?? '') ?? {}
    const replies = repliesTo(world, user).slice(1)
    const inItsOrder = { lost: made < TASKS || done < 1, 'out of order': !isInOrder(replies, n) }
    const wrong = {
      ...{ doubled: made > TASKS },
      ...{ unanswered: replies.length < ROUNDS.length, repeated: replies.length > ROUNDS.length },
      ...(!overtaken.has(user.id) && inItsOrder),
    }
    const names = Object.keys(counts) as (keyof typeof counts)[]
    const found = names.filter((name) => name in wrong && wrong[name])
    for (const name of found) counts[name] += 1
    if (found.length > 0 && examples.length < EXAMPLES_MAX)
      examples.push(`${user.name}: ${made} made, ${done} done, told ${JSON.stringify(replies)}`)
  }
  return { counts, examples }
}

/** In the order in which Slack has them. */
export function repliesTo({ workspace }: LoadWorld, user: User): string[] {
  return [...workspace.dm(user).stored()].flatMap(({ user: by, text = '' }) =>
    by === workspace.bot.id ? [text] : [],
  )
}

/** As far as there are answers. */
function isInOrder(replies: readonly string[], n: number): boolean {
  return ROUNDS.every(({ answer }, at) => {
    const reply = replies[at]
    return reply === undefined || (answer.test(reply) && reply.includes(`upplier ${n}`))
  })
}

function latenciesOf(events: readonly SeenEvent[]): number[] {
  return events.flatMap(({ sentAtMs, acknowledgedAtMs: at }) => (at === undefined ? [] : [at - sentAtMs]))
}

interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly most: number
}

function percentiles(numbers: readonly number[]): Percentiles {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (part: number) =>
    sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.POSITIVE_INFINITY
  return { p50: at(0.5), p99: at(0.99), most: at(1) }
}

function latencyText({ p50, p99, most }: Percentiles): string {
  return `p50 ${ms(p50)}, p99 ${ms(p99)}, most ${ms(most)}`
}

function ms(value: number | null = 0): string {
  return `${Math.round(value ?? 0)} ms`
}

function s(value: number): string {
  return `${(value / SECOND_MS).toFixed(1)} s`
}
