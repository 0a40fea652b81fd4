/** An event is something that happened in an area and that others may want to know. */
import type { z } from 'zod'
import type { Scope } from '../operation/scopes.ts'

/** Provisional: nothing sends events yet. */
export interface Event<Payload extends z.ZodObject = z.ZodObject> {
  /** `area[.noun].happened`: `tasks.completed`. */
  readonly name: string
  readonly payload: Payload
  /** The scope that a reader needs, besides access to what the event is about. */
  readonly scope: Scope
}

export function defineEvent<Payload extends z.ZodObject>(spec: Event<Payload>): Event<Payload> {
  return spec
}
