/** What arrives from Slack, by routes and by a socket. */
import { randomUUID } from 'node:crypto'
import type { SocketMode } from '../../clients/slack/socket-mode.ts'
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
import { noteChange } from '../../slack/receive/note-change.ts'
import { keepPresence } from '../../slack/receive/presence.ts'
import {
  type AnswerAtOnce,
  createReceive,
  type Receive,
  type ReceiveParts,
} from '../../slack/receive/receive.ts'
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
  const { settings, log, now, app, db, defaultTimeZone } = parts
  const resources = { db, slack: app, defaultTimeZone }
  const answerAtOnce = createAnswerAtOnce({ ...parts, resources, newId })
  const heard: Heard = { at: undefined }
  const receive = createReceive({
    ...{ answerAtOnce, log, noteChange: (payload) => noteChange(db, payload) },
    async store(arrivals) {
      const received = await parts.store(arrivals)
      heard.at = now()
      return received
    },
  })
  const signingSecrets = settings.of(slackSigningSecret)
  return {
    reports: { paths: SLACK_PATHS, take: createTakeReport({ signingSecrets, receive, now }) },
    listen: async () => app && (await listen(app, { ...parts, answerAtOnce, receive, heard })),
  }
}

/** When an event was stored last. */
interface Heard {
  at: Date | undefined
}

interface ListenParts extends DoorParts {
  readonly answerAtOnce: AnswerAtOnce
  readonly receive: Receive
  readonly heard: Heard
}

async function listen(app: SlackApp, parts: ListenParts): Promise<Listening | undefined> {
  if (app.appToken === undefined && !app.isSigned) return undefined
  let opened = () => {}
  const socket = await openSocket(app, parts, () => opened())
  const presence = keepPresence({
    ...{ db: parts.db, log: parts.log, now: parts.now, id: randomUUID() },
    ear: { ...(socket ?? ROUTES), heardAt: () => parts.heard.at },
    fillGap: async (since, signal) => await fillGaps(app, parts, { since, signal }),
  })
  opened = presence.opened
  // Over HTTP, the gateway hears Slack for as long as it runs.
  if (socket === undefined) presence.opened()
  return {
    async close() {
      await socket?.close()
      await presence.close()
    },
  }
}

const ROUTES = { openCount: () => 1, trouble: () => undefined, renew: () => {} }

async function openSocket(
  { api, appToken }: SlackApp,
  { receive, log }: ListenParts,
  onOpen: () => void,
): Promise<SocketMode | undefined> {
  if (appToken === undefined) return undefined
  const { startSocketMode } = await import('../../clients/slack/socket-mode.ts')
  return startSocketMode({ api, appToken, takeEnvelope: createTakeEnvelope(receive), log, onOpen })
}

/** Reads a gap in every workspace. Answers with the number of messages that were new. */
async function fillGaps(
  app: SlackApp,
  { db, log, now, store, answerAtOnce }: ListenParts,
  { since, signal }: { readonly since: Date; readonly signal: AbortSignal },
): Promise<number> {
  let missed = 0
  const receive = createReceive({
    ...{ answerAtOnce, log, noteChange: (payload) => noteChange(db, payload) },
    async store(arrivals) {
      const received = await store(arrivals)
      missed += received.stored
      return received
    },
  })
  const gap = { api: app.api, db, receive, log, now }
  const tokens = await listTokens(db, app)
  const filled = await Promise.allSettled(tokens.map((token) => fillGap({ ...gap, token }, since, signal)))
  for (const each of filled) if (each.status === 'rejected') throw each.reason
  return missed
}
