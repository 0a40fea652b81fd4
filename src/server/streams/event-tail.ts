/**
 * The tails of growing lists: the end of each list is read once in this process, however many watch it. A tail keeps
 * its last entries for a while; watchers take them at their own pace, and watchers that fall behind read for
 * themselves.
 */

import type { Gateway } from '../../core/area/gateway.ts'
import { type AppError, toAppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Change } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { missingScopes } from '../../core/operation/scopes.ts'
import { encodeDelta, encodeItem } from './event-text.ts'
import { createWindow, type Place } from './event-window.ts'

type Fields = Record<string, unknown>

/** What is watched, and as which caller. */
export interface Watched {
  readonly operation: Operation
  readonly stream: NonNullable<Operation['stream']>
  /** Parsed. */
  readonly input: Fields
  readonly personId: string
  /** To whose things the caller is confined. */
  readonly within: string | undefined
  readonly logSpace: string | undefined
  /** The contents may depend on the scopes, so only watchers with the same scopes share a tail. */
  readonly scopes: Actor['scopes']
}

/** One who watches. */
export interface Watcher extends Place {
  readonly actor: Actor
  readonly requestId: string
  /** There may be more to take. */
  wake(): void
  /** It may no longer read this. */
  refuse(error: AppError): void
}

/** `behind`: the next entry for this watcher is no longer here. */
export type Taken = 'behind' | { readonly pieces: readonly Uint8Array[]; readonly isEnd: boolean }

export interface Tail {
  /** Lets a watcher continue from its position; call it again when the watcher has read for itself. */
  join(watcher: Watcher): void
  leave(watcher: Watcher): void
  /** The next entries for this watcher. */
  take(watcher: Watcher): Taken
  /** There is nothing after `position`, although the tail began later. */
  lower(position: number): void
  /** There may be more. */
  readOn(): Promise<void>
}

export interface Tails {
  /** The tail of what is watched, which `uri` announces; one that begins after `position`, where there is none. */
  tailOf(watched: Watched, uri: string, position: number): Tail
}

/** Errors after which a caller may no longer read. */
const REFUSALS = new Set<AppError['code']>(['forbidden', 'unauthenticated', 'not_found', 'invalid_input'])

export function isRefusal({ code }: AppError): boolean {
  return REFUSALS.has(code)
}

/** `pollMs`: between two searches for entries whose notice got lost. */
export function createTails(gateway: Gateway, pollMs: number): Tails {
  const byKey = new Map<string, Tail>()
  const byUri = new Map<string, Set<Tail>>()
  let stop: (() => void) | undefined

  function notice({ uris }: Change): void {
    for (const uri of uris) for (const tail of byUri.get(uri) ?? []) void tail.readOn()
  }

  function forget(key: string, uri: string, tail: Tail): void {
    if (byKey.get(key) === tail) byKey.delete(key)
    const tails = byUri.get(uri)
    tails?.delete(tail)
    if (tails?.size === 0) byUri.delete(uri)
    if (byUri.size > 0) return
    stop?.()
    stop = undefined
  }

  return {
    tailOf(watched, uri, position) {
      const { operation, stream, input, personId, within = null, logSpace = null, scopes } = watched
      const reader = [personId, within, logSpace, scopes.toSorted()]
      const key = JSON.stringify([operation.name, reader, stream.after(input, 0)])
      const known = byKey.get(key)
      if (known !== undefined) return known
      const tail = createTail(
        { gateway, watched, uri, pollMs, onClosed: () => forget(key, uri, tail) },
        position,
      )
      byKey.set(key, tail)
      byUri.set(uri, (byUri.get(uri) ?? new Set()).add(tail))
      stop ??= gateway.watch(notice)
      return tail
    },
  }
}

interface TailParts {
  readonly gateway: Gateway
  readonly watched: Watched
  readonly uri: string
  readonly pollMs: number
  /** It ended, or has no watchers. */
  onClosed(): void
}

function createTail({ gateway, watched, uri, pollMs, onClosed }: TailParts, start: number): Tail {
  const { operation, stream, input, scopes } = watched
  const kept = createWindow(start)
  const watchers = new Set<Watcher>()
  let state: 'new' | 'open' | 'ended' | 'left' = 'new'
  let isReading = false
  let isStale = false
  let release = (): void => undefined

  function open(): void {
    if (state !== 'new') return
    state = 'open'
    const poll = setInterval(() => void readOn(), pollMs).unref()
    const unwatch = gateway.live?.watchLive(uri, (text, audience) => {
      // The watchers of a tail may read what it is about; one who no longer may is refused at the next reading.
      if (missingScopes(scopes, audience.needs).length > 0) return
      kept.add(undefined, encodeDelta(text))
      wakeAll()
    })
    release = () => {
      clearInterval(poll)
      unwatch?.()
    }
    // Reads what was added since its first watcher read, before this process was notified.
    void readOn()
  }

  function close(as: 'ended' | 'left'): void {
    if (state !== 'open') return
    state = as
    release()
    onClosed()
  }

  function wakeAll(): void {
    for (const watcher of watchers) watcher.wake()
  }

  async function readOn(): Promise<void> {
    isStale = true
    if (isReading) return
    isReading = true
    while (isStale && state === 'open') {
      isStale = false
      await readAll()
    }
    isReading = false
  }

  async function readAll(): Promise<void> {
    for (let reader = firstOf(watchers); reader && state === 'open'; reader = firstOf(watchers)) {
      const { actor, requestId } = reader
      const from = kept.last()
      try {
        const after = stream.after(input, from)
        const { output } = await gateway.invoke(operation, after, { actor, door: 'http', requestId })
        // Otherwise it was lowered meanwhile, and is read again from there.
        if (kept.last() === from && !addPage(output)) return
      } catch (thrown) {
        const error = toAppError(thrown)
        // Any other error may be temporary: the next poll tries again.
        if (!isRefusal(error)) return
        watchers.delete(reader)
        reader.refuse(error)
      }
    }
  }

  /** Whether there may be another page. */
  function addPage(output: Fields): boolean {
    const from = kept.last()
    for (const item of stream.items(output)) {
      if (item.position > kept.last()) kept.add(item.position, encodeItem(item))
    }
    if (stream.isEnd(output)) close('ended')
    if (kept.last() > from || state === 'ended') wakeAll()
    return state === 'open' && kept.last() > from
  }

  return {
    join(watcher) {
      watchers.add(watcher)
      watcher.cursor = kept.cursorAt(watcher.position)
      open()
    },
    leave(watcher) {
      watchers.delete(watcher)
      if (watchers.size === 0) close('left')
    },
    take(watcher) {
      if (watcher.position < kept.from()) return 'behind'
      const pieces = kept.take(watcher)
      return { pieces, isEnd: pieces.length === 0 && state === 'ended' }
    },
    lower(position) {
      kept.restart(position)
      void readOn()
    },
    readOn,
  }
}

function firstOf<Item>(items: Iterable<Item>): Item | undefined {
  for (const item of items) return item
  return undefined
}
