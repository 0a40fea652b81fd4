/** Numbers that look random and are the same for the same seed. */

export interface Random {
  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number
  shuffle<T>(items: readonly T[]): T[]
}

const WORD = 0x1_0000_0000

/** The generator known as mulberry32; `stream` gives each case of a seed numbers of its own. */
export function createRandom(seed: number, stream = 0): Random {
  let state = (Math.imul(seed, 0x9e37_79b1) ^ Math.imul(stream + 1, 0x85eb_ca6b)) >>> 0
  function next(): number {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / WORD
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    shuffle(items) {
      const left = [...items]
      return items.map(() => left.splice(below(left.length), 1)[0] as (typeof left)[number])
    },
  }
}
