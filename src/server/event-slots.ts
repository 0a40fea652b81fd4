/** How many streams of events are open at a time: each holds a connection and what is on its way to its client. */
import type { Actor } from '../core/actor.ts'
import { AppError } from '../core/errors.ts'

export interface StreamLimits {
  /** Streams that one process holds open. */
  readonly perProcess: number
  /** Streams that one key holds open in one process. The owner at this machine, without a key, has no such limit. */
  readonly perKey: number
}

export const STREAM_LIMITS: StreamLimits = { perProcess: 5_000, perKey: 500 }

/** Milliseconds after which whoever was refused may find one that has been closed. */
const RETRY_AFTER_MS = 5_000

export interface StreamSlots {
  /** Takes one, and answers with the way to give it back, once. @throws AppError `unavailable`, `rate_limited` */
  take(actor: Actor): () => void
}

export function createStreamSlots({ perProcess, perKey }: StreamLimits): StreamSlots {
  let open = 0
  const openBy = new Map<string, number>()

  function add(keyId: string | undefined, change: 1 | -1): void {
    open += change
    if (keyId === undefined) return
    const left = (openBy.get(keyId) ?? 0) + change
    if (left === 0) openBy.delete(keyId)
    else openBy.set(keyId, left)
  }

  return {
    take({ keyId }) {
      if (keyId !== undefined && (openBy.get(keyId) ?? 0) >= perKey) throw tooManyOfKey(perKey)
      if (open >= perProcess) throw tooMany(perProcess)
      add(keyId, 1)
      let isTaken = true
      return () => {
        if (isTaken) add(keyId, -1)
        isTaken = false
      }
    },
  }
}

function tooManyOfKey(perKey: number): AppError {
  return new AppError('rate_limited', `This key has ${perKey} streams open, and may have no more.`, {
    fix: 'Close one that nobody reads, or read the list page by page.',
    retryAfterMs: RETRY_AFTER_MS,
  })
}

function tooMany(perProcess: number): AppError {
  return new AppError('unavailable', `This gateway has ${perProcess} streams open, and takes no more.`, {
    fix: 'Try again in a moment, or read the list page by page; more gateways hold more streams.',
    retryAfterMs: RETRY_AFTER_MS,
  })
}
