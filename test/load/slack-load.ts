/**
 * A thousand people who write to the bot, fifty messages a second, while a gateway and a worker are killed: every message is
 * acknowledged, has one effect, and is answered once and in its order.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { User } from '../support/slack/world/user.ts'
import { findLoad, ROUNDS, repliesTo, type Told } from './load-table.ts'
import { type LoadWorld, openLoadWorld } from './slack-world.ts'
import { type PhaseEnd, type Watching, watchPhase } from './watched.ts'

export interface SlackLoad extends Watching {
  readonly people: number
  readonly perSecond: number
  /** Whether a gateway and a worker are killed on the way. */
  readonly withKills: boolean
}

const SECOND_MS = 1000
/** Parts of the time after which a gateway and a worker are killed. */
const GATEWAY_DIES_AT = 1 / 3
const WORKER_DIES_AT = 2 / 3
/** Milliseconds in which everybody must be known, and in which all replies must be there after the last message. */
const GREETED_MS = 3 * 60 * SECOND_MS
const DRAINED_MS = 5 * 60 * SECOND_MS
/** Milliseconds in which the last event must be acknowledged or given up: Slack tries three times again. */
const ACKNOWLEDGED_MS = 60 * SECOND_MS
/** People who are greeted a second. */
const GREETINGS_PER_SECOND = 25

/** True where nothing was late, lost, doubled or out of order. However it ends, the table says what there is by then. */
export async function runSlackLoad(urls: LoadUrls, load: SlackLoad): Promise<boolean> {
  const { say } = load
  say('starting two gateways and two workers')
  const world = await openLoadWorld(urls)
  try {
    const people = Array.from({ length: load.people }, (_, n) => world.workspace.user(`p${n}`))
    const ends: Record<string, PhaseEnd> = { greeted: await greet(world, people, load) }
    world.slack.faults.limits = true
    const before = world.slack.events.length
    const written = await write(world, people, load)
    const events = world.slack.events.slice(before)
    const outcomes = () => events.filter(({ outcome }) => outcome !== undefined).length
    ends.acknowledged = await watchPhase(
      {
        ...{ name: 'events with an outcome', atMostMs: ACKNOWLEDGED_MS },
        look: () => ({ isDone: outcomes() === events.length, words: `${outcomes()} of ${events.length}` }),
      },
      load,
    )
    ends.drained = await drain(world, people, load)
    const told: Told = { ...written, events, drainedMs: performance.now() - written.endedAt }
    const { rows, faults } = await findLoad(world, people, told)
    for (const [name, value] of rows) say(`${name.padEnd(22)}${value}`)
    const late = Object.entries(ends).flatMap(([name, end]) => (end === 'done' ? [] : [`${name}: ${end}`]))
    const all = [...late, ...faults]
    say(all.length === 0 ? 'PASSED' : `FAILED: ${all.join(', ')}`)
    return all.length === 0
  } finally {
    await world.close()
  }
}

export type LoadUrls = Parameters<typeof openLoadWorld>[0]

/** Each becomes a person of the gateway, by their address. */
async function greet(world: LoadWorld, people: readonly User[], load: SlackLoad): Promise<PhaseEnd> {
  let said = 0
  const startedAt = performance.now()
  const answered = () => people.filter((user) => repliesTo(world, user).length > 0).length
  return await watchPhase(
    {
      ...{ name: 'people greeted', atMostMs: GREETED_MS },
      look() {
        const due = ((performance.now() - startedAt) / SECOND_MS + 1) * GREETINGS_PER_SECOND
        for (const user of people.slice(said, due)) user.dm('hello')
        said = Math.max(said, Math.min(people.length, Math.floor(due)))
        const count = answered()
        return { isDone: count === people.length, words: `${count} of ${people.length}` }
      },
    },
    load,
  )
}

async function write(world: LoadWorld, people: readonly User[], load: SlackLoad) {
  const { perSecond, withKills, say, signal } = load
  const messages = ROUNDS.flatMap(({ says }) => people.map((user, n) => ({ user, text: says(n) })))
  const kills = withKills ? killsOf(world, messages.length, say) : new Map<number, () => Promise<void>>()
  const underWay: Promise<void>[] = []
  const startedAt = performance.now()
  let sent = 0
  for (const [index, { user, text }] of messages.entries()) {
    const waitMs = startedAt + (index / perSecond) * SECOND_MS - performance.now()
    if (waitMs > 0) await pause(waitMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    const kill = kills.get(index)
    if (kill !== undefined) underWay.push(kill())
    user.dm(text)
    sent += 1
    if (index % (5 * perSecond) === 0) say(`messages: ${index} of ${messages.length}`)
  }
  const endedAt = performance.now()
  say(`messages: ${sent} of ${messages.length}`)
  await Promise.all(underWay)
  return { messages: sent, tookMs: endedAt - startedAt, endedAt }
}

/** kill -9 with the message of that number, and a new process in its place. */
function killsOf({ process }: LoadWorld, messages: number, say: SlackLoad['say']) {
  const restart = (name: 'gateway-2' | 'worker-1') => async () => {
    say(`${name} is killed`)
    await process(name).kill()
    await process(name).start()
    say(`${name} is up again`)
  }
  return new Map([
    [Math.floor(messages * GATEWAY_DIES_AT), restart('gateway-2')],
    [Math.floor(messages * WORKER_DIES_AT), restart('worker-1')],
  ])
}

/** Until every message is handled and every reply is sent. Edits take longer: Slack takes 50 a minute of a workspace. */
async function drain({ db }: LoadWorld, people: readonly User[], load: SlackLoad): Promise<PhaseEnd> {
  const wanted = people.length * (ROUNDS.length + 1)
  return await watchPhase(
    {
      ...{ name: 'drained', atMostMs: DRAINED_MS },
      async look() {
        const [left] = await db.execute<{ events: number; posts: number; done: number }>(sql`select
          (select count(*)::int from inbox_events where state in ('received', 'running')) as events,
          (select count(*)::int from inbox_events where state = 'done') as done,
          (select count(*)::int from outbox where receiver_id like 'slack:%' and state in ('waiting', 'sending')) as posts`)
        const { events = 0, posts = 0, done = 0 } = left ?? {}
        const words = `${done} of ${wanted} handled, ${events} wait, ${posts} replies are on their way`
        return { isDone: events === 0 && posts === 0 && done >= wanted, words }
      },
    },
    load,
  )
}
