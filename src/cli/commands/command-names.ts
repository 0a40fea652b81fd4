/** Writes operations as commands, in text that is shared by all doors. */
import type { Operation } from '../../core/operation/operation.ts'

/** A name such as `runs.get`, which may be an operation's. */
const NAME = /(?<![\w.@/])[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){1,2}(?![\w/])/g

/** `Wait for it with runs.wait.` becomes `Wait for it with switchboard runs wait.` */
export function withCommands(text: string, operations: readonly Operation[]): string {
  return text.replace(NAME, (name) => {
    const operation = operations.find((each) => each.name === name)
    return operation === undefined ? name : `switchboard ${operation.command}`
  })
}
