/** What the command line reads from and writes to; a test passes its own. */
import { stripVTControlCharacters } from 'node:util'
import type { Colors } from 'picocolors/types.js'
import { withoutUnsafe } from '../core/text/unsafe.ts'

interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  /** Columns, if the terminal reports them. */
  readonly width: number | undefined
  readonly colours: Colors
}

export interface Terminal {
  readonly out: Output
  readonly err: Output
  /** Whether a person can be asked. */
  readonly canAsk: boolean
  ask(question: string): Promise<string>
  /** The whole standard input, as text. */
  readInput(): Promise<string>
  /**
   * The lines of the standard input as they come, until it ends, the person gives up (Ctrl-C) or `signal` is
   * aborted. A person is asked for each with `prompt`, can take back earlier lines with the arrow keys, and sends several
   * pasted lines as one.
   */
  lines(prompt: string, signal: AbortSignal): AsyncIterable<string>
}

/** Columns assumed for help and banners when their number is unknown. */
export const DEFAULT_WIDTH = 80

/** Text from outside without characters that would control the terminal. */
export function plainText(text: string): string {
  return withoutUnsafe(stripVTControlCharacters(text))
}
