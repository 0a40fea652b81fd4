/** Phases of a load that say how far they are, and end: when they are done, out of time, or interrupted. */
import { setTimeout as pause } from 'node:timers/promises'

export interface Phase {
  readonly name: string
  readonly atMostMs: number
  /** How far it is. */
  look(): Promise<Progress> | Progress
}

export interface Progress {
  readonly isDone: boolean
  readonly words: string
}

export type PhaseEnd = 'done' | 'out of time' | 'interrupted'

const LOOK_EVERY_MS = 250
const SAY_EVERY_MS = 5_000

export interface Watching {
  readonly signal: AbortSignal
  say(line: string): void
}

export async function watchPhase(
  { name, atMostMs, look }: Phase,
  { signal, say }: Watching,
): Promise<PhaseEnd> {
  const startedAt = performance.now()
  const secondsIn = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
  let saidAt = startedAt
  for (;;) {
    const { isDone, words } = await look()
    const end = isDone ? 'done' : signal.aborted ? 'interrupted' : undefined
    const isLate = performance.now() - startedAt > atMostMs
    if (end !== undefined || isLate) {
      say(`${name}: ${end ?? 'out of time'} after ${secondsIn()}: ${words}`)
      return end ?? 'out of time'
    }
    if (performance.now() - saidAt > SAY_EVERY_MS) {
      say(`${name}: ${words}, ${secondsIn()}`)
      saidAt = performance.now()
    }
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
