/** An event is something that happened and that others may want to hear of. Areas list theirs: there are no others. */
import type { z } from 'zod'
import type { Scope } from './scopes.ts'

interface EventSpec<Payload extends z.ZodObject> {
  /** `thing.happened`: `task.completed`. */
  readonly name: string
  /** Counts up when receivers of the earlier payload would fail; a further field does not do that. */
  readonly version: number
  /** When it happens, in one sentence. */
  readonly summary: string
  /** Ids, references and titles: a receiver reads the rest with an operation. */
  readonly payload: Payload
  /** The scope that a reader needs, besides access to what the event is about. */
  readonly scope: Scope
  readonly example: z.output<Payload>
}

export interface Event<Payload extends z.ZodObject = z.ZodObject> extends EventSpec<Payload> {
  /** Every pattern that means this event, among others perhaps: `*`, `task.*`, `task.completed`. */
  readonly patterns: readonly string[]
}

/** What happened to one thing. */
export interface Happening<Payload> {
  /** The thing's URI: its events are delivered in their order. */
  readonly uri: string
  /** The space of the thing: those who see it may hear of the event. */
  readonly spaceId: string
  readonly payload: Payload
  /** A person who sees the thing but not its space, and what that person may know of it. */
  readonly given?: { readonly personId: string; readonly payload: Payload } | undefined
  /** Whom it concerns personally, and messages are sent to: people, and teams, which stand for their admins. */
  readonly concerns?: readonly string[] | undefined
}

/** An event as a write stores it for those who hear it. */
export interface Emission extends Happening<unknown> {
  readonly event: Event
}

/** Changes when something has to be delivered, which wakes the senders. */
export const OUTBOX_URI = 'outbox://'

/** The space of that change, which no person sees. */
export const OUTBOX_SPACE = 'outbox'

/** Changes, in the space of a person, when that person is notified of something or has read it. */
export const NOTIFICATIONS_URI = 'notifications://mine'

const NAME = /^[a-z][a-z_]*(\.[a-z][a-z_]*)+$/

/** @throws Error at start-up for a name of another form */
export function defineEvent<Payload extends z.ZodObject>(spec: EventSpec<Payload>): Event<Payload> {
  if (!NAME.test(spec.name)) throw new Error(`the event ${spec.name} is not named thing.happened`)
  return { ...spec, patterns: patternsFor(spec.name) }
}

/** The pattern of all events. */
const EVERY_EVENT = '*'

function patternsFor(name: string): string[] {
  const parts = name.split('.')
  const groups = parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`)
  return [EVERY_EVENT, ...groups, name]
}
