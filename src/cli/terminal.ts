/** What the command line reads from and writes to; a test gives its own. */
import { stripVTControlCharacters } from 'node:util'
import type { Colors } from 'picocolors/types.js'

interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  /** Columns, where a terminal says so. */
  readonly width: number | undefined
  readonly colours: Colors
}

export interface Terminal {
  readonly out: Output
  readonly err: Output
  /** Whether a person can be asked. */
  readonly canAsk: boolean
  ask(question: string): Promise<string>
  /** All of the standard input, as text. */
  readInput(): Promise<string>
}

/** Columns assumed for help and banners where nothing says how many there are. */
export const DEFAULT_WIDTH = 80

/** Control characters but line breaks and tabs, and the marks that reorder text. */
const UNSAFE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu

/** Text from outside without what would steer the terminal it is shown on. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(UNSAFE, '')
}
