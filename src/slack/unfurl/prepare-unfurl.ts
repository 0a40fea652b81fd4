/**
 * Shows a card under a link to a thing of the gateway, for those who read the conversation in which the link was posted: the
 * same people for whom an answer would be written there.
 */
import type { KnownBlock } from '@slack/types'
import { z } from 'zod'
import type { Invoke } from '../../core/call/call.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError, ERROR_KINDS } from '../../core/errors.ts'
import type { Intent } from '../../core/intent/intent.ts'
import { mayCall } from '../../core/operation/catalog.ts'
import { cutText } from '../../core/text/cut.ts'
import type { Attempt, Ending, PreparedWork } from '../../domain/inbox/prepared.ts'
import { readSlack, SlackRefused, slackOf } from '../../domain/slack/slack-app.ts'
import { findSpeaker, type Speaking } from '../../domain/slack/speaker.ts'
import { findWorkspace } from '../../domain/slack/workspaces.ts'
import type { Audience } from '../handle/audience.ts'
import { isDirect, placeOf, type Standing, standingIn } from '../handle/place.ts'
import { textParts } from '../render/text-parts.ts'
import { type Linked, linkedBy } from './linked.ts'

export interface UnfurlParts {
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly intents: readonly Intent[]
  readonly audience: Audience
}

/** Links of one message that get a card. */
const LINKS_MAX = 5
const CARD_MAX_CHARS = 1_500

const COMPOSER = 'composer'

const Shared = z.object({
  team_id: z.string(),
  event: z.object({
    type: z.literal('link_shared'),
    user: z.string(),
    channel: z.string(),
    message_ts: z.string(),
    thread_ts: z.string().optional(),
    unfurl_id: z.string().optional(),
    source: z.string().optional(),
    is_bot_user_member: z.boolean().default(false),
    links: z.array(z.object({ url: z.string() })),
  }),
})
type SharedEvent = z.output<typeof Shared>['event']

/** Undefined: nobody posted a link. */
export function prepareUnfurl(parts: UnfurlParts, payload: unknown): PreparedWork | undefined {
  const { data } = Shared.safeParse(payload)
  if (data === undefined) return undefined
  return { work: (attempt) => unfurl(parts, { teamId: data.team_id, event: data.event }, attempt) }
}

interface Posted {
  readonly teamId: string
  readonly event: SharedEvent
}

/**
 * Slack replaces the cards of a message, so a repetition shows each card once.
 * @throws AppError where another attempt may succeed
 */
async function unfurl(parts: UnfurlParts, posted: Posted, { signal }: Attempt): Promise<Ending> {
  const { runtime, intents } = parts
  const { event, teamId } = posted
  const linking = { publicUrl: runtime.resources.publicUrl(), operations: runtime.operations, intents }
  const linked = event.links.flatMap(({ url }) => linkedBy(url, linking) ?? [])
  if (linked.length === 0) return endedWith('no link to a thing')
  const asking = { db: runtime.resources.db, app: slackOf(runtime.resources), now: runtime.now(), signal }
  const speaking = { ...asking, workspace: await findWorkspace(asking, teamId) }
  const cards = await cardsFor(parts, { speaking, event, linked: linked.slice(0, LINKS_MAX) })
  if (cards.length === 0) return endedWith('nothing that everybody there may see')
  const unfurls = Object.fromEntries(cards.map(({ url, blocks }) => [url, { blocks }]))
  const args = { ...targetOf(event), unfurls }
  try {
    await readSlack(asking.app, { method: 'chat.unfurl', args, signal, as: speaking.workspace })
    return endedWith(`cards: ${cards.length}`)
  } catch (thrown) {
    if (!(thrown instanceof SlackRefused)) throw thrown
    runtime.log.warn({ error: thrown.error, channel: event.channel }, 'Slack takes no cards of links')
    return endedWith(`refused: ${thrown.error}`)
  }
}

function endedWith(result: string): Ending {
  return { result, commit: async () => [] }
}

/** A message that is still being typed has no place yet. */
function targetOf({ source, unfurl_id, channel, message_ts: ts }: SharedEvent): object {
  return source === COMPOSER ? { source, unfurl_id } : { channel, ts }
}

interface Card {
  readonly url: string
  readonly blocks: readonly KnownBlock[]
}

interface Showing {
  readonly speaking: Speaking
  readonly event: SharedEvent
  readonly linked: readonly Linked[]
}

async function cardsFor(parts: UnfurlParts, { speaking, event, linked }: Showing): Promise<Card[]> {
  const { user: userId, channel, source } = event
  const isTyping = source === COMPOSER
  const speaker = await findSpeaker(speaking, { userId, channelId: isTyping ? userId : channel })
  if (speaker.kind === 'refused') return []
  // Slack does not say where the message will be sent, and the card may be sent with it.
  if (isTyping) return linked.map(({ url, reference }) => ({ url, blocks: blocksOf(typingText(reference)) }))
  const place = placeOf({
    ...{ teamId: speaking.workspace.teamId, channelId: channel },
    ...{ ts: event.message_ts, threadTs: event.thread_ts },
  })
  // Slack tells also of links in the direct messages of two people.
  if (isDirect(channel) && !event.is_bot_user_member) return []
  const standing = await standingIn(speaking, place, speaker.actor)
  if (standing.isPrivate || !(await isSeenByAll(parts, { speaking, place, standing }))) return []
  const told = await Promise.all(
    linked.map(async (each) => ({ url: each.url, text: await tellLinked(parts, each, standing) })),
  )
  return told.flatMap(({ url, text }) => (text === undefined ? [] : [{ url, blocks: blocksOf(text) }]))
}

function typingText(reference: string): string {
  return `${reference} in Switchboard\nIts card is shown in the message where everybody who reads along may see it.`
}

interface Seeing {
  readonly speaking: Speaking
  readonly place: ReturnType<typeof placeOf>
  readonly standing: Standing
}

async function isSeenByAll(
  { audience }: UnfurlParts,
  { speaking, place, standing }: Seeing,
): Promise<boolean> {
  try {
    return await audience.sees(speaking, place, standing.spaceId)
  } catch (thrown) {
    // The bot is not in that conversation, and cannot see who is.
    if (thrown instanceof SlackRefused) return false
    throw thrown
  }
}

/** Undefined: who posted the link may not see the thing there, or it does not exist. */
async function tellLinked(
  { invoke }: UnfurlParts,
  { operation, input }: Linked,
  { actor }: Standing,
): Promise<string | undefined> {
  if (!mayCall(operation, actor, { door: 'slack' })) return undefined
  try {
    const { output } = await invoke(operation, input, { actor, door: 'slack' })
    // Days are written out: the card is read on other days too.
    return operation.tell(output)
  } catch (thrown) {
    if (thrown instanceof AppError && ERROR_KINDS[thrown.code].retry === 'no') return undefined
    throw thrown
  }
}

function blocksOf(text: string): readonly KnownBlock[] {
  const [lead = '', ...rest] = cutText(text, CARD_MAX_CHARS, '…').split('\n')
  return [...textParts(lead, 'lead'), ...textParts(rest.join('\n'))].map(({ block }) => block)
}
