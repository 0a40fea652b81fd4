/** A conversation without a model: each message is recognized by the intents of the areas and done by their operations. */
import type { Gateway } from '../core/area/gateway.ts'
import { type Called, type Intent, isNoun, nounOf, type Phrased, type Takes } from '../core/intent/intent.ts'
import { type Noun, referencesIn } from '../core/intent/noun.ts'
import { createRecognizer, GUESSES_ORDER, type Recognized, recognize } from '../core/intent/recognizer.ts'
import { allIntents } from './all-intents.ts'
import { askInstead, askToChoose, instead } from './ask.ts'
import { type ChatState, hasJustDone, withFirst, withoutChoices, withWaiting } from './chat-state.ts'
import { doIntent } from './do-intent.ts'
import { refusalOf } from './refusal.ts'
import type { Chat, ChatMessage, Reply } from './reply.ts'
import { lastOf } from './resolve.ts'
import { asksIn } from './several-asks.ts'
import type { Done, Talk, Turning } from './turning.ts'

/** The most characters of a message. */
const MESSAGE_MAX_CHARS = 10_000

export interface ChatParts {
  readonly gateway: Pick<Gateway, 'operations' | 'invoke'>
  /** The intents of all areas. */
  readonly intents: readonly Intent[]
}

export function createChat({ gateway, intents: ofAreas }: ChatParts): Chat {
  const { operations, invoke } = gateway
  const { calling: intents, all } = allIntents(operations, ofAreas)
  const recognizer = createRecognizer(all)

  async function take(turning: Turning): Promise<Done | undefined> {
    const text = withoutSlash(turning.message.text)
    try {
      for (const reading of recognizer.readings(text, ({ when }) => hasNeeds(turning, when))) {
        const done = await answer(
          { ...turning, state: withoutChoice(turning.state, reading.intent) },
          reading,
        )
        if (done !== undefined) return done
      }
      return undefined
    } catch (thrown) {
      return { replies: [refusalOf(thrown, text)], state: turning.state }
    }
  }

  /** Each ask of a message that asks for several things; undefined: it is one. */
  async function takeEach(turning: Turning): Promise<Done | undefined> {
    const { message, state } = turning
    const asks = asksIn(recognizer, message.text, ({ when }) => hasNeeds(turning, when))
    if (asks.length === 0) return undefined
    let done: Done = { replies: [], state }
    for (const [index, text] of asks.entries()) {
      const asked = {
        ...turning,
        message: { ...message, text, key: `${message.key}/${index}` },
        state: done.state,
      }
      const next = (await take(asked)) ?? notUnderstood(asked)
      done = { ...next, replies: [...done.replies, ...next.replies], begun: next.begun ?? done.begun }
    }
    return done
  }

  function callIn(text: string): Called | undefined {
    const isCalling = (each: Talk | Intent): each is Intent => 'operation' in each
    const recognized = recognize(recognizer, text, ({ when }) => when === undefined)
    if (recognized?.isExact !== true || !isCalling(recognized.intent)) return undefined
    const { intent, words } = recognized
    // What a person means by words for things may be another thing when the call is made.
    if (intent.order >= GUESSES_ORDER || nounOf(intent, words) !== undefined) return undefined
    if (intent.operation.effect === 'destroy' || intent.calls !== undefined) return undefined
    const input = intent.input({ words, refs: [], preview: undefined })
    return { operation: intent.operation.name, input }
  }

  return {
    isCommand(text, state) {
      const holds = ({ when }: Phrased) => hasNeeds({ state, intents, message: { isAssisted: true } }, when)
      const recognized = recognize(recognizer, withoutSlash(text), holds)
      return recognized !== undefined && (hasSlash(text) || isCommand(recognized, state))
    },
    offersFor: (file) => intents.flatMap(({ offeredForFile }) => offeredForFile?.(file) ?? []),
    async turn(message, state, call) {
      const parts = { operations, intents, invoke, call, callIn }
      const say = async (text: string, then: ChatState): Promise<Done> => {
        const turning = { ...parts, message: { ...message, text }, state: then, say }
        return (await take(turning)) ?? notUnderstood(turning)
      }
      const { text } = message
      if (text.length > MESSAGE_MAX_CHARS) return { replies: [TOO_LONG], state, isUnderstood: true }
      const open = withFirst(state, message.waitingId)
      if (open === undefined) return { replies: [OVER], state, isUnderstood: true, isOver: true }
      const turning = { ...parts, message, state: open, say }
      const done = (await takeEach(turning)) ?? (await take(turning))
      const after = done ?? notUnderstood(turning)
      const next = { ...after.state, last: message.key }
      return { ...after, state: next, isUnderstood: done !== undefined }
    },
  }
}

/** Undefined: the message means something else. */
async function answer(
  turning: Turning,
  { intent, words }: Recognized<Talk | Intent>,
): Promise<Done | undefined> {
  return 'answer' in intent ? intent.answer(turning, words) : doIntent(turning, intent, words)
}

/** `/think` is typed as a word where slash commands do not work. */
function withoutSlash(text: string): string {
  return text.trim().replace(/^\/(?=[a-z])/i, '')
}

function hasSlash(text: string): boolean {
  return withoutSlash(text) !== text.trim()
}

/** Where nothing waits, the words that answer may mean anything. */
function isCommand({ intent, words, isExact }: Recognized<Talk | Intent>, state: ChatState): boolean {
  if (!isExact || ('isAnswer' in intent && state.waiting.length === 0)) return false
  const { slots = {} } = intent
  return Object.entries(words).every(([slot, text]) => isClosed(slots[slot], text))
}

/** Whether the text of a slot can hardly be about anything else. */
function isClosed(takes: Takes | Noun | undefined, text: string): boolean {
  return isNoun(takes) ? referencesIn(takes, text).length > 0 : takes !== undefined
}

interface Needing extends Pick<Turning, 'state' | 'intents'> {
  readonly message: Pick<ChatMessage, 'isAssisted'>
}

function hasNeeds({ state, intents, message }: Needing, when: Phrased['when'] = {}): boolean {
  const [first] = state.waiting
  const shown = first?.kind === 'preview' ? intents.find(({ name }) => name === first.intent) : undefined
  return (
    (when.preview === undefined || when.preview === shown?.operation) &&
    (when.that === undefined || lastOf({ state }, when.that) !== undefined) &&
    (when.justDone === undefined || hasJustDone(state)) &&
    (when.waiting === undefined || when.waiting === (first?.kind ?? 'nothing')) &&
    (when.assistant === undefined || message.isAssisted !== true)
  )
}

/** A choice is forgotten when the person says something else. */
function withoutChoice(state: ChatState, { when, order }: Phrased): ChatState {
  const isAnswer = when?.waiting === 'choice' || order < COMMANDS_ORDER
  return isAnswer ? state : withoutChoices(state)
}

/** The conversation's own intents come before those of areas. */
const COMMANDS_ORDER = 500

const OVER: Reply = { text: 'This is no longer open, so nothing was done.', actions: [] }

const TOO_LONG: Reply = {
  text: `That message has more than ${MESSAGE_MAX_CHARS} characters. Send it in parts.`,
  actions: [],
}

function notUnderstood(turning: Turning): Done {
  const { state, message } = turning
  const open = withoutChoices(state)
  const choice = askInstead(turning)
  if (choice === undefined) return { replies: [asked(turning.intents, message.text)], state: open }
  return { replies: [askToChoose(choice)], state: withWaiting(open, choice) }
}

function asked(intents: readonly Intent[], text: string): Reply {
  if (text.trim() === '') return { text: 'Type what you have to do, or say help.', actions: [HELP] }
  const unknown = unknownReference(intents, text)
  if (unknown !== undefined) return { text: unknown, actions: [HELP] }
  return {
    text: 'I am not sure what you mean. Is it something to do, or a question about what is there?',
    actions: [...instead(intents, text), HELP],
  }
}

/** "approve AP-2": nothing has such a number. */
function unknownReference(intents: readonly Intent[], text: string): string | undefined {
  const kinds = intents.flatMap(({ slots = {} }) =>
    Object.values(slots).flatMap((takes) => (isNoun(takes) && takes.kind !== undefined ? [takes.kind] : [])),
  )
  const words = new Map(kinds.map(({ letters, name }) => [letters, name]))
  const unknown = [...text.matchAll(/(?<!\S)([a-z]{1,3})-\d+\b/gi)].find(
    ([, letters = '']) => !words.has(letters.toUpperCase()),
  )?.[0]
  const known = [...words].map(([letters, name]) => `${letters}-12 for a ${name.replaceAll('_', ' ')}`)
  return unknown && `Nothing is numbered ${unknown}. Numbers look like ${known.join(', ')}.`
}

const HELP = { label: 'Help', say: 'help' }
