/** Which events of the Events API matter, and by what they are known. */
import type { JsonObject } from '../../core/text/json.ts'
import { sha256 } from '../../domain/inbox/receive.ts'
import { TOMBSTONE } from '../handle/read-event.ts'
import { objectAt, type Sorted, textAt, threadKey } from './arrived.ts'

/** Messages of people, and of other bots: whether those may speak, their handler decides. */
const SPOKEN_SUBTYPES: ReadonlySet<string> = new Set([
  ...['', 'file_share', 'thread_broadcast', 'me_message', 'bot_message'],
])

/** Undefined: the event changes nothing for us. */
export function sortEvent(payload: JsonObject): Sorted | undefined {
  // Without an event inside, as in `app_rate_limited`, it tells of the delivery itself.
  const event = objectAt(payload, 'event')
  const type = textAt(event, 'type')
  if (type === '') return undefined
  if (type === 'message' || type === 'app_mention') return sortMessage(payload, event)
  const teamId = teamOf(payload)
  if (type === 'member_joined_channel' && !isOfBot(payload, event)) return undefined
  const eventId =
    linksId(teamId, event) ?? `evt:${textAt(payload, 'event_id') || sha256(JSON.stringify(payload))}`
  return { eventId, type, teamId, orderKey: homeKey(teamId, event), orderAt: textAt(event, 'event_ts') }
}

/** Links are known by their message, however often Slack tells of them; undefined: it is something else, or asked for again. */
function linksId(teamId: string, event: JsonObject): string | undefined {
  if (textAt(event, 'type') !== 'link_shared' || event.is_unfurl_refresh === true) return undefined
  const links = sha256(JSON.stringify(event.links ?? []))
  return `links:${teamId}:${textAt(event, 'channel')}:${textAt(event, 'message_ts')}:${links}`
}

/** The home of a user is drawn for one event after the other. */
function homeKey(teamId: string, event: JsonObject): string | null {
  return textAt(event, 'type') === 'app_home_opened' ? `slack:${teamId}:home:${textAt(event, 'user')}` : null
}

function sortMessage(payload: JsonObject, event: JsonObject): Sorted | undefined {
  const subtype = textAt(event, 'subtype')
  if (subtype === 'message_changed') return sortEdit(payload, event)
  if (subtype === 'message_deleted') return sortDeletion(payload, event)
  if (!SPOKEN_SUBTYPES.has(subtype) || event.hidden === true || isOwn(payload, event)) return undefined
  // A message and the mention in it are one, whichever of the two arrives first.
  return of(payload, { event, message: event, id: 'msg' })
}

/** Links that unfold and languages that are recognized change a message without an edit. */
function sortEdit(payload: JsonObject, event: JsonObject): Sorted | undefined {
  const message = objectAt(event, 'message')
  const before = objectAt(event, 'previous_message')
  if (textAt(message, 'subtype') === TOMBSTONE) return of(payload, { event, message, id: 'del' })
  const editedTs = textAt(message, 'edited', 'ts')
  const isEdited = editedTs !== '' && editedTs !== textAt(before, 'edited', 'ts')
  if (!isEdited || textAt(message, 'text') === textAt(before, 'text') || isOwn(payload, message))
    return undefined
  return of(payload, { event, message, id: 'edit', suffix: `:${editedTs}` })
}

function sortDeletion(payload: JsonObject, event: JsonObject): Sorted | undefined {
  const before = objectAt(event, 'previous_message')
  if (isOwn(payload, before)) return undefined
  return of(payload, { event, message: { ...before, ts: event.deleted_ts }, id: 'del' })
}

interface Told {
  readonly event: JsonObject
  /** The message that it is about. */
  readonly message: JsonObject
  readonly id: string
  readonly suffix?: string
}

function of(payload: JsonObject, { event, message, id, suffix = '' }: Told): Sorted | undefined {
  const teamId = teamOf(payload)
  const channel = textAt(event, 'channel')
  const ts = textAt(message, 'ts')
  if (channel === '' || ts === '') return undefined
  return {
    eventId: `${id}:${teamId}:${channel}:${ts}${suffix}`,
    type: textAt(event, 'subtype') || textAt(event, 'type'),
    orderKey: threadKey({ teamId, channel, ts, threadTs: textAt(message, 'thread_ts') }),
    orderAt: id === 'msg' ? ts : textAt(event, 'event_ts'),
    teamId,
  }
}

/** Of the installation that the event is for: in a shared channel it may have happened in another workspace. */
function teamOf(payload: JsonObject): string {
  return textAt(firstAuthorization(payload), 'team_id') || textAt(payload, 'team_id')
}

function firstAuthorization({ authorizations }: JsonObject): unknown {
  return Array.isArray(authorizations) ? authorizations[0] : undefined
}

/** Whether the bot itself came into a channel. */
function isOfBot(payload: JsonObject, event: JsonObject): boolean {
  return textAt(event, 'user') === textAt(firstAuthorization(payload), 'user_id')
}

/** Whether the bot itself wrote it. */
function isOwn(payload: JsonObject, message: JsonObject): boolean {
  const appId = textAt(payload, 'api_app_id')
  const isOfApp =
    appId !== '' && [textAt(message, 'app_id'), textAt(message, 'bot_profile', 'app_id')].includes(appId)
  const botUserId = textAt(firstAuthorization(payload), 'user_id')
  return isOfApp || (botUserId !== '' && textAt(message, 'user') === botUserId)
}
