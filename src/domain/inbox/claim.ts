/** Keeps an event with its worker for as long as the worker lives and works on it. */
import type { Runtime } from '../../core/call/runtime.ts'
import type { InboxRow } from './event.ts'
import { renewClaim } from './take.ts'

/** Milliseconds between two renewals: several may fail before the claim ends. */
const RENEW_EVERY_MS = 4_000

export interface Claim {
  /** Aborted when the event was discarded, or is with another worker. */
  readonly signal: AbortSignal
  end(): void
}

export function keepClaim(
  { resources, now, log }: Runtime,
  event: InboxRow,
  everyMs = RENEW_EVERY_MS,
): Claim {
  const lost = new AbortController()
  const timer = setInterval(() => {
    renewClaim(resources.db, event, now()).then(
      (isMine) => isMine || lost.abort(),
      // The claim may outlast the trouble. If it does not, the outcome is not committed.
      (err: unknown) => log.warn({ err, eventId: event.id }, 'the claim of an event could not be renewed'),
    )
  }, everyMs)
  return { signal: lost.signal, end: () => clearInterval(timer) }
}
