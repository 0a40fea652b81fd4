/** Whoever takes from a window, whenever and however slowly, gets every item once and in order, or is told to read. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWindow } from '../../../src/server/streams/event-window.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** What happens, step by step: items are stored, text comes, a watcher joins, or one of them takes what there is. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('store' as const), count: fc.integer({ min: 1, max: 700 }) }),
  fc.record({ kind: fc.constant('live' as const), count: fc.integer({ min: 1, max: 700 }) }),
  fc.record({ kind: fc.constant('join' as const), count: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('take' as const), count: fc.nat() }),
  fc.record({ kind: fc.constant('restart' as const), count: fc.nat() }),
)

interface Watching {
  position: number
  cursor: number
  readonly got: number[]
}

/** A store with items 1, 2, 3 ..., the window on its end, and those who watch. */
function createWorld(start: number) {
  const window = createWindow(start)
  const watchers: Watching[] = []
  let stored = start

  /** Reads a page for itself, and joins again. */
  function readPage(watcher: Watching): void {
    for (let read = 0; read < 10 && watcher.position < stored; read += 1) {
      watcher.position += 1
      watcher.got.push(watcher.position)
    }
    watcher.cursor = window.cursorAt(watcher.position)
  }

  function take(watcher: Watching): void {
    if (watcher.position < window.from()) {
      readPage(watcher)
      return
    }
    const texts = window.take(watcher).map((piece) => new TextDecoder().decode(piece))
    watcher.got.push(...texts.filter((text) => text !== 'live').map(Number))
  }

  function store(count: number): void {
    for (let added = 0; added < count; added += 1) {
      stored += 1
      window.add(stored, bytes(String(stored)))
    }
  }

  const kinds = {
    store,
    live(count: number) {
      for (let added = 0; added < count; added += 1) window.add(undefined, bytes('live'))
    },
    join(back: number) {
      const position = Math.max(0, stored - back)
      watchers.push({ position, cursor: window.cursorAt(position), got: [position] })
    },
    take(which: number) {
      const watcher = watchers[which % Math.max(1, watchers.length)]
      if (watcher) take(watcher)
    },
    restart() {
      const count = stored - window.from()
      stored = window.from()
      window.restart(stored)
      store(count)
    },
  }
  return {
    kinds,
    watchers,
    stored: () => stored,
    catchUp(watcher: Watching) {
      for (let turns = 0; turns <= stored && watcher.position < stored; turns += 1) take(watcher)
    },
  }
}

test('nothing is lost, doubled or out of order between the store and the window', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5 }), fc.array(happening, { maxLength: 60 }), (start, happenings) => {
      const { kinds, watchers, stored, catchUp } = createWorld(start)
      for (const { kind, count } of happenings) kinds[kind](count)
      for (const watcher of watchers) {
        catchUp(watcher)
        const [first = 0] = watcher.got
        expect(watcher.got).toEqual(Array.from({ length: stored() - first + 1 }, (_, index) => first + index))
      }
    }),
    { numRuns: 60 },
  )
})
