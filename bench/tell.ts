/** How a watched server is told to write, and what the product's and the baseline's have in common. */
import { setTimeout as wait } from 'node:timers/promises'

/** What a server has to write, one event after the other. */
export interface Telling {
  readonly events: number
  /** Milliseconds between two events; 0: each as soon as the previous one is stored. */
  readonly everyMs: number
  /** Pieces of live text after each event. */
  readonly deltas: number
}

export interface Told {
  /** When the write of each event began, by `now`. */
  readonly writtenAt: readonly number[]
}

/** Where a run of the product, or the baseline, is watched, and where it is told to write. */
export interface WatchedPlace {
  readonly origin: string
  readonly eventsPath: string
  readonly tellPath: string
}

export const EVENT_TYPE = 'bench.told'

/** About as much as an event of a step carries. */
const WORDS = 'Created the task "Call Ana about the contract", due on Friday, in the project "Newsletter". '

/** Milliseconds of a clock that all processes of this machine share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export function eventData(number: number): { n: number; text: string } {
  return { n: number, text: WORDS }
}

export function deltaText(number: number): string {
  return `${number} and so on, `
}

interface Writer {
  event(number: number): Promise<void> | void
  delta(number: number): void
}

/** Writes all, at its pace. */
export async function tell({ events, everyMs, deltas }: Telling, writer: Writer): Promise<Told> {
  const writtenAt: number[] = []
  const startedAt = now()
  let pieces = 0
  for (let number = 1; number <= events; number += 1) {
    writtenAt.push(now())
    await writer.event(number)
    for (let piece = 1; piece <= deltas + 1; piece += 1) {
      const dueAt = startedAt + (number - 1 + piece / (deltas + 1)) * everyMs
      if (everyMs > 0) await wait(Math.max(0, dueAt - now()))
      if (piece > deltas) break
      pieces += 1
      writer.delta(pieces)
    }
  }
  return { writtenAt }
}
