/** An expiry deletes what has served its time; housekeeping calls each of them once an hour. */
import type { Resources } from '../operation/context.ts'

export interface Expiry {
  /** What is deleted, as the log counts it: `auditEntries`. */
  readonly name: string
  /** Deletes what is past its time, and answers with how many rows; safe at any time and twice. */
  deletePast(resources: Resources, now: Date): Promise<number>
}

export function defineExpiry(spec: Expiry): Expiry {
  return spec
}
