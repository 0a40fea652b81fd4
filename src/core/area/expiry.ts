/** An expiry deletes rows that are no longer needed; housekeeping calls each expiry once an hour. */
import type { Resources } from '../operation/context.ts'

export interface Expiry {
  /** What is deleted, as the log names it: `auditEntries`. */
  readonly name: string
  /** Deletes expired rows and answers with their number; safe at any time, and safe to repeat. */
  deletePast(resources: Resources, now: Date): Promise<number>
}

export function defineExpiry(spec: Expiry): Expiry {
  return spec
}
