/** A command is another way to type an operation: `switchboard keys create` for `switchboard access create-key`. */
import type { Operation } from '../operation/operation.ts'

export interface Command {
  /** A group and a verb, in kebab-case. */
  readonly words: readonly [group: string, verb: string]
  readonly operation: Operation
}

export function defineCommand(words: Command['words'], operation: Operation): Command {
  return { words, operation }
}
