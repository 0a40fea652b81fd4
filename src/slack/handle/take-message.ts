/** A message that somebody wrote: whether it is for the bot, who speaks, what is done and what is answered. */

import type { Reply } from '../../chat/reply.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { personTimeZone } from '../../domain/access/people.ts'
import {
  addMessages,
  type Conversation,
  findConversation,
  hasAddressed,
  lastMessages,
  listAt,
  type NewMessage,
  newConversation,
  type SaidMessage,
  saveConversation,
} from '../../domain/conversations/store.ts'
import type { Attempt, Ending } from '../../domain/inbox/prepared.ts'
import { insertCard } from '../../domain/slack/cards/store.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { findSpeaker, type Speaking } from '../../domain/slack/speaker.ts'
import { NO_FILES, refusedReplies, textWith } from '../files/file-replies.ts'
import { openFiles, postFiles } from '../files/post-files.ts'
import { type ReceivedFiles, receiveFiles } from '../files/receive-files.ts'
import type { ResponsePlace } from '../interact/post-reply.ts'
import { mentions, mentionsOthers, plainText } from '../render/plain-text.ts'
import { readerIn } from '../render/reader.ts'
import { type AnswerParts, postReplies } from './answer.ts'
import type { Audience } from './audience.ts'
import { type Conversing, takeTurn } from './converse.ts'
import { endAnswers } from './end-answers.ts'
import { seedOf } from './history.ts'
import { nameMentions } from './name-mentions.ts'
import { isDirect, keyOf, placeOf, type Standing, standingIn } from './place.ts'
import type { Heard } from './read-event.ts'
import { type Refused, refuse } from './refuse.ts'
import type { Taken } from './taken.ts'

export interface HandleParts extends Conversing, AnswerParts {
  readonly audience: Audience
}

/** Messages of a conversation that an assistant is told. */
const HISTORY_MAX = 30

export interface Handling {
  readonly runtime: Runtime
  readonly speaking: Speaking
  readonly attempt: Attempt
  /** The message in the inbox; undefined: it is a press. */
  readonly inboxId?: string
}

export async function takeMessage(parts: HandleParts, handling: Handling, sent: Heard): Promise<Ending> {
  const { speaking } = handling
  const { db, workspace } = speaking
  const isCalled = isDirect(sent.channelId) || mentions(sent.text, workspace.botUserId)
  const place = placeOf(sent)
  if (!isCalled && (await listAt(db, keyOf(place))).length === 0) return NOT_FOR_US
  const speaker = await findSpeaker(speaking, sent)
  if (speaker.kind === 'refused') return isCalled ? refusal(handling, sent, speaker) : NOT_FOR_US
  const heard = { ...sent, text: await nameMentions(speaking, sent.text) }
  const standing = await standingIn(speaking, place, speaker.actor)
  const conversation = await findConversation(db, standing.conversationId)
  if (!isCalled && !(await goesOn(handling, { heard, standing, conversation })))
    return conversation === undefined
      ? NOT_FOR_US
      : overheard(conversation, heard, {
          ...{ standing, isAddressed: false, botUserId: workspace.botUserId },
          files: NO_FILES,
        })
  return await answer(parts, handling, { heard, standing, conversation })
}

const NOT_FOR_US: Ending = { result: null, commit: async () => [] }

export interface ForUs {
  readonly heard: Heard
  readonly standing: Standing
  readonly conversation: Conversation | undefined
  /** Where a command is answered. */
  readonly response?: ResponsePlace | undefined
  /** What a button answers among what waits. */
  readonly waitingId?: string | undefined
  /** A button was pressed, and nothing typed. */
  readonly isPressed?: boolean
}

export interface Answered extends Ending {
  /** It answers what no longer waits, so nothing was done. */
  readonly isOver: boolean
}

/** In a thread where the bot takes part, those who have spoken with it go on without a mention. */
async function goesOn({ speaking }: Handling, { heard, standing, conversation }: ForUs): Promise<boolean> {
  const { db, workspace } = speaking
  if (conversation === undefined || mentionsOthers(heard.text, workspace.botUserId)) return false
  return await hasAddressed(db, conversation.id, standing.actor.personId)
}

function refusal(
  { runtime, speaking, inboxId }: Handling,
  heard: Heard,
  refused: Omit<Refused, 'inboxId'>,
): Ending {
  return {
    result: `Refused: ${refused.why}.`,
    async commit({ db }) {
      const post = await refuse({ ...speaking, db }, heard, { ...refused, inboxId })
      if (post === undefined) return []
      await insertPosts({ db, newId: runtime.newId, now: speaking.now }, [post])
      return [POSTS_CHANGE]
    },
  }
}

/** What people say to each other in a thread of the bot becomes part of its history, and nothing else. */
function overheard({ id }: Conversation, heard: Heard, saying: Saying): Ending {
  return {
    result: null,
    async commit({ db }) {
      await addMessages(db, id, [messageOf(heard, saying)])
      return []
    },
  }
}

interface Saying {
  readonly standing: Standing
  readonly isAddressed: boolean
  readonly botUserId: string
  /** Those that were kept of the message. */
  readonly files: ReceivedFiles
}

function messageOf({ ts, text }: Heard, { standing, isAddressed, botUserId, files }: Saying): NewMessage {
  const said = { id: ts, personId: standing.actor.personId, isOurs: false, isAddressed }
  return { ...said, text: textWith(files, plainText(text, botUserId)), saidAt: new Date(Number(ts) * 1000) }
}

const SAID_NOTHING: Taken = { replies: [], changed: {} }

/** Takes the turn of somebody who may speak, and answers it. */
export async function answer(
  parts: HandleParts,
  handling: Handling,
  { heard, ...rest }: ForUs,
): Promise<Answered> {
  const { runtime, speaking } = handling
  const { standing } = rest
  const { db, now, workspace } = speaking
  const place = placeOf(heard)
  const parent = rest.conversation === undefined ? await parentOf(speaking, heard) : undefined
  const begun = newConversation(standing.conversationId, standing.spaceId, now)
  const conversation = rest.conversation ?? { ...begun, state: parent?.state ?? null }
  const seed = rest.conversation === undefined ? await seedOf(speaking, heard) : []
  const known = await lastMessages(db, conversation.id, HISTORY_MAX)
  const history = [
    ...seed.map((each) => ({ ...each, conversationId: conversation.id, editedAt: null })),
    ...known,
  ]
  const { taken, files, refusals, text } = await turnWith(parts, handling, {
    heard,
    standing,
    conversation,
    history,
    waitingId: rest.waitingId,
    isPressed: rest.isPressed,
  })
  const isOpen =
    !(standing.isPrivate || taken.isPrivate) && (await parts.audience.sees(speaking, place, standing.spaceId))
  const asked = taken.replies.flatMap(({ files: sent = [] }) => sent)
  const sent = await openFiles(db, asked, async (spaceId) =>
    isOpen ? await parts.audience.sees(speaking, place, spaceId) : true,
  )
  return {
    ...{ result: taken.replies.map(({ text }) => text).join('\n'), isOver: taken.isOver ?? false },
    async commit({ db: within }) {
      const writer = { db: within, newId: runtime.newId, now }
      await endAnswers(writer, taken.ended ?? [])
      await saveConversation(within, conversation, { ...taken.changed, now })
      if (parent !== undefined) await saveConversation(within, parent, { state: null, now })
      const said = messageOf(heard, {
        ...{ standing, isAddressed: true, botUserId: workspace.botUserId, files },
      })
      await addMessages(within, conversation.id, [...seed, said, ...repliesOf(heard, taken, now)])
      const saysPrivate = rest.conversation === undefined && !taken.isPrivate
      const { response } = rest
      const whom = { userId: heard.userId, personId: standing.actor.personId }
      const to = { place, ...whom, isOpen, saysPrivate, response }
      const { taskId } = taken.changed
      // A card shows it from the beginning to the end. A command has no thread for one.
      const hasCard = typeof taskId === 'string' && isOpen && response === undefined
      if (hasCard)
        await insertCard(
          within,
          cardOf(heard, { taskId, conversation, personId: to.personId, title: text }),
          now,
        )
      await postReplies(parts, writer, { replies: hasCard ? refusals : taken.replies, to })
      const isThere = isOpen && response === undefined
      const where = isThere ? { channel: place.channelId, threadTs: place.root } : { channel: heard.userId }
      await postFiles(writer, sent, { teamId: place.teamId, ...where })
      return [POSTS_CHANGE]
    },
  }
}

interface Turning {
  readonly heard: Heard
  readonly standing: Standing
  readonly conversation: Conversation
  readonly history: readonly SaidMessage[]
  readonly waitingId: string | undefined
  readonly isPressed: boolean | undefined
}

/** Takes the files of the message, then the turn. What could not be taken is told after the answer to the rest. */
async function turnWith(
  parts: HandleParts,
  handling: Handling,
  { heard, standing, conversation, history, waitingId, isPressed }: Turning,
) {
  const { runtime, speaking, attempt } = handling
  const { now, signal, workspace } = speaking
  const files =
    heard.files.length === 0
      ? NO_FILES
      : await receiveFiles(handling, {
          ...{ teamId: heard.teamId, channelId: heard.channelId, ts: heard.ts, files: heard.files },
          ...{ personId: standing.actor.personId, spaceId: standing.spaceId },
        })
  const text = plainText(heard.text, workspace.botUserId)
  const isRefusedWhole = text === '' && files.kept.length === 0 && files.refused.length > 0
  const turn = async (): Promise<Taken> =>
    await takeTurn(parts, {
      ...{ resources: runtime.resources, conversation, history, text, files },
      place: placeOf(heard),
      ...{ agent: standing.agent, waitingId, isPressed },
      reader: readerIn(await personTimeZone({ ...runtime.resources, actor: standing.actor }), now),
      call: { actor: standing.actor, door: 'slack', key: attempt.key, signal },
    })
  const done = isRefusedWhole ? SAID_NOTHING : await turn()
  const refusals = refusedReplies(files)
  return { taken: { ...done, replies: [...done.replies, ...refusals] }, files, refusals, text }
}

interface Begun {
  readonly taskId: string
  readonly conversation: Conversation
  readonly personId: string
  readonly title: string
}

/** A card is in the thread of the message, also where a direct message is answered beside it. */
function cardOf({ teamId, channelId, userId, ts, threadTs = ts }: Heard, begun: Begun) {
  const { conversation, ...more } = begun
  return { ...more, conversationId: conversation.id, teamId, channelId, threadTs, userId }
}

/**
 * A thread under a direct message goes on with what waits outside of threads: the reply is to what was shown there. What
 * waits moves into the thread, so that it is answered once.
 */
async function parentOf({ db }: Speaking, heard: Heard): Promise<Conversation | undefined> {
  const place = placeOf(heard)
  if (!isDirect(heard.channelId) || place.root === undefined) return undefined
  return await findConversation(db, keyOf({ ...place, root: undefined }))
}

/** Their ids come after that of the message that they answer. */
function repliesOf({ ts }: Heard, { replies }: Taken, now: Date): NewMessage[] {
  return replies.map(({ text }: Reply, at) => ({
    ...{ id: `${ts}/${at}`, personId: null, isOurs: true, isAddressed: false },
    ...{ text, saidAt: now },
  }))
}
