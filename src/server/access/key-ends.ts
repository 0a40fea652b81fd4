/** What is open for a key ends with the key: when it is revoked, and at the moment at which it expires. */

import type { Gateway } from '../../core/area/gateway.ts'
import type { Call, Invoke } from '../../core/call/call.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Change } from '../../core/operation/context.ts'
import { keyUri } from '../../domain/access/key.ts'
import { runUri } from '../../domain/runs/run.ts'

/** Milliseconds between two looks at the clock: the longest that an expiry goes unnoticed when the clock is set forward. */
const LOOK_EVERY_MS = 1_000

/** Milliseconds between two questions which keys have ended: the longest that a revocation goes unnoticed whose notice was lost. */
const ASK_EVERY_MS = 5_000

export interface KeyEnds {
  /** Calls `end` once, should the actor's key end; returns the function that forgets it. */
  onEnd(actor: Actor, end: () => void): () => void
}

interface HeldKey {
  readonly actor: Actor
  readonly ends: Set<() => void>
  timer: NodeJS.Timeout | undefined
}

/** The ids of those of these actors' keys that are no longer good. */
export type FindEnded = (actors: readonly Actor[]) => Promise<readonly string[]>

interface KeyEndsParts {
  readonly watch: Gateway['watch']
  readonly now: () => Date
  /** Asked as long as something is open, because a notice from another process may be lost. Absent: no notice is. */
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

  /** One question at a time, however long the database takes. */
  function askOnce(find: FindEnded): () => void {
    let isAsking = false
    return async () => {
      if (isAsking) return
      isAsking = true
      const actors = [...held.values()].map(({ actor }) => actor)
      // One that fails is asked again in a moment.
      for (const keyId of await find(actors).catch(() => [])) endKey(keyId)
      isAsking = false
    }
  }

  function isOver({ actor: { keyExpiresAtMs: expiresAtMs } }: HeldKey): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= now().getTime()
  }

  /** Ends the key as soon as its time has come. */
  function lookLater(keyId: string, key: HeldKey): void {
    const { keyExpiresAtMs } = key.actor
    if (keyExpiresAtMs === undefined) return
    const leftMs = Math.max(keyExpiresAtMs - now().getTime(), 0)
    const look = () => (isOver(key) ? endKey(keyId) : lookLater(keyId, key))
    key.timer = setTimeout(look, Math.min(leftMs, LOOK_EVERY_MS)).unref()
  }

  /** This hears of a change before those who are open for a key do, so that no key is told of one after its end. */
  function notice({ uris }: Change): void {
    for (const [keyId, key] of held) {
      if (uris.includes(keyUri(keyId)) || isOver(key)) endKey(keyId)
    }
    // The key of a run ends with the run's claim, which nobody announces by the key's name.
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

/** To callers who had something open for a key. */
export function keyEnded(): AppError {
  return new AppError('unauthenticated', 'The API key has expired or was revoked.', {
    fix: 'Call again with another key.',
  })
}

/**
 * The same `invoke`, whose reads end with the key of their caller: what waits stops, and nothing more is told. A write
 * that has begun was allowed when it began, and goes on.
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
  /** Only what waits or reports asks for it: a short read costs no more than without a key. */
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

/** Field by field, since the signal of a call is made when somebody asks for it. */
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
