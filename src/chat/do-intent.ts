/** Does what an intent of an area says: finds the things that are meant, shows a preview or asks, and makes the call. */

import { toAppError } from '../core/errors.ts'
import { type Intent, nounOf, type Said, type Words } from '../core/intent/intent.ts'
import { isThat, type Noun, type Thing } from '../core/intent/noun.ts'
import { replyOf } from './answer.ts'
import { askToAccept, askToChoose, askToConfirm, choiceOf, instead } from './ask.ts'
import { type Waiting, withoutFirst, withThat, withWaiting } from './chat-state.ts'
import type { Reply } from './reply.ts'
import { findWidely, lastOf, type Resolved, resolve } from './resolve.ts'
import { type Done, invokeIn, type Turning } from './turning.ts'

type Input = Readonly<Record<string, unknown>>

/** @throws AppError */
export async function doIntent(turning: Turning, intent: Intent, words: Words): Promise<Done> {
  const named = nounOf(intent, words)
  if (named === undefined) {
    const that = intent.when?.that && lastOf(turning, intent.when.that)
    return await doFor(turning, intent, { words, things: that === undefined ? [] : [that] })
  }
  const said = words[named.slot]
  const resolved = await resolve(turning, named.noun, said)
  switch (resolved.kind) {
    case 'none':
      return { replies: [nothingFound(turning, named.noun, said)], state: turning.state }
    case 'several':
      return askWhich(turning, { noun: named.noun, said, resolved })
    case 'found':
      return await doForFound(turning, intent, { words, things: resolved.things, noun: named.noun, said })
  }
}

interface Aim {
  readonly words: Words
  readonly things: readonly Thing[]
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
        return await doFor(turning, intent, { words: aim.words, things: [thing] })
      } catch (again) {
        if (toAppError(again).code !== 'idempotency_mismatch') throw again
      }
    }
    throw thrown
  }
}

async function doFor(turning: Turning, intent: Intent, { words, things }: Aim): Promise<Done> {
  const { agent } = turning.message
  const said = { words, refs: things.map(({ ref }) => ref), preview: previewFor(turning, intent), agent }
  const input = intent.input(said)
  if (intent.operation.effect === 'destroy') {
    const { key } = turning.message
    const waiting: Waiting = { kind: 'confirmation', id: key, intent: intent.name, input }
    return { replies: [askToConfirm(intent, key)], state: withWaiting(turning.state, waiting) }
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
  const waiting: Waiting = { kind: 'preview', id: message.key, intent: name, input: toDo, kept }
  // A preview that was changed replaces the one that it was made from.
  const others = isChange ? withoutFirst(state) : state
  return { replies: [askToAccept(turning, { intent, output })], state: withWaiting(others, waiting) }
}

export interface CarryingOut extends Showing {
  readonly key: string
}

export async function carryOut(turning: Turning, doing: CarryingOut): Promise<Done> {
  const { intent, input, said, things, key } = doing
  const output = await invokeIn(turning, { operation: intent.operation, input }, key)
  const about = intent.about?.(output) ?? things
  return {
    replies: [replyOf(turning, { intent, input, output, said })],
    state: withThat(turning.state, about),
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

function askWhich(
  turning: Turning,
  { noun, said, resolved }: { noun: Noun; said: string | undefined; resolved: Resolved },
): Done {
  const { text } = turning.message
  const sayFor = ({ ref }: Thing) =>
    said === undefined ? `${text.trim()} ${ref}` : text.replace(said, () => ref)
  const choice = choiceOf(turning, { word: noun.word, things: resolved.things, sayFor })
  return { replies: [askToChoose(choice)], state: withWaiting(turning.state, choice) }
}

function nothingFound({ message, intents }: Turning, { word, kind }: Noun, said: string | undefined): Reply {
  const byNumber = `Name it by its number, such as ${kind.letters}-12.`
  if (said === undefined) return { text: `There is no ${word} that this could be about.`, actions: [] }
  if (isThat(said)) return { text: `I do not know which ${word} you mean. ${byNumber}`, actions: [] }
  const text = `No ${word} of yours matches "${said}". ${byNumber}`
  return { text, actions: instead(intents, message.text) }
}
