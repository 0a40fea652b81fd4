/** Holds receivers that Slack wants to be left alone, each by itself. */

export interface Pace {
  hold(receiver: string, ms: number): void
  held(): readonly string[]
  onFree(listener: () => void): void
  close(): void
}

export function createPace(): Pace {
  const timers = new Map<string, NodeJS.Timeout>()
  let freed = () => {}
  return {
    hold(receiver, ms) {
      clearTimeout(timers.get(receiver))
      const timer = setTimeout(() => {
        timers.delete(receiver)
        freed()
      }, ms)
      timers.set(receiver, timer)
    },
    held: () => [...timers.keys()],
    onFree(listener) {
      freed = listener
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
