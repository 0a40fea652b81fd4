/** A message tells people of an event that concerns them; each channel renders its text and actions in its own way. */
import type { z } from 'zod'
import type { Event } from '../operation/event.ts'
import type { NextCall } from '../operation/next-call.ts'

/** A call that the reader of a message may want to make. */
export interface MessageAction {
  /** The words of its button or link: `Approve`. */
  readonly label: string
  readonly call: NextCall
}

/** What the domain adds (`declare module`): how a statement finds out who may still read a message. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface MessageSight {}

interface MessageSpec<Payload extends z.ZodObject> extends MessageSight {
  /** What it tells of, and whose name it has. It is sent to those whom the emission says that the event concerns. */
  readonly event: Event<Payload>
  /** When it is sent, as people choose it in their settings: `An agent waits for your approval`. */
  readonly title: string
  /** An urgent message keeps somebody waiting: it goes out at once, on its own if need be, and in quiet hours too. */
  readonly isUrgent: boolean
  /** One sentence, without a line break: it is also the subject of a mail. */
  text(payload: z.output<Payload>): string
  actions?(payload: z.output<Payload>): readonly MessageAction[]
  /** The id of the long task that it is about: a door that shows the task to the person tells the same there. */
  taskOf?(payload: z.output<Payload>): string
}

/** Payloads are those of the message's own event, which a list of different messages cannot say. */
export interface Message extends MessageSight {
  /** That of its event. */
  readonly name: string
  readonly event: Event
  readonly title: string
  readonly isUrgent: boolean
  text(payload: unknown): string
  actions(payload: unknown): readonly MessageAction[]
  taskOf?(payload: unknown): string
}

export function defineMessage<Payload extends z.ZodObject>(spec: MessageSpec<Payload>): Message {
  const actions = spec.actions ?? (() => [])
  // The payload was checked against the schema of this event when it was emitted.
  return { ...spec, name: spec.event.name, actions } as unknown as Message
}

/** A page of this gateway that opens without a key: its address ends with the token. */
interface LetterPage {
  /** The words of the link: `Join`. */
  readonly label: string
  readonly path: string
}

/** What the reader does with the code of a letter, as themselves. */
interface LetterCall {
  /** What it is for, with the code: a sentence. */
  readonly text: string
  readonly call: NextCall
}

/**
 * A letter goes to a mail address, not to a person: to somebody who is not here yet, or to an address that somebody has
 * yet to confirm. It carries a token to a page, or a code for a call.
 */
export interface Letter<Payload extends z.ZodObject = z.ZodObject> {
  /** `thing.sent`: it is named like an event, and differs from all of them. */
  readonly name: string
  /** It is kept for as long as deliveries are: nothing secret. */
  readonly payload: Payload
  /** One sentence, without a line break: it is also the subject. */
  text(payload: z.output<Payload>): string
  /** The name of the secret that is its token or code: kept sealed, and forgotten once the letter was sent. */
  sealedAs(payload: z.output<Payload>): string
  /** Where its token leads. */
  page?(payload: z.output<Payload>): LetterPage
  /** What its code is for; a letter has either a page or this. */
  asks?(code: string, payload: z.output<Payload>): LetterCall
}

export function defineLetter<Payload extends z.ZodObject>(spec: Letter<Payload>): Letter<Payload> {
  return spec
}
