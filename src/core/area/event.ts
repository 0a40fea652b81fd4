/** An event is something that happened in an area, which others may want to hear of. */
import type { z } from 'zod'
import type { Scope } from '../operation/scopes.ts'

/** Provisional: nothing sends events yet. */
export interface Event<Payload extends z.ZodObject = z.ZodObject> {
  /** `area[.noun].happened`: `tasks.completed`. */
  readonly name: string
  readonly payload: Payload
  /** Who may hear of it, besides having to see what it is about. */
  readonly scope: Scope
}

export function defineEvent<Payload extends z.ZodObject>(spec: Event<Payload>): Event<Payload> {
  return spec
}
