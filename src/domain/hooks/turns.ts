/** Turns at work of which little is done at a time. Of those who wait, each gets a turn before anybody gets a second. */
export interface Turns {
  /** Resolves when the turn has come, which `end` ends. Undefined: too many of this person wait already. */
  begin(personId: string): Promise<void> | undefined
  end(): void
}

/** `waitingMax`: the most turns of one person that wait. */
export function createTurns(atATime: number, waitingMax: number): Turns {
  /** What begins the turns of those who wait; the person whose turn is next comes first. */
  const waiting = new Map<string, readonly (() => void)[]>()
  let underWay = 0

  return {
    begin(personId) {
      if (underWay < atATime) {
        underWay += 1
        return Promise.resolve()
      }
      const theirs = waiting.get(personId) ?? []
      if (theirs.length >= waitingMax) return undefined
      return new Promise((resolve) => waiting.set(personId, [...theirs, resolve]))
    },
    end() {
      for (const [personId, [next, ...others]] of waiting) {
        waiting.delete(personId)
        if (others.length > 0) waiting.set(personId, others)
        return next?.()
      }
      underWay -= 1
    },
  }
}
