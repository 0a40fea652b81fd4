/** A channel carries messages to people outside the gateway: by mail, for example. */
import type { Letter, Message } from '../../core/area/message.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** Every message of the gateway. */
    readonly messages: readonly Message[]
    /** Every letter of the gateway. */
    readonly letters: readonly Letter[]
    /** The channels of this gateway besides its own list, also those that are turned off. */
    readonly channels: readonly ChannelState[]
  }
}

/** The channel that also carries letters. */
export const MAIL = 'mail'

export interface ChannelState {
  /** By which people choose it: `mail`. */
  readonly name: string
  /** Why nothing can be sent through it here, and what the operator can do about it; undefined: it is on. */
  readonly whyOff?: string | undefined
}

export interface Channel extends ChannelState {
  /**
   * Sends a bundle. The same bundle may come again, under the same id, when the outcome of an attempt was not recorded.
   * Whatever it throws counts as `failed`.
   */
  deliver(bundle: Bundle, signal: AbortSignal): Promise<Sent>
  /** The same for a letter. Absent: the channel cannot deliver letters. */
  deliverLetter?(posted: PostedLetter, signal: AbortSignal): Promise<Sent>
}

/** A letter on its way. */
export interface PostedLetter {
  /** The same for every attempt, and of no other letter or bundle. */
  readonly id: string
  readonly address: string
  readonly letter: Letter
  readonly payload: Readonly<Record<string, unknown>>
}

/** One or more messages that go out as one: a mail. */
export interface Bundle {
  /** The same for every attempt, and of no other bundle. */
  readonly id: string
  readonly personId: string
  readonly madeAt: Date
  /** IANA name of the time zone in which moments are told. */
  readonly timeZone: string
  /** What is told, the oldest first: one at least. */
  readonly notes: readonly Note[]
}

/** One message in a bundle. */
export interface Note {
  /** Of the notification. */
  readonly id: string
  readonly message: Message
  /** That of the message's event. */
  readonly payload: Readonly<Record<string, unknown>>
  /** What it says besides its text, as the person may know it now. */
  readonly details: readonly string[]
  /** URI of the thing: `task://...`. */
  readonly about: string
  readonly at: Date
}

/**
 * How an attempt ended. `failed`: it is tried again after a pause; `refused`: it never will be accepted, and is given up;
 * `unreachable`: the channel has no way to this person, so that nothing was to be sent.
 */
export type Sent =
  | { readonly kind: 'sent' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs?: number | undefined }
