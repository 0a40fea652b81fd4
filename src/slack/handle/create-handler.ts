/** Handles what happened in Slack: each event of the inbox becomes a turn of a conversation, or changes its history. */
import type { Runtime } from '../../core/call/runtime.ts'
import { changeMessage, findConversation, listAt } from '../../domain/conversations/store.ts'
import type { InboxRow } from '../../domain/inbox/event.ts'
import type { Attempt, Ending, InboxHandler, PreparedWork } from '../../domain/inbox/prepared.ts'
import { findCardAbout } from '../../domain/slack/cards/store.ts'
import { escapeText } from '../../domain/slack/escape.ts'
import { forgetFile, forgetFilesOfMessage } from '../../domain/slack/files/store.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import { POSTS_CHANGE } from '../../domain/slack/posts/rows.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import { findSpeaker, type Speaking } from '../../domain/slack/speaker.ts'
import { findWorkspace } from '../../domain/slack/workspaces.ts'
import { reworded } from '../files/file-replies.ts'
import { postReplies } from './answer.ts'
import { namedText } from './name-mentions.ts'
import { isDirect, keyOf, placeOf, shownIn, standingIn } from './place.ts'
import {
  type FileDeleted,
  type Happened,
  type Heard,
  type Rewritten,
  readEvent,
  type Stopped,
} from './read-event.ts'
import { refuseToStop, stopWork } from './stop-work.ts'
import { givingUpCommand, takeCommand } from './take-command.ts'
import { type HandleParts, type Handling, takeMessage } from './take-message.ts'

/** `others`: handles what is not said, such as clicks. */
export function createSlackHandler(parts: HandleParts, others?: InboxHandler): InboxHandler {
  return async (runtime, event) => {
    const happened = readEvent(event.body)
    if (happened === undefined) return (await others?.(runtime, event)) ?? 'ignored'
    return workOn(parts, { runtime, event, happened })
  }
}

interface Taking {
  readonly runtime: Runtime
  readonly event: InboxRow
  readonly happened: Happened
}

function workOn(parts: HandleParts, { runtime, event, happened }: Taking): PreparedWork {
  return {
    async work(attempt) {
      const speaking = await speakingIn(runtime, happened.teamId, attempt)
      const handling = { runtime, attempt, speaking, inboxId: event.id }
      switch (happened.kind) {
        case 'heard':
          return await takeMessage(parts, handling, happened)
        case 'rewritten':
          return await rewrite(handling, happened)
        case 'commanded':
          return await takeCommand(parts, handling, happened)
        case 'stopped':
          return await stop(parts, handling, happened)
        case 'file deleted':
          return forgetting(happened)
      }
    },
    ...(happened.kind === 'heard' && isWaitedFor(happened) && { giveUp: givingUp(runtime, happened) }),
    ...(happened.kind === 'commanded' && { giveUp: givingUpCommand(runtime, happened) }),
  }
}

async function speakingIn(runtime: Runtime, teamId: string, { signal }: Attempt): Promise<Speaking> {
  const { resources } = runtime
  const known = { db: resources.db, app: slackOf(resources), now: runtime.now(), signal }
  return { ...known, workspace: await findWorkspace(known, teamId) }
}

/** The copy goes with the file; what was made of it stays. */
function forgetting({ teamId, fileId }: FileDeleted): Ending {
  return {
    result: null,
    async commit({ db }) {
      await forgetFile(db, teamId, fileId)
      return []
    },
  }
}

/** What was done for a message stays: only the history, and the copies of its files, follow its author. */
async function rewrite({ runtime, speaking }: Handling, rewritten: Rewritten): Promise<Ending> {
  const { now } = speaking
  const text = rewritten.text === null ? null : await namedText(speaking, rewritten.text)
  return {
    result: null,
    async commit({ db }) {
      const place = placeOf(rewritten)
      const shown = await shownIn(db, place)
      const conversationIds = [...(await listAt(db, keyOf(place))), ...(shown === undefined ? [] : [shown])]
      const said = { conversationIds, messageId: rewritten.ts }
      const card = await findCardAbout(db, said)
      const reword = (kept: string) => (text === null ? null : reworded(kept, text))
      const isChanged = await changeMessage(db, said, { reword, now })
      if (text === null) await forgetFilesOfMessage(db, rewritten)
      if (card === undefined || !isChanged) return []
      const { teamId, channelId: channel, threadTs } = card
      const words = text === null ? DELETED : EDITED
      const writer = { db, newId: runtime.newId, now }
      await insertPosts(writer, [{ kind: 'message', teamId, channel, threadTs, text: words }])
      return [POSTS_CHANGE]
    },
  }
}

/** While a task is shown, its messages change nothing of it any more. */
const EDITED =
  'I go on with your message as you wrote it first. Write here what should change: I read it before my next step.'
const DELETED =
  'I go on, also without the message that was deleted. Say stop to stop me, or write here what should change.'

/** Slack's own button does what "stop" does. */
async function stop(parts: HandleParts, { runtime, speaking }: Handling, stopped: Stopped): Promise<Ending> {
  const { db, now, signal } = speaking
  const nothing: Ending = { result: null, commit: async () => [] }
  const speaker = await findSpeaker(speaking, stopped)
  if (speaker.kind === 'refused') return nothing
  const place = placeOf({ ...stopped, ts: stopped.threadTs })
  const standing = await standingIn(speaking, place, speaker.actor)
  const { assistants } = parts
  const conversation = await findConversation(db, standing.conversationId)
  const call = { actor: standing.actor, door: 'slack' as const, signal }
  const taken =
    (conversation && (await stopWork({ assistants, db }, conversation, call))) ??
    (await refuseToStop(db, place, standing.conversationId))
  if (taken === undefined) return nothing
  const { replies, isPrivate } = taken
  const isOpen =
    !(standing.isPrivate || isPrivate) && (await parts.audience.sees(speaking, place, standing.spaceId))
  const to = { place, userId: stopped.userId, personId: standing.actor.personId, isOpen, saysPrivate: false }
  return {
    result: replies.map(({ text }) => text).join('\n'),
    async commit({ db: within }) {
      const writer = { db: within, newId: runtime.newId, now }
      await postReplies(parts, writer, { replies, to })
      return [POSTS_CHANGE]
    },
  }
}

/** Whether its author may wait for an answer. Which user the bot is may be what could not be found out. */
function isWaitedFor({ channelId, text, botId }: Heard): boolean {
  return botId === undefined && (isDirect(channelId) || text.includes('<@'))
}

/** Nobody waits for an answer without hearing that none comes. */
function givingUp(runtime: Runtime, heard: Heard): NonNullable<PreparedWork['giveUp']> {
  return async ({ db }, { message, fix = '' }) => {
    const { root } = placeOf(heard)
    const post = {
      ...{ kind: 'message' as const, teamId: heard.teamId, channel: heard.channelId },
      text: escapeText(`I could not do this: ${message} ${fix}`.trim()),
      ...(root !== undefined && { threadTs: root }),
      ...(!isDirect(heard.channelId) && { onlyFor: heard.userId }),
    }
    await insertPosts({ db, newId: runtime.newId, now: runtime.now() }, [post])
    return [POSTS_CHANGE]
  }
}
