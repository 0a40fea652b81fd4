/** What arrives from Slack, by routes and by a socket. */
import { randomUUID } from 'node:crypto'
import type { Settings } from '../../core/area/setting.ts'
import type { Invoke } from '../../core/call/call.ts'
import type { Choices } from '../../core/form/choices.ts'
import type { Shortcut } from '../../core/intent/shortcut.ts'
import type { Log } from '../../core/operation/context.ts'
import { newId } from '../../core/operation/ids.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Db } from '../../domain/db/db.ts'
import { listTokens } from '../../domain/slack/installations.ts'
import type { SlackApp } from '../../domain/slack/slack-app.ts'
import type { ServiceReports } from '../../server/hooks/service-handler.ts'
import { createAnswerAtOnce } from '../../slack/receive/at-once.ts'
import { createTakeEnvelope } from '../../slack/receive/envelope.ts'
import { fillGap } from '../../slack/receive/fill-gap.ts'
import { keepPresence } from '../../slack/receive/presence.ts'
import { createReceive, type Receive, type ReceiveParts } from '../../slack/receive/receive.ts'
import { createTakeReport, SLACK_PATHS } from '../../slack/receive/routes.ts'
import { slackSigningSecret } from '../../tools/slack/settings.ts'

interface DoorParts {
  readonly settings: Settings
  readonly db: Db
  readonly operations: readonly Operation[]
  readonly defaultTimeZone: string
  readonly invoke: Invoke
  readonly shortcuts: readonly Shortcut[]
  readonly choices: readonly Choices[]
  readonly log: Log
  /** Undefined: this gateway runs without Slack. */
  readonly app: SlackApp | undefined
  readonly store: ReceiveParts['store']
  now(): Date
}

export interface SlackDoor {
  readonly reports: Omit<ServiceReports, 'limit'>
  /** Opens the socket; undefined: none is configured. */
  listen(): Promise<Listening | undefined>
}

export interface Listening {
  /** Takes what has arrived, and closes. */
  close(): Promise<void>
}

export function createSlackDoor(parts: DoorParts): SlackDoor {
  const { settings, store, log, now, app, db, defaultTimeZone } = parts
  const resources = { db, slack: app, defaultTimeZone }
  const answerAtOnce = createAnswerAtOnce({ ...parts, resources, newId })
  const receive = createReceive({ store, answerAtOnce, log })
  const signingSecrets = settings.of(slackSigningSecret)
  return {
    reports: { paths: SLACK_PATHS, take: createTakeReport({ signingSecrets, receive, now }) },
    listen: async () => app && (await listen(app, receive, parts)),
  }
}

async function listen(
  app: SlackApp,
  receive: Receive,
  { db, log, now }: DoorParts,
): Promise<Listening | undefined> {
  const { api, appToken } = app
  if (appToken === undefined) return undefined
  const { startSocketMode } = await import('../../clients/slack/socket-mode.ts')
  let opened = () => {}
  const takeEnvelope = createTakeEnvelope(receive)
  const socket = startSocketMode({ api, appToken, takeEnvelope, log, onOpen: () => opened() })
  const gap = { api, db, receive, log, now }
  const presence = keepPresence({
    ...{ db, log, now, socket, id: randomUUID() },
    async fillGap(since, signal) {
      const filled = (await listTokens(db, app)).map((token) => fillGap({ ...gap, token }, since, signal))
      await Promise.all(filled)
    },
  })
  opened = presence.note
  return {
    async close() {
      await socket.close()
      await presence.close()
    },
  }
}
