/** Does what an intent of an area says: finds the things that are meant, shows a preview or asks, and makes the call. */

import { toAppError } from '../core/errors.ts'
import {
  type Called,
  type Intent,
  nounOf,
  otherNounsOf,
  type Said,
  type Words,
} from '../core/intent/intent.ts'
import { isNewest, isThat, type Noun, type Thing } from '../core/intent/noun.ts'
import { GUESSES_ORDER } from '../core/intent/recognizer.ts'
import { counted } from '../core/text/counts.ts'
import { replyOf } from './answer.ts'
import { askToAccept, askToChoose, askToConfirm, choiceOf, instead } from './ask.ts'
import {
  type Confirmation,
  type Waiting,
  withDone,
  withoutFirst,
  withThat,
  withWaiting,
} from './chat-state.ts'
import type { Reply } from './reply.ts'
import { findWidely, lastOf, type Resolved, resolve } from './resolve.ts'
import { type Done, invokeIn, type Turning } from './turning.ts'
import { undoingOf } from './undoing.ts'

type Input = Readonly<Record<string, unknown>>

/** Undefined: the message means something else. @throws AppError */
export async function doIntent(turning: Turning, intent: Intent, words: Words): Promise<Done | undefined> {
  const called = intent.calls === undefined ? undefined : turning.callIn(words[intent.calls] ?? '')
  if (intent.calls !== undefined && called === undefined) return undefined
  const named = nounOf(intent, words)
  if (named === undefined) {
    const that = intent.when?.that && lastOf(turning, intent.when.that)
    return await doFor(turning, intent, { words, things: that === undefined ? [] : [that], called })
  }
  const said = words[named.slot]
  const others = await findOthers(turning, intent, words)
  if (others.done !== undefined || others.refs === undefined) return others.done
  const resolved = await resolve(turning, named.noun, said)
  switch (resolved.kind) {
    case 'none':
      if (isForOthers(turning, intent)) return undefined
      return { replies: [nothingFound(turning, named.noun, said)], state: turning.state }
    case 'several':
      return askWhich(turning, { noun: named.noun, said, resolved, intent })
    case 'described':
      if (intent.mayBeNew === 'described')
        return askWhich(turning, { noun: named.noun, said, resolved, intent })
      break
    case 'found':
      if (resolved.isAll === true)
        return askForAll(turning, intent, { words, said, noun: named.noun, others: others.refs, ...resolved })
  }
  const { refs } = others
  return await doForFound(turning, intent, {
    words,
    things: resolved.things,
    noun: named.noun,
    said,
    others: refs,
  })
}

/** The things that further nouns mean, or what is answered instead. */
async function findOthers(
  turning: Turning,
  intent: Intent,
  words: Words,
): Promise<{ readonly refs?: Words; readonly done?: Done | undefined }> {
  const refs: Record<string, string> = {}
  for (const { slot, noun } of otherNounsOf(intent, words)) {
    const said = words[slot]
    const resolved = await resolve(turning, noun, said)
    const [thing, ...more] = resolved.things
    if (thing === undefined && isForOthers(turning, intent)) return {}
    if (thing === undefined)
      return { done: { replies: [nothingFound(turning, noun, said)], state: turning.state } }
    if (more.length > 0) return { done: askWhich(turning, { noun, said, resolved, intent }) }
    refs[slot] = thing.ref
  }
  return { refs }
}

/** A guess that finds nothing is left to what else the message may mean, and to an assistant that stands ready. */
function isForOthers({ message }: Turning, { mayBeNew, order }: Intent): boolean {
  return mayBeNew !== undefined || (order >= GUESSES_ORDER && message.isAssisted === true)
}

interface All extends NamedAim {
  readonly hasMore?: boolean
}

/** What is done with many things at once is confirmed first. */
function askForAll(turning: Turning, intent: Intent, all: All): Done {
  const { state, message } = turning
  const { words, things, noun, said } = all
  if (things.length === 0) {
    const text = `There is no ${noun.word} that "${said}" could mean, so nothing was changed.`
    return { replies: [plain(text)], state }
  }
  const refs = things.map(({ ref }) => ref)
  const input = intent.input({ words, refs, others: all.others, preview: undefined })
  const typed = message.text.trim()
  const question = questionAbout(all, typed)
  const each = isForOne(intent)
    ? things.map(({ ref }) => intent.input({ words, refs: [ref], others: all.others, preview: undefined }))
    : undefined
  const asked = { id: message.key, intent: intent.name, input, typed, question, things: [...things], each }
  const waiting: Confirmation = { kind: 'confirmation', ...asked }
  return { replies: [askToConfirm(intent, waiting)], state: withWaiting(state, waiting) }
}

function questionAbout({ things, noun, hasMore }: All, typed: string): string {
  const count = counted(things.length, noun.word)
  return [
    hasMore === true
      ? `"${typed}" is about many; these are the first ${count}:`
      : `"${typed}" is about ${count}:`,
    ...things.map(({ ref, name }) => `${ref} ${name}`),
    'Do it?',
  ].join('\n')
}

/** The path of an operation names the one thing that it is about. */
function isForOne({ operation }: Intent): boolean {
  return operation.pathFields.length > 0
}

function oneByOne([first]: readonly Thing[]): Reply {
  return plain(`This is done for one at a time. Name one, such as ${first?.ref}.`)
}

const plain = (text: string): Reply => ({ text, actions: [] })

interface Aim {
  readonly words: Words
  readonly things: readonly Thing[]
  readonly others?: Words | undefined
  readonly called?: Called | undefined
}

interface NamedAim extends Aim {
  readonly noun: Noun
  readonly said: string | undefined
}

/**
 * A message that is repeated after a crash may find another thing by the same words, because the first attempt has
 * changed the one that was meant. Its key is then known for another input, so nothing is done, and the thing is found
 * among those that are done with.
 */
async function doForFound(turning: Turning, intent: Intent, aim: NamedAim): Promise<Done> {
  try {
    return await doFor(turning, intent, aim)
  } catch (thrown) {
    if (toAppError(thrown).code !== 'idempotency_mismatch' || aim.said === undefined) throw thrown
    for (const thing of await findWidely(turning, aim.noun, aim.said)) {
      try {
        return await doFor(turning, intent, { words: aim.words, things: [thing], others: aim.others })
      } catch (again) {
        if (toAppError(again).code !== 'idempotency_mismatch') throw again
      }
    }
    throw thrown
  }
}

async function doFor(
  turning: Turning,
  intent: Intent,
  { words, things, others, called }: Aim,
): Promise<Done> {
  const { agent } = turning.message
  if (things.length > 1 && isForOne(intent)) return { replies: [oneByOne(things)], state: turning.state }
  const refs = things.map(({ ref }) => ref)
  const said = { words, refs, others, preview: previewFor(turning, intent), agent, called }
  const input = intent.input(said)
  if (intent.operation.effect === 'destroy') {
    const { key, text: typed } = turning.message
    const waiting: Confirmation = { kind: 'confirmation', id: key, intent: intent.name, input, typed }
    return { replies: [askToConfirm(intent, waiting)], state: withWaiting(turning.state, waiting) }
  }
  const { preview } = intent
  if (preview === undefined || (turning.state.previews === 'off' && said.preview === undefined))
    return await carryOut(turning, { intent, input, said, things, key: `${turning.message.key}/done` })
  return await show(turning, { intent, input, said, things })
}

interface Showing {
  readonly intent: Intent
  readonly input: Input
  readonly said: Said
  readonly things: readonly Thing[]
}

/** Shows what the call would do; does it at once where that is clear. */
export async function show(turning: Turning, showing: Showing): Promise<Done> {
  const { intent, input, said } = showing
  const { operation, preview, name } = intent
  const { message, state } = turning
  if (preview === undefined) throw new Error(`the intent ${name} has no preview`)
  const output = await invokeIn(turning, { operation, input: preview.shows(input) }, `${message.key}/shown`)
  const toDo = preview.does(input, output)
  const isChange = said.preview !== undefined
  if (!isChange && state.previews === 'soft' && preview.isClear(output))
    return await carryOut(turning, { ...showing, input: toDo, key: `${message.key}/done` })
  const kept = preview.keep?.(output)
  const typed = isChange ? state.waiting[0]?.typed : message.text
  const waiting: Waiting = { kind: 'preview', id: message.key, intent: name, input: toDo, typed, kept }
  // A preview that was changed replaces the one that it was made from.
  const others = isChange ? withoutFirst(state) : state
  return { replies: [askToAccept(turning, { intent, output })], state: withWaiting(others, waiting) }
}

export interface CarryingOut extends Showing {
  /** What the person asked for, where the message only agreed to it. */
  readonly typed?: string | undefined
  readonly key: string
}

export async function carryOut(turning: Turning, doing: CarryingOut): Promise<Done> {
  const { intent, input, said, things, key } = doing
  const output = await invokeIn(turning, { operation: intent.operation, input }, key)
  const about = intent.about?.(output) ?? things
  const call = { operation: intent.operation, input, output }
  const undoing = undoingOf(turning, { ...call, typed: doing.typed ?? turning.message.text })
  const state = withThat(turning.state, about)
  return {
    replies: [replyOf(turning, { intent, input, output, said, undoing })],
    state: undoing === undefined ? state : withDone(state, undoing),
    begun: intent.operation.task?.startedBy(output),
  }
}

/** The preview that an intent changes. */
function previewFor({ state, intents }: Turning, { when }: Intent): Said['preview'] {
  if (when?.preview === undefined) return undefined
  const [waiting] = state.waiting
  if (waiting?.kind !== 'preview') return undefined
  const shown = intents.find(({ name }) => name === waiting.intent)
  return shown?.operation === when.preview ? { input: waiting.input, kept: waiting.kept } : undefined
}

interface Asking {
  readonly noun: Noun
  readonly said: string | undefined
  readonly resolved: Resolved
  readonly intent: Intent
}

function askWhich(turning: Turning, { noun, said, resolved, intent }: Asking): Done {
  const { text } = turning.message
  const sayFor = ({ ref }: Thing) =>
    said === undefined ? `${text.trim()} ${ref}` : text.replace(said, () => ref)
  const offers = intent.mayBeNew === undefined ? [] : instead(turning.intents, text)
  const choice = choiceOf(turning, { word: noun.word, things: resolved.things, sayFor, offers })
  return { replies: [askToChoose(choice)], state: withWaiting(turning.state, choice) }
}

function nothingFound({ message, intents }: Turning, noun: Noun, said: string | undefined): Reply {
  const { word, kind, isAsked } = noun
  const byNumber =
    kind === undefined
      ? 'Name it by more of its words.'
      : `Name it by its number, such as ${kind.letters}-12.`
  const isAny = said === undefined || isNewest(noun, said) || (isAsked === true && isThat(said))
  if (isAny) return { text: `There is no ${word} that this could be about.`, actions: [] }
  if (isThat(said)) return { text: `I do not know which ${word} you mean. ${byNumber}`, actions: [] }
  const text = `No ${word} of yours matches "${said}". ${byNumber}`
  return { text, actions: instead(intents, message.text) }
}
