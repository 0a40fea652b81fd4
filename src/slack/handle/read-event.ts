/** What happened in Slack, as an event of the inbox tells it. */
import { z } from 'zod'
import { FileFacts } from '../../domain/slack/files/file-facts.ts'
import { type Commanded, readCommand } from './read-command.ts'

/** A message that somebody wrote. */
export interface Heard {
  readonly kind: 'heard'
  readonly teamId: string
  readonly channelId: string
  readonly userId: string
  /** Set where a program wrote. */
  readonly botId: string | undefined
  readonly ts: string
  /** The root of the thread that the message is in; undefined: it is in no thread. */
  readonly threadTs: string | undefined
  /** As Slack sends it. */
  readonly text: string
  readonly files: readonly FileFacts[]
}

/** A file was deleted in Slack, wherever it was shared. */
export interface FileDeleted {
  readonly kind: 'file deleted'
  readonly teamId: string
  readonly fileId: string
}

/** New words for a message; null: it was deleted. */
export interface Rewritten {
  readonly kind: 'rewritten'
  readonly teamId: string
  readonly channelId: string
  readonly ts: string
  readonly threadTs: string | undefined
  readonly text: string | null
}

/** Somebody pressed Slack's own button that stops work. */
export interface Stopped {
  readonly kind: 'stopped'
  readonly teamId: string
  readonly channelId: string
  readonly threadTs: string
  readonly userId: string
}

export type Happened = Heard | Rewritten | Stopped | Commanded | FileDeleted

const Said = z.object({
  user: z.string().optional(),
  bot_id: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  text: z.string().default(''),
})

const Envelope = z.object({ team_id: z.string(), event: z.looseObject({ type: z.string() }) })

const Changed = z.object({ channel: z.string(), message: Said.extend({ subtype: z.string().optional() }) })
const Deleted = z.object({
  channel: z.string(),
  deleted_ts: z.string(),
  previous_message: Said.partial().optional(),
})
/** What is no file as Slack describes one is left out. */
const Files = z.object({ files: z.array(FileFacts.or(z.unknown())).optional() })
const Deletion = z.object({ file_id: z.string() })
const Stop = z.object({ channel: z.string(), thread_ts: z.string(), user: z.string() })

/** Takes the place of a deleted message that had replies. */
export const TOMBSTONE = 'tombstone'

/** Messages of other kinds say that a topic was set, that somebody joined, and so on. */
const SPOKEN: ReadonlySet<unknown> = new Set([
  undefined,
  'file_share',
  'thread_broadcast',
  'me_message',
  'bot_message',
])

/** Undefined: nothing that a conversation is about. */
export function readEvent(body: string): Happened | undefined {
  const payload: unknown = JSON.parse(body)
  const envelope = Envelope.safeParse(payload)
  if (!envelope.success) return readCommand(payload)
  const { team_id: teamId, event } = envelope.data
  if (event.type === 'agent_session_stopped') {
    const { channel, thread_ts: threadTs, user } = Stop.parse(event)
    return { kind: 'stopped', teamId, channelId: channel, threadTs, userId: user }
  }
  if (event.type === 'file_deleted')
    return { kind: 'file deleted', teamId, fileId: Deletion.parse(event).file_id }
  if (event.type !== 'message' && event.type !== 'app_mention') return undefined
  if (event.subtype === 'message_changed') {
    const { channel, message } = Changed.parse(event)
    const text = message.subtype === TOMBSTONE ? null : message.text
    return { kind: 'rewritten', teamId, channelId: channel, ...placeOf(message), text }
  }
  if (event.subtype === 'message_deleted') {
    const { channel, deleted_ts: ts, previous_message: before } = Deleted.parse(event)
    return { kind: 'rewritten', teamId, channelId: channel, ts, threadTs: before?.thread_ts, text: null }
  }
  if (!SPOKEN.has(event.subtype)) return undefined
  const { channel } = z.object({ channel: z.string() }).parse(event)
  const said = Said.parse(event)
  if (said.user === undefined) return undefined
  const by = { userId: said.user, botId: said.bot_id }
  return {
    kind: 'heard',
    teamId,
    channelId: channel,
    ...by,
    ...placeOf(said),
    text: said.text,
    files: filesOf(event),
  }
}

function filesOf(event: unknown): FileFacts[] {
  const { files = [] } = Files.parse(event)
  return files.flatMap((file) => FileFacts.safeParse(file).data ?? [])
}

function placeOf({ ts, thread_ts: threadTs }: Pick<z.output<typeof Said>, 'ts' | 'thread_ts'>) {
  return { ts, threadTs }
}
