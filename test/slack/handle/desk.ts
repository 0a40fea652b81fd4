/** A gateway whose Slack is the stand-in: what users do there is stored, handled, and looked at as posts. */
import { sql } from 'drizzle-orm'
import { createSlackApi } from '../../../src/clients/slack/web-api.ts'
import type { LiveSource } from '../../../src/core/area/gateway.ts'
import { AppError } from '../../../src/core/errors.ts'
import { prepareEvent } from '../../../src/domain/hooks/prepare-event.ts'
import type { Prepare } from '../../../src/domain/inbox/prepared.ts'
import { storeArrivals } from '../../../src/domain/inbox/receive.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import { linkUser } from '../../../src/domain/slack/pairings.ts'
import type { MessagePost, Post } from '../../../src/domain/slack/post.ts'
import type { SlackApp } from '../../../src/domain/slack/slack-app.ts'
import { fillGap } from '../../../src/slack/receive/fill-gap.ts'
import { noteChange } from '../../../src/slack/receive/note-change.ts'
import { createReceive } from '../../../src/slack/receive/receive.ts'
import { sortEvent } from '../../../src/slack/receive/sort-event.ts'
import { createSlackWork, type SlackWork } from '../../../src/start/slack/slack-work.ts'
import { areas, operations } from '../../../src/tools/registry.ts'
import { type Clock, systemClock } from '../../support/slack/clock.ts'
import { startSlack } from '../../support/slack/start-slack.ts'
import type { User } from '../../support/slack/world/user.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGatewayOptions } from '../../support/world/database.ts'

export type Desk = Awaited<ReturnType<typeof openDesk>>

interface DeskOptions extends TestGatewayOptions {
  readonly emailDomains?: readonly string[]
  /** Whether the workspace belongs to an enterprise. */
  readonly isGrid?: boolean
  /** The clock of Slack, if it is not the system's. */
  readonly slackClock?: Clock
  /** What models are writing. */
  readonly live?: LiveSource
  /** The hosts whose links Slack tells of. */
  readonly unfurlDomains?: readonly string[]
}

export async function openDesk({
  emailDomains = [],
  isGrid = false,
  slackClock = systemClock,
  unfurlDomains = [],
  live,
  ...options
}: DeskOptions = {}) {
  const slack = await startSlack({ clock: slackClock, app: { unfurlDomains } })
  const acme = slack.world.workspace('Acme', isGrid ? { enterprise: slack.world.enterprise('Globex') } : {})
  const app: SlackApp = {
    api: createSlackApi(slack.apiUrl),
    botToken: acme.installation.botToken,
    tokenOf: async () => acme.installation.botToken,
    // No process here has a socket.
    appToken: undefined,
    isSigned: true,
    emailDomains,
  }
  const opened: { work?: SlackWork } = {}
  const gateway = await openTestGateway({
    ...options,
    operations,
    slack: app,
    now: new Date(slackClock.now()),
    inboxHandlers: { slack: async (...event) => (await opened.work?.handle(...event)) ?? 'ignored' },
  })
  const work = createSlackWork({ operations, invoke: gateway.invoke, areas, ...(live && { live }) })
  opened.work = work
  let stored = 0

  /** Stores what happened in Slack since the last time. */
  async function store(): Promise<void> {
    const events = slack.events.slice(stored)
    stored = slack.events.length
    for (const { envelope } of events) {
      await noteChange(gateway.db, envelope)
      const sorted = sortEvent(envelope)
      if (sorted === undefined) continue
      const { teamId, ...known } = sorted
      const ownerId = `slack:${teamId}`
      const rest = { source: 'slack', operation: null, input: null, body: JSON.stringify(envelope) }
      await storeArrivals(gateway.runtime, [{ ...known, ...rest, ownerId }])
    }
  }

  return {
    slack,
    acme,
    gateway,
    /** Makes a user of Slack this person. */
    async link(user: User, personId: string) {
      await addPeople(gateway.db, [personId])
      const externalId = `${user.workspace.enterprise?.id ?? acme.id}/${user.id}`
      await linkUser({ db: gateway.db, now: gateway.clock.now() }, { externalId, personId })
    },
    store,
    /** No gateway hears of what has happened in Slack since the last time. */
    miss() {
      stored = slack.events.length
    },
    /** Reads what was missed since then, and handles it. */
    async fillGap(since: Date) {
      const { db, runtime, clock } = gateway
      const receive = createReceive({
        ...{ store: (arrivals) => storeArrivals(runtime, arrivals), log: runtime.log },
        ...{ noteChange: async () => undefined, answerAtOnce: async () => ({ isDone: false }) },
      })
      const token = acme.installation.botToken
      const parts = { api: app.api, token, db, receive, log: runtime.log, now: clock.now }
      await fillGap(parts, since, new AbortController().signal)
      await workInbox(runtime, prepareEvent)
    },
    /** Stores what happened in Slack since the last time, and handles everything that is due. */
    async handle() {
      await store()
      await workInbox(gateway.runtime, prepareEvent)
    },
    /** Handles an event up to the moment at which its outcome would be stored. */
    losingTheOutcome,
    tellOutcomes: () => work.tellOutcomes(gateway.runtime),
    followCards: () => work.followCards(gateway.runtime),
    /** What is on its way to Slack, the oldest first, and forgotten then. */
    async posts(): Promise<MessagePost[]> {
      const rows = await gateway.db.execute<{ payload: MessagePost; position: number }>(
        sql`delete from outbox where channel = 'slack' returning payload, position`,
      )
      return rows.toSorted((one, other) => one.position - other.position).map(({ payload }) => payload)
    },
    /** The same, kept as what Slack has: it can be pressed and edited. */
    async sent(): Promise<Post[]> {
      const rows = await gateway.db.execute<{ payload: Post; position: number }>(
        sql`update outbox set state = 'delivered' where channel = 'slack' and state = 'waiting' returning payload, position`,
      )
      return rows.toSorted((one, other) => one.position - other.position).map(({ payload }) => payload)
    },
    async close() {
      await gateway.close()
      await slack.close()
    },
  }
}

const losingTheOutcome: Prepare = async (runtime, event) => {
  const prepared = await prepareEvent(runtime, event)
  if (prepared === 'ignored' || !('work' in prepared)) throw new Error('the event has no work')
  return {
    async work(attempt) {
      await prepared.work(attempt)
      throw new AppError('unavailable', 'The worker is lost.')
    },
  }
}
