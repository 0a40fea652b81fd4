/** What an operation is given besides its input. */
import type { Actor, Door } from './actor.ts'
import type { Description } from './description.ts'
import type { NewId } from './ids.ts'

/** Structured logging, as pino has it. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface Progress {
  readonly done: number
  readonly total?: number
  readonly note?: string
}

/**
 * The parts that other rooms lend to operations, each added by the room that owns it
 * (`declare module`): `db` by the domain, clients by theirs.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Resources {}

/** Work for the queue: names and ids only. */
export interface QueuedJob {
  readonly name: string
  readonly data: Readonly<Record<string, string>>
  /** Of two jobs with one id the second is dropped while the first is known. No ":", and not a whole number. */
  readonly id?: string
  readonly delayMs?: number
  /** 1 is served first. */
  readonly priority?: number
}

/** A change that watchers may want to hear of. */
export interface Change {
  readonly uris: readonly string[]
  readonly personId: string
}

export interface Context extends Resources {
  readonly actor: Actor
  readonly door: Door
  readonly requestId: string
  /** What makes a retry of this call safe, to pass on to others that it calls. */
  readonly idempotencyKey: string | undefined
  /** The step of the run that makes the call; undefined where no run does. */
  readonly stepId: string | undefined
  /** The time of this call: the same throughout it. */
  readonly now: Date
  readonly newId: NewId
  readonly signal: AbortSignal
  readonly log: Log
  /** Everything that can be called here. */
  readonly operations: readonly Description[]
  /** Calls `listener` after each change, from any process; returns a function that stops it. */
  watch(listener: (change: Change) => void): () => void
  /** Tells the waiting caller how far it is. */
  report(progress: Progress): void
  /** Says that what this URI names (`task://...`) has changed; watchers are told after the commit. `personId`: whose it is. */
  changed(uri: string, personId?: string): void
  /** Says that this call changed what belongs to a person, whose audit shows the call when another person made it. */
  touched(uri: string, personId: string): void
  /** Puts a job on the queue after the commit. One that gets lost in between must be findable by what the write stored. */
  enqueue(job: QueuedJob): void
}

/**
 * What the part of an operation that is done outside is given. Each statement on `db` stands by itself, whatever becomes
 * of the call: it is there to read what the call needs.
 */
export interface ReachContext extends Omit<Context, 'changed' | 'touched' | 'enqueue' | 'idempotencyKey'> {
  /** The same at every attempt at this call, and no other call's: 43 characters that fit into a header. */
  readonly idempotencyKey: string
  /** Aborted when the caller has gone or is to stop, and when the call takes too long. */
  readonly signal: AbortSignal
}
