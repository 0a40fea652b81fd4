/** Ends everything that is open for a key when the key is revoked, and at the moment when it expires. */

import type { Gateway } from '../../core/area/gateway.ts'
import type { Call, Invoke } from '../../core/call/call.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Change } from '../../core/operation/context.ts'
import { keyUri } from '../../domain/access/key.ts'
import { runUri } from '../../domain/runs/run.ts'

/**
 * Milliseconds between two looks at the clock: the longest that an expiry goes unnoticed when the clock is set forward.
 */
const LOOK_EVERY_MS = 1_000

/**
 * Milliseconds between two queries for ended keys: the longest that a revocation goes unnoticed when its notice was
 * lost.
 */
const ASK_EVERY_MS = 5_000

export interface KeyEnds {
  /** Calls `end` once when the actor's key ends; returns a function that cancels this. */
  onEnd(actor: Actor, end: () => void): () => void
}

interface HeldKey {
  readonly actor: Actor
  readonly ends: Set<() => void>
  timer: NodeJS.Timeout | undefined
}

/** The ids of the keys of these actors that are no longer valid. */
export type FindEnded = (actors: readonly Actor[]) => Promise<readonly string[]>

interface KeyEndsParts {
  readonly watch: Gateway['watch']
  readonly now: () => Date
  /**
   * Queried while something is open, because a notice from another process may be lost. Absent: notices are never lost.
   */
  readonly findEnded?: FindEnded | undefined
  readonly askEveryMs?: number | undefined
}

export function createKeyEnds({ watch, now, findEnded, askEveryMs = ASK_EVERY_MS }: KeyEndsParts): KeyEnds {
  const held = new Map<string, HeldKey>()
  let stopWatching: (() => void) | undefined
  const ask = findEnded && askOnce(findEnded)

  function endKey(keyId: string): void {
    const key = held.get(keyId)
    forgetKey(keyId)
    for (const end of key?.ends ?? []) end()
  }

  function forgetKey(keyId: string): void {
    clearTimeout(held.get(keyId)?.timer)
    held.delete(keyId)
    if (held.size > 0) return
    stopWatching?.()
    stopWatching = undefined
  }

  function startWatching(): () => void {
    const stopNotices = watch(notice)
    const asking = ask && setInterval(ask, askEveryMs).unref()
    return () => {
      stopNotices()
      clearInterval(asking)
    }
  }

  /** One query at a time, however long the database takes. */
  function askOnce(find: FindEnded): () => void {
    let isAsking = false
    return async () => {
      if (isAsking) return
      isAsking = true
      const actors = [...held.values()].map(({ actor }) => actor)
      // A failed query is repeated in a moment.
      for (const keyId of await find(actors).catch(() => [])) endKey(keyId)
      isAsking = false
    }
  }

  function isOver({ actor: { keyExpiresAtMs: expiresAtMs } }: HeldKey): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= now().getTime()
  }

  /** Ends the key at the moment when it expires. */
  function lookLater(keyId: string, key: HeldKey): void {
    const { keyExpiresAtMs } = key.actor
    if (keyExpiresAtMs === undefined) return
    const leftMs = Math.max(keyExpiresAtMs - now().getTime(), 0)
    const look = () => (isOver(key) ? endKey(keyId) : lookLater(keyId, key))
    key.timer = setTimeout(look, Math.min(leftMs, LOOK_EVERY_MS)).unref()
  }

  /** It learns of a change before the callers with something open, so that a key is not notified after its end. */
  function notice({ uris }: Change): void {
    for (const [keyId, key] of held) {
      if (uris.includes(keyUri(keyId)) || isOver(key)) endKey(keyId)
    }
    // The key of a run ends with the run's claim, which is not announced under the key's name.
    const isOfRun = ({ actor }: HeldKey) => actor.run !== undefined && uris.includes(runUri(actor.id))
    if ([...held.values()].some(isOfRun)) ask?.()
  }

  return {
    onEnd(actor, end) {
      const { keyId } = actor
      if (keyId === undefined) return () => undefined
      stopWatching ??= startWatching()
      const known = held.get(keyId)
      const key = known ?? { actor, ends: new Set(), timer: undefined }
      key.ends.add(end)
      if (known === undefined) {
        held.set(keyId, key)
        lookLater(keyId, key)
      }
      return () => {
        if (key.ends.delete(end) && key.ends.size === 0 && held.get(keyId) === key) forgetKey(keyId)
      }
    },
  }
}

/** The error for callers who had something open for a key. */
export function keyEnded(): AppError {
  return new AppError('unauthenticated', 'The API key has expired or was revoked.', {
    fix: 'Call again with another key.',
  })
}

/**
 * The same `invoke`, but reads end with the key of their caller: waiting stops, and nothing more is reported. A write
 * that has begun was allowed when it began, and continues.
 */
export function endingWithKey(invoke: Invoke, keys: KeyEnds): Invoke {
  return async (operation, input, call) => {
    if (call.actor.keyId === undefined || operation.effect !== 'read') return invoke(operation, input, call)
    const life = createLife(keys, call.actor)
    try {
      return await invoke(operation, input, callWithin(life, call))
    } catch (thrown) {
      throw life.isOver() ? keyEnded() : thrown
    } finally {
      life.forget()
    }
  }
}

/** The time until the key of a call ends. */
interface Life {
  /** Only calls that wait or report ask for it, so that a short read costs no more than without a key. */
  signal(): AbortSignal
  isOver(): boolean
  forget(): void
}

function createLife(keys: KeyEnds, actor: Actor): Life {
  let controller: AbortController | undefined
  let forget = (): void => undefined
  return {
    signal() {
      if (controller === undefined) {
        const made = new AbortController()
        controller = made
        forget = keys.onEnd(actor, () => made.abort())
      }
      return controller.signal
    },
    isOver: () => controller?.signal.aborted === true,
    forget: () => forget(),
  }
}

/** Copied field by field, because the signal of a call is created on first use. */
function callWithin(life: Life, call: Call): Call {
  const { actor, door, requestId, report } = call
  return {
    actor,
    door,
    get signal() {
      const { signal } = call
      return signal === undefined ? life.signal() : AbortSignal.any([signal, life.signal()])
    },
    ...(requestId === undefined ? {} : { requestId }),
    ...(report && {
      report: (progress) => {
        if (!life.signal().aborted) report(progress)
      },
    }),
  }
}
