/** Replies that wait for an answer: a preview, a confirmation, a choice among things. */
import type { Intent, Offer } from '../core/intent/intent.ts'
import type { Thing } from '../core/intent/noun.ts'
import type { Choice, Confirmation } from './chat-state.ts'
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

export function askToConfirm(
  { operation }: Pick<Intent, 'operation'>,
  { id, question }: Confirmation,
): Reply {
  const text = question ?? `${operation.summary} This cannot be undone. Do it?`
  return { text, actions: answersTo(id, [YES, NO]) }
}

interface Choosing {
  readonly word: string
  readonly things: readonly Thing[]
  /** The message that names one of them. */
  sayFor(thing: Thing): string
  /** What else may be meant. */
  readonly offers: readonly Offer[]
}

/** The choice as it waits. */
export function choiceOf({ message }: Turning, { word, things, sayFor, offers }: Choosing): Choice {
  const shown = things.slice(0, CHOICES_MAX)
  const more = things.length > shown.length ? ` These are the first ${shown.length}.` : ''
  return {
    kind: 'choice',
    id: message.key,
    question:
      things.length === 1 && offers.length > 0
        ? `Do you mean this ${word}, or something new?`
        : `Which ${word} do you mean?${more}`,
    choices: [
      ...shown.map((thing) => ({ ...thing, say: sayFor(thing) })),
      ...offers.map(({ label, say }) => ({ ref: '', name: label, say })),
    ],
  }
}

export function askToChoose({ id, question, choices }: Choice): Reply {
  if (choices.length === 1) return { text: question, actions: answersTo(id, [YES, NO]) }
  const named = choices.map((choice) => ({ ...choice, label: `${choice.ref} ${choice.name}`.trim() }))
  const lines = named.map(({ label }, index) => `${index + 1}. ${label}`)
  return {
    text: [question, ...lines].join('\n'),
    actions: answersTo(
      id,
      named.map(({ label, say }) => ({ label, say })),
    ),
  }
}

/** The question whether a message means what is offered instead, as it waits; undefined: it may mean anything else. */
export function askInstead({ intents, message }: Turning): Choice | undefined {
  const text = message.text.trim()
  for (const { offeredInstead, asksInstead } of intents) {
    const [offer, question] = [offeredInstead?.(text), asksInstead?.(text)]
    if (offer === undefined || question === undefined) continue
    const choices = [{ ref: '', name: offer.label, say: offer.say }]
    return { kind: 'choice', id: message.key, question, typed: text, choices }
  }
  return undefined
}

/** What a person may say to have a message done that means nothing else. */
export function instead(intents: readonly Intent[], message: string): Offer[] {
  return intents.flatMap(({ offeredInstead }) => offeredInstead?.(message.trim()) ?? [])
}
