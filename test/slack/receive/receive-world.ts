/** A gateway's front before the stand-in of Slack, by routes or by a socket. */
import { asc, eq } from 'drizzle-orm'
import { inboxEvents } from '../../../src/domain/inbox/tables.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { type SlackStandIn, startSlack } from '../../support/slack/start-slack.ts'
import type { User } from '../../support/slack/world/user.ts'
import type { Workspace } from '../../support/slack/world/workspace.ts'

export interface ReceiveWorld {
  readonly front: TestFront
  readonly slack: SlackStandIn
  readonly acme: Workspace
  readonly ada: User
  /** What is in the inbox, in the order of its arrival. */
  inbox(): Promise<(typeof inboxEvents.$inferSelect)[]>
  /** The same, once Slack has delivered everything; forgets it afterwards. */
  arrived(): Promise<{ id: string; type: string | null; orderKey: string | null }[]>
  close(): Promise<void>
}

export async function openReceiveWorld(way: 'routes' | 'socket'): Promise<ReceiveWorld> {
  const slack = await startSlack()
  const acme = slack.world.workspace('Acme')
  const ada = acme.user('ada')
  if (way === 'routes') slack.world.app.urls = urlsAt('http://127.0.0.1:1')
  const front = await openFront(slack.settingsFor(acme))
  if (way === 'routes') slack.world.app.urls = urlsAt(front.url)
  else await slack.world.until(() => slack.sockets.connections === 2)
  const { db } = front.gateway
  const inbox = () =>
    db.select().from(inboxEvents).where(eq(inboxEvents.source, 'slack')).orderBy(asc(inboxEvents.position))
  return {
    ...{ front, slack, acme, ada, inbox },
    async arrived() {
      await slack.settled()
      const rows = await inbox()
      await db.delete(inboxEvents)
      return rows.map(({ eventId: id, type, orderKey }) => ({ id, type, orderKey }))
    },
    async close() {
      await front.close()
      await slack.close()
    },
  }
}

function urlsAt(url: string) {
  return {
    events: `${url}/slack/events`,
    interactions: `${url}/slack/interactions`,
    commands: `${url}/slack/commands`,
  }
}
