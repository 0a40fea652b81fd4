/** Replies that wait for an answer: a preview, a confirmation, a choice among things. */
import type { Intent, Offer } from '../core/intent/intent.ts'
import type { Thing } from '../core/intent/noun.ts'
import type { Choice } from './chat-state.ts'
import type { Reply, ReplyAction } from './reply.ts'
import type { Turning } from './turning.ts'

/** The most things that a person is offered to choose from. */
const CHOICES_MAX = 8

/** What a person says about what waits. */
const ACCEPT = { label: 'Accept', say: 'accept' }
const DISCARD = { label: 'Discard', say: 'discard' }
export const RESUME = { label: 'Resume', say: 'resume' }
const YES = { label: 'Yes', say: 'yes' }
const NO = { label: 'No', say: 'no' }

interface Shown {
  readonly intent: Intent
  readonly output: Readonly<Record<string, unknown>>
}

export function askToAccept({ intents, message }: Turning, { intent, output }: Shown): Reply {
  const { operation, asks } = intent
  const question = asks?.(output)
  const changes = intents
    .filter(({ when, offeredAs }) => offeredAs !== undefined && when?.preview === operation)
    .map(({ offeredAs = '', example }) => ({ label: offeredAs, say: example }))
  return {
    text: [
      operation.tell(output, message.reader),
      question?.text ?? 'Nothing is stored yet: accept it, or discard it.',
    ].join('\n'),
    actions: answersTo(message.key, [...(question?.answers ?? []), ACCEPT, ...changes, DISCARD]),
  }
}

/** Buttons stay where they were shown, so each names what it answers: something else may wait by then. */
function answersTo(waitingId: string, offers: readonly Offer[]): ReplyAction[] {
  return offers.map((offer) => ({ ...offer, waitingId }))
}

export function askToConfirm({ operation }: Pick<Intent, 'operation'>, waitingId: string): Reply {
  return {
    text: `${operation.summary} This cannot be undone. Do it?`,
    actions: answersTo(waitingId, [YES, NO]),
  }
}

interface Choosing {
  readonly word: string
  readonly things: readonly Thing[]
  /** The message that names one of them. */
  sayFor(thing: Thing): string
}

/** The choice as it waits. */
export function choiceOf({ message }: Turning, { word, things, sayFor }: Choosing): Choice {
  const shown = things.slice(0, CHOICES_MAX)
  const more = things.length > shown.length ? ` These are the first ${shown.length}.` : ''
  return {
    kind: 'choice',
    id: message.key,
    question: `Which ${word} do you mean?${more}`,
    choices: shown.map((thing) => ({ ...thing, say: sayFor(thing) })),
  }
}

export function askToChoose({ id, question, choices }: Choice): Reply {
  const lines = choices.map(({ ref, name }, index) => `${index + 1}. ${ref} ${name}`)
  return {
    text: [question, ...lines].join('\n'),
    actions: answersTo(
      id,
      choices.map(({ ref, name, say }) => ({ label: `${ref} ${name}`, say })),
    ),
  }
}

/** What a person may say to have a message done that means nothing else. */
export function instead(intents: readonly Intent[], message: string): Offer[] {
  return intents.flatMap(({ offeredInstead }) => offeredInstead?.(message.trim()) ?? [])
}
