/** One turn of a conversation: by an intent, or with an assistant. */

import { ChatState, endedBetween, NEW_CHAT } from '../../chat/chat-state.ts'
import type { Chat, ChatCall, Reply } from '../../chat/reply.ts'
import { AppError, ERROR_KINDS, toAppError } from '../../core/errors.ts'
import type { Resources } from '../../core/operation/context.ts'
import type { Reader } from '../../core/operation/description.ts'
import type { TaskView } from '../../core/operation/long-task.ts'
import type { Conversation, SaidMessage } from '../../domain/conversations/store.ts'
import { agentGone } from '../../domain/slack/channel-agent.ts'
import { keptReplies, onlyOffer, wordsWith } from '../files/file-replies.ts'
import type { ReceivedFiles } from '../files/receive-files.ts'
import type { Assistants, Begun, KeyedCall } from './assistants.ts'
import { isDirect, type Place, placeIn } from './place.ts'
import { isStop, refuseToStop, stopWork } from './stop-work.ts'
import type { Taken } from './taken.ts'

export interface Turn {
  readonly resources: Resources
  readonly conversation: Conversation
  /** What was said before, the oldest first. */
  readonly history: readonly SaidMessage[]
  readonly text: string
  readonly place: Place
  /** What came with the message. */
  readonly files: ReceivedFiles
  readonly reader: Reader
  /** The agent that answers there; undefined: the standard one. */
  readonly agent: string | undefined
  readonly call: KeyedCall
  /** What a button answers among what waits; undefined: it was typed, or answers nothing. */
  readonly waitingId?: string | undefined
  /** A button was pressed: its words are for whom they were shown by, which is no assistant. */
  readonly isPressed?: boolean | undefined
}

/** A letter or a digit of any script. */
const SAYS_SOMETHING = /[\p{L}\p{N}]/u

export interface Conversing {
  readonly chat: Chat
  readonly assistants: Assistants
}

/**
 * While an assistant works, "stop" stops it, and a command is done as itself. Everything else in its conversation is for the
 * assistant: the answer, where it asks something. Refusals are replies.
 * @throws AppError where the same turn may be tried again
 */
export async function takeTurn({ chat, assistants }: Conversing, turn: Turn): Promise<Taken> {
  const { text, files, reader, call, agent, waitingId } = turn
  const { key, ...plain } = call
  const state = stateOf(turn.conversation)
  const work = await openWork(assistants, turn.conversation, plain)
  const directed = turn.isPressed === true ? undefined : await directWork({ chat, assistants }, turn, work)
  if (directed !== undefined) return directed
  // In private, an imperative is most often a task; who mentions the bot among others asks it to do something.
  const isAssisted = !isDirect(turn.place.channelId) && assistants.isReady(turn.resources)
  const taken = await chat.turn({ text, key, reader, agent, waitingId, isAssisted }, state, plain)
  const ended = endedBetween(state, taken.state)
  const { begun: taskId } = taken
  const followed = taskId === undefined ? {} : { taskId, taskFor: call.actor.personId }
  const changed = { state: taken.state, ...followed }
  const replies = [...taken.replies, ...stillAsking(work)]
  const replied = { replies, changed, ended, isOver: taken.isOver }
  if (taken.isUnderstood) return { ...replied, replies: [...replies, ...keptReplies(chat, files)] }
  // Nothing is no goal: the reply says what can be typed.
  if (!SAYS_SOMETHING.test(text) && files.kept.length === 0) return replied
  return await asReply(async () => {
    const begun = await begin(assistants, turn)
    if (begun === undefined) return (await turnOfFiles(chat, turn)) ?? replied
    const { taskId: begunId = null } = begun
    // What the conversation would have asked is for the assistant to find out.
    const changed = { state, taskId: begunId, taskFor: call.actor.personId }
    return {
      ...say(`I am on it. ${begun.text}\nSay stop to stop it; anything else you write here reaches it.`),
      ...{ changed, ended },
    }
  })
}

/** Undefined: the message is for no assistant at work. */
async function directWork(
  { chat, assistants }: Conversing,
  turn: Turn,
  work: Work | undefined,
): Promise<Taken | undefined> {
  const { conversation, text, files, call, place } = turn
  const { db } = turn.resources
  const { key: _key, ...plain } = call
  const state = stateOf(conversation)
  // Where something waits for an answer, "cancel" is about that.
  if (isStop(text) && (work !== undefined || state.waiting.length === 0)) {
    const stopped =
      work === undefined
        ? await refuseToStop(db, place, conversation.id)
        : await asReply(async () => await stopWork({ assistants, db }, conversation, plain))
    if (stopped !== undefined) return stopped
  }
  if (work?.view === undefined || isForChat(chat, turn, work.view)) return undefined
  return await asReply(async () => {
    const message = { text: wordsWith(files, text), files: files.kept }
    return say(`${await assistants.steer(work.taskId, message, call)}\nSay stop to stop it.`)
  })
}

/** In the thread of an assistant that asks something, only a slash keeps a message from being the answer. */
function isForChat(
  chat: Chat,
  { text, files, place, conversation }: Turn,
  { questions }: NonNullable<Work['view']>,
): boolean {
  const isAnswer = questions.length > 0 && place.root !== undefined && !text.startsWith('/')
  return files.kept.length === 0 && !isAnswer && chat.isCommand(text, stateOf(conversation))
}

/** @throws AppError `not_found` where the agent of the channel is there no more */
async function begin(assistants: Assistants, turn: Turn): Promise<Begun | undefined> {
  const { resources, agent, call, conversation, files } = turn
  try {
    return await assistants.begin(
      resources,
      { text: wordsWith(files, turn.text), context: contextOf(turn), files: files.kept, agent },
      call,
    )
  } catch (thrown) {
    const isGone = agent !== undefined && thrown instanceof AppError && thrown.code === 'not_found'
    throw isGone ? agentGone({ ...placeIn(conversation.id), agent }) : thrown
  }
}

/** What can be done without a model with the files of a message that means nothing by itself; undefined: none came. */
async function turnOfFiles(chat: Chat, turn: Turn): Promise<Taken | undefined> {
  const { conversation, files, reader, call } = turn
  if (files.kept.length === 0) return undefined
  const text = onlyOffer(chat, files)
  if (text === undefined) return { replies: keptReplies(chat, files), changed: {} }
  const { key, ...plain } = call
  const { replies, state } = await chat.turn({ text, key, reader }, stateOf(conversation), plain)
  return { replies, changed: { state } }
}

interface Work {
  readonly taskId: string
  /** Undefined: the caller does not see the work. */
  readonly view: Extract<TaskView, { status: 'working' }> | undefined
}

/** The work of a conversation that goes on. */
async function openWork(
  assistants: Assistants,
  { taskId }: Conversation,
  call: ChatCall,
): Promise<Work | undefined> {
  if (taskId === null) return undefined
  try {
    const view = await assistants.look(taskId, call)
    return view.status === 'working' ? { taskId, view } : undefined
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'not_found' || thrown.code === 'forbidden'))
      return { taskId, view: undefined }
    throw thrown
  }
}

/** What a person can mend becomes the answer; what passes by itself is tried again. */
async function asReply<Reply extends Taken | undefined>(work: () => Promise<Reply>): Promise<Reply | Taken> {
  try {
    return await work()
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'internal' || ERROR_KINDS[error.code].retry === 'later') throw thrown
    return say([error.message, error.fix].filter((words) => words !== undefined).join(' '))
  }
}

/** What was done was no answer to what an assistant asks, and the person may have meant one. */
function stillAsking(work: Work | undefined): Reply[] {
  const [question] = work?.view?.questions ?? []
  if (question === undefined) return []
  const [about = ''] = question.message.split('\n')
  const isChoice = Object.values(question.fields).some((field) => 'enum' in field)
  const how = isChoice ? 'Its buttons decide.' : 'Answer in its thread, where every word is for the agent.'
  return [{ text: `Still open: ${about}\n${how}`, actions: [] }]
}

function say(text: string): Taken {
  return { replies: [{ text, actions: [] }], changed: {} }
}

/** One that a newer version no longer reads begins again. */
function stateOf({ state }: Conversation): ChatState {
  const read = ChatState.safeParse(state ?? NEW_CHAT)
  return read.success ? read.data : NEW_CHAT
}

/** The author of the message gives the goal; what was said before is only quoted. */
function contextOf({ history }: Turn): string | undefined {
  if (history.length === 0) return undefined
  const quoted = history.map(({ personId, isOurs, text }) => {
    const who = isOurs ? 'you' : (personId ?? 'somebody')
    return `${who}: ${JSON.stringify(text)}`
  })
  return ['What was said before in this conversation:', ...quoted].join('\n')
}
