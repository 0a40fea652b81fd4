/** What one watcher of a growing list receives: its own pages until it has caught up, then the tail. */

import type { Gateway } from '../../core/area/gateway.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { type KeyEnds, keyEnded } from '../access/key-ends.ts'
import { problemBody } from '../http/problem.ts'
import { isRefusal, type Tail, type Tails, type Watched, type Watcher } from './event-tail.ts'
import { END, encodeItem, encodeProblem, HEARTBEAT, joined, OPENING } from './event-text.ts'

export interface StreamTimes {
  readonly heartbeatMs: number
  readonly recheckMs: number
  readonly pollMs: number
}

interface SourceParts {
  readonly gateway: Gateway
  readonly keys: KeyEnds
  readonly tails: Tails
  readonly times: StreamTimes
  readonly watched: Watched
  readonly requestId: string
  authenticate(): Promise<Actor>
}

export interface Source {
  /** Reads the first page. @throws AppError */
  open(actor: Actor, position: number): Promise<Uint8Array>
  /** What the client gets next; undefined: nothing more. Never throws. */
  next(): Promise<Uint8Array | undefined>
  close(): void
}

export function createSource(parts: SourceParts): Source {
  const { gateway, keys, tails, times, watched, requestId } = parts
  const { operation, stream, input } = watched
  let actor: Actor
  let tail: Tail | undefined
  /** Announces more; every page names it. */
  let uri = ''
  let checkAt = 0
  let sentAt = performance.now()
  /** Everything was sent. */
  let isOver = false
  /** The client is gone. */
  let isClosed = false
  let isWoken = false
  let refusal: AppError | undefined
  let forgetKey = (): void => undefined
  let resolveWait = (): void => undefined
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY

  function wake(): void {
    isWoken = true
    resolveWait()
  }

  const watcher: Watcher = {
    get actor() {
      return actor
    },
    requestId,
    position: 0,
    cursor: 0,
    wake,
    refuse(error) {
      refusal = error
      wake()
    },
  }

  /** The next page by this watcher's own call, which also shows that it may still read. Empty: it has caught up. */
  async function readPage(): Promise<Uint8Array[]> {
    const after = stream.after(input, watcher.position)
    const { output } = await gateway.invoke(operation, after, { actor, door: 'http', requestId })
    uri = stream.uri(output)
    const items = stream.items(output).filter(({ position }) => position > watcher.position)
    watcher.position = items.at(-1)?.position ?? watcher.position
    isOver = stream.isEnd(output)
    if (!isClosed) tail?.join(watcher)
    return [...items.map(encodeItem), ...(isOver ? [END] : [])]
  }

  function setCheck(): void {
    // Spread, so that many watchers who came at once are not all checked at once.
    checkAt = performance.now() + times.recheckMs * (0.5 + Math.random() / 2)
  }

  async function recheck(): Promise<Uint8Array[]> {
    setCheck()
    try {
      const now = await parts.authenticate()
      if (now.personId !== watched.personId || now.within !== watched.within)
        throw new AppError('forbidden', 'Another caller reads this now.')
      actor = now
      return await readPage()
    } catch (thrown) {
      const error = toAppError(thrown)
      if (isRefusal(error)) throw error
      return []
    }
  }

  /** The next pieces, without waiting. */
  async function ready(): Promise<readonly Uint8Array[]> {
    if (refusal) throw refusal
    const checked = performance.now() >= checkAt ? await recheck() : []
    if (checked.length > 0) return checked
    return tail === undefined ? await catchUp() : await takeFrom(tail)
  }

  async function catchUp(): Promise<readonly Uint8Array[]> {
    const page = await readPage()
    if (page.length > 0 || isClosed) return page
    tail = tails.tailOf(watched, uri, watcher.position)
    tail.join(watcher)
    return takeFrom(tail)
  }

  async function takeFrom(joinedTail: Tail): Promise<readonly Uint8Array[]> {
    const taken = joinedTail.take(watcher)
    if (taken === 'behind') {
      const page = await readPage()
      if (page.length === 0) joinedTail.lower(watcher.position)
      return page
    }
    isOver = taken.isEnd
    return taken.isEnd ? [END] : taken.pieces
  }

  /**
   * Wakes this watcher by then. An earlier timer stays, although it then wakes for nothing: one for each event and watcher
   * would be a thousand timers for an event that a thousand watch.
   */
  function wakeBy(atMs: number): void {
    if (timerAt <= atMs) return
    clearTimeout(timer)
    timerAt = atMs
    timer = setTimeout(
      () => {
        timerAt = Number.POSITIVE_INFINITY
        wake()
      },
      Math.max(0, atMs - performance.now()),
    )
  }

  /** Waits until there may be more, or until something is due. */
  async function wait(untilMs: number): Promise<void> {
    if (isWoken) return
    wakeBy(untilMs)
    await new Promise<void>((resolve) => {
      resolveWait = resolve
    })
  }

  async function nextPieces(): Promise<readonly Uint8Array[]> {
    for (;;) {
      isWoken = false
      const pieces = await ready()
      if (pieces.length > 0 || isClosed) return pieces
      const heartbeatAt = sentAt + times.heartbeatMs
      if (performance.now() >= heartbeatAt) return [HEARTBEAT]
      await wait(Math.min(heartbeatAt, checkAt))
    }
  }

  return {
    async open(first, position) {
      actor = first
      forgetKey = keys.onEnd(first, () => watcher.refuse(keyEnded()))
      watcher.position = position
      setCheck()
      return joined([OPENING, ...(await readPage())])
    },
    async next() {
      if (isOver || isClosed) return undefined
      try {
        return joined(await nextPieces())
      } catch (thrown) {
        isOver = true
        return encodeProblem(problemBody(toAppError(thrown), requestId))
      } finally {
        sentAt = performance.now()
      }
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      forgetKey()
      tail?.leave(watcher)
      wake()
    },
  }
}
