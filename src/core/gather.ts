/** Gathers calls that are made at the same time, so that one statement serves them all. */
import { setImmediate as nextTurn } from 'node:timers/promises'

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/**
 * A function for one item, from one that works on many. The calls of one turn of the event loop are one batch, and those
 * that come while a batch is under way are the next. `work` answers with a result for each item, in their order; where it
 * throws, every call of its batch does.
 */
export function gather<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  let isWorking = false

  async function workOff(): Promise<void> {
    isWorking = true
    await nextTurn()
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const results = await work(batch.map(({ item }) => item))
        // There is a result for each item.
        for (const [place, { resolve }] of batch.entries()) resolve(results[place] as Result)
      } catch (thrown) {
        for (const { reject } of batch) reject(thrown)
      }
    }
    isWorking = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isWorking) void workOff()
    })
}
