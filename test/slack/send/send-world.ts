/** A gateway whose outbox goes to the stand-in of Slack. */
import { eq } from 'drizzle-orm'
import { createSlackApi } from '../../../src/clients/slack/web-api.ts'
import { type OutboxRow, outbox } from '../../../src/domain/outbox/tables.ts'
import { takeDue } from '../../../src/domain/outbox/take-due.ts'
import type { MessagePost, Post } from '../../../src/domain/slack/post.ts'
import { insertPosts } from '../../../src/domain/slack/posts/insert-posts.ts'
import { createSlackCarrier, type SlackCarrier } from '../../../src/slack/send/slack-carrier.ts'
import { deliverBundle } from '../../../src/workers/deliver/deliver-bundle.ts'
import { systemClock } from '../../support/slack/clock.ts'
import { type SlackStandIn, startSlack } from '../../support/slack/start-slack.ts'
import type { Workspace } from '../../support/slack/world/workspace.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

export interface SendWorld {
  readonly gateway: TestGateway
  readonly slack: SlackStandIn
  readonly acme: Workspace
  /** Sends one post a second to each receiver if `paceMs` says so; at once otherwise. */
  carrier(paceMs?: number): SlackCarrier
  insert(...posts: Post[]): Promise<string[]>
  message(channel: string, text: string, more?: Partial<MessagePost>): MessagePost
  /** Takes what is due now, once. */
  take(): Promise<OutboxRow[]>
  /** Sends what is due, until nothing is. */
  send(): Promise<void>
  rows(): Promise<OutboxRow[]>
  row(id: string): Promise<OutboxRow>
  /** As if the senders of everything under way had died long ago. */
  loseSenders(): Promise<void>
  close(): Promise<void>
}

/** Milliseconds for an answer of Slack: few, so that a lost one costs a test no time. */
const ANSWER_MAX_MS = 300

export async function openSendWorld(): Promise<SendWorld> {
  const gateway = await openTestGateway({ now: new Date() })
  const { db, clock, runtime } = gateway
  const startedAt = Date.now()
  // Slack's clock goes on by itself, and leaps with that of the gateway.
  const now = () => clock.now().getTime() + Date.now() - startedAt
  const slack = await startSlack({ clock: { ...systemClock, now } })
  const acme = slack.world.workspace('Acme')
  const api = createSlackApi(slack.apiUrl, ANSWER_MAX_MS)
  const tokenOf = async (teamId: string) =>
    slack.world.workspaces.find(({ id }) => id === teamId)?.installation.botToken
  const carrier = (paceMs = 0) => createSlackCarrier({ api, db, log: runtime.log, tokenOf }, paceMs)
  const carriers = [carrier()]
  const take = async () => {
    const wanted = { now: clock.now(), limit: 100, perReceiver: 4, busy: [], oneByOne: ['slack'] }
    return (await takeDue(db, wanted)).map(({ row }) => row)
  }
  return {
    ...{ gateway, slack, acme, carrier, take },
    insert: (...posts) => insertPosts({ db, now: clock.now(), newId: runtime.newId }, posts),
    message: (channel, text, more = {}) => ({ kind: 'message', teamId: acme.id, channel, text, ...more }),
    async send() {
      for (let due = await take(); due.length > 0; due = await take())
        await Promise.all(
          due.map((row) => deliverBundle({ runtime, channels: [], carriers }, { row, webhook: undefined })),
        )
    },
    rows: () => db.select().from(outbox).orderBy(outbox.position),
    async row(id) {
      const [row] = await db.select().from(outbox).where(eq(outbox.eventId, id))
      if (row === undefined) throw new Error(`there is no ${id}`)
      return row
    },
    async loseSenders() {
      await db
        .update(outbox)
        .set({ leaseUntil: new Date(0) })
        .where(eq(outbox.state, 'sending'))
    },
    async close() {
      await gateway.close()
      await slack.close()
    },
  }
}
