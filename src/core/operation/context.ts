/** What an operation receives besides its input. */

import type { z } from 'zod'
import type { Actor, Door } from './actor.ts'
import type { Description } from './description.ts'
import type { Event, Happening } from './event.ts'
import type { NewId } from './ids.ts'

/** Structured logging with pino's interface. */
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
 * The parts that other rooms provide to operations. Each room adds its own (`declare module`): the domain adds `db`,
 * clients add theirs.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Resources {}

/**
 * What other rooms provide to the outside part of operations alone. The domain adds `account`: a secret is used where
 * nothing is stored and no transaction is open.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface ReachResources {}

/** Work for the queue: names and ids only. */
export interface QueuedJob {
  readonly name: string
  readonly data: Readonly<Record<string, string>>
  /** While a job with the same id is known, a second one is dropped. No ":", and not a whole number. */
  readonly id?: string
  readonly delayMs?: number
  /** 1 is served first. */
  readonly priority?: number
  /** It is not remembered when it has ended, so that its id may be used again. */
  readonly forget?: boolean
}

/** A change that watchers may want to know of. */
export interface Change {
  readonly uris: readonly string[]
  /** The space of the changed things: those who see it may learn of the change. */
  readonly spaceId: string
}

/** The moment of a schedule for which a call is made. */
export interface Firing {
  readonly scheduleId: string
  /** Null when a person runs the schedule at once. */
  readonly dueAt: Date | null
}

/** How one call makes another. */
export interface NestedCall {
  /** Its idempotency key, the same for every attempt at the outer call. */
  readonly key: string
  readonly firing?: Firing
  /** The team to whose things it is confined; absent: it may reach what the caller reaches. */
  readonly within?: string | undefined
}

export interface Context extends Resources {
  readonly actor: Actor
  readonly door: Door
  readonly requestId: string
  /** The caller's key, which makes a retry of this call safe; pass it on to services that the call uses. */
  readonly idempotencyKey: string | undefined
  /** The step of the run that makes the call; undefined for other callers. */
  readonly stepId: string | undefined
  /** The schedule that makes the call; undefined for other callers. */
  readonly firing: Firing | undefined
  /** The time of this call: the same throughout it. */
  readonly now: Date
  readonly newId: NewId
  readonly signal: AbortSignal
  readonly log: Log
  /** Every operation of the gateway. */
  readonly operations: readonly Description[]
  /** Calls `listener` after each change, from any process; returns a function that stops it. */
  watch(listener: (change: Change) => void): () => void
  /** Reports progress to the waiting caller. */
  report(progress: Progress): void
  /**
   * Records that the thing behind this URI (`task://...`) has changed; watchers are notified after the commit.
   * `spaceId`: where it is; default: the caller's own space.
   */
  changed(uri: string, spaceId?: string): void
  /** Records that this call changed something of an owner, whose audit shows the call when another person made it. */
  touched(uri: string, ownerId: string): void
  /** Records that something happened: it is stored together with the write for each webhook that hears of it. */
  emit<Payload extends z.ZodObject>(event: Event<Payload>, happening: Happening<z.output<Payload>>): void
  /**
   * Puts a job on the queue after the commit. If it gets lost in between, it must be possible to find it by what the
   * write stored.
   */
  enqueue(job: QueuedJob): void
}

/** What an operation receives after the commit of its write: nothing is held any more. */
export interface SettleContext
  extends Omit<Context, 'changed' | 'touched' | 'emit' | 'enqueue'>,
    ReachResources {
  /** Runs `work` in one transaction: everything in it is committed, or nothing. */
  transaction<T>(work: (resources: Resources) => Promise<T>): Promise<T>
  /** Notifies watchers at once. */
  publish(change: Change): void
  /**
   * Notes what a service threw, so that an account which it refuses is marked as broken. Answers with the error to show,
   * and does not throw.
   */
  failed(thrown: unknown): Promise<unknown>
}

/**
 * What the outside part of an operation receives. Each statement on `db` commits separately, whatever the outcome of
 * the call: use it to read what the call needs.
 */
export interface ReachContext
  extends Omit<Context, 'changed' | 'touched' | 'emit' | 'enqueue' | 'idempotencyKey'>,
    ReachResources {
  /**
   * The same for every attempt at this call, and different for every other call: 43 characters that fit into a header.
   */
  readonly idempotencyKey: string
  /** Aborted when the caller has gone or wants to stop, and when the call takes too long. */
  readonly signal: AbortSignal
  /**
   * Calls another operation as this caller.
   * @throws AppError
   */
  invoke(name: string, input: unknown, nested: NestedCall): Promise<object>
}

/** What the asking part of a read receives: it changes nothing, so that it needs no key and calls nothing else. */
export type AskContext = Omit<ReachContext, 'idempotencyKey' | 'invoke'>
