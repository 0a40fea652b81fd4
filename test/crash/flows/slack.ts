/** What people write in Slack: each message becomes its tasks and its reply, once and in order. */
import { sql } from 'drizzle-orm'
import type { User } from '../../support/slack/world/user.ts'
import type { Fault } from '../harness/check-run.ts'
import { waitFor } from '../servers/pause.ts'
import { checkOnce, type FlowWorld, type OpenFlow } from './flow.ts'

const PEOPLE = 2
/** How the replies to the messages of each person begin. */
const REPLIES = ['Would create:', 'Created:'] as const
/** Milliseconds in which a gateway that was killed must have taken a message, and in which a first one is answered. */
const WITHIN_MS = 60_000

export const openSlackFlow: OpenFlow = async (world, { id }) => {
  const { workspace } = world.slack
  const people = Array.from({ length: PEOPLE }, (_, n) => workspace.user(`${id}p${n}`))
  const titlesOf = (user: User) => ['milk', 'bread'].map((thing) => `buy ${thing} for ${user.name}`)
  const replies = (user: User) => repliesTo(world, user).slice(1)

  // Each becomes a person of the gateway.
  await Promise.all(people.map((user) => write(world, user, 'hello')))
  const areKnown = await waitFor(WITHIN_MS, () => people.every((user) => repliesTo(world, user).length === 1))
  if (!areKnown) throw new Error(`${id}: a greeting was not answered`)

  return {
    passings: PEOPLE * REPLIES.length,
    async act() {
      await Promise.all(
        people.map(async (user) => {
          await write(world, user, titlesOf(user).join(', and '))
          await write(world, user, 'accept')
        }),
      )
    },
    async isOver() {
      const areAnswered = people.every((user) => replies(user).length >= REPLIES.length)
      return areAnswered && (await countWaiting(world)) === 0
    },
    async check() {
      const titles = people.flatMap(titlesOf)
      const times = await Promise.all(titles.map((title) => countTasks(world, title)))
      return [
        ...titles.flatMap((title, index) => checkOnce(title, times[index] ?? 0)),
        ...people.flatMap((user) => checkReplies(user.name, replies(user))),
      ]
    },
    end: async () => undefined,
  }
}

function repliesTo({ slack: { workspace } }: FlowWorld, user: User): string[] {
  const said = workspace.dm(user).everything()
  return said.filter((message) => message.user === workspace.bot.id).map(({ text }) => text)
}

/** Writes to the bot, and goes on once a gateway has the message. @throws Error when no gateway takes it */
async function write({ slack: { standIn } }: FlowWorld, user: User, text: string): Promise<void> {
  const { ts } = user.dm(text)
  const event = standIn.events.find(
    ({ envelope }) => (envelope as { event?: { ts?: string } }).event?.ts === ts,
  )
  const isTaken = await waitFor(WITHIN_MS, () => event?.outcome === 'acknowledged')
  if (!isTaken) throw new Error(`"${text}" of ${user.name} was never acknowledged`)
}

/** Messages that are not handled yet, and replies that are not known to be at Slack. */
async function countWaiting({ database }: FlowWorld): Promise<number> {
  const [row] =
    (await database?.db.execute<{ count: number }>(sql`select
    (select count(*) from inbox_events where source = 'slack' and state in ('received', 'running'))::int +
    (select count(*) from outbox where channel = 'slack' and state in ('waiting', 'sending'))::int as count`)) ??
    []
  return row?.count ?? 0
}

async function countTasks({ database }: FlowWorld, title: string): Promise<number> {
  const [row] =
    (await database?.db.execute<{ count: number }>(
      sql`select count(*)::int as count from tasks where title = ${title}`,
    )) ?? []
  return row?.count ?? 0
}

function checkReplies(name: string, replies: readonly string[]): Fault[] {
  const starts = REPLIES.map((start) => replies.filter((reply) => reply.startsWith(start)).length)
  const counted = REPLIES.flatMap((start, at) => checkOnce(`"${start}" to ${name}`, starts[at] ?? 0))
  if (counted.length > 0 || REPLIES.every((start, at) => replies[at]?.startsWith(start))) return counted
  return [{ kind: 'events', words: `replies to ${name} out of order: ${JSON.stringify(replies)}` }]
}
