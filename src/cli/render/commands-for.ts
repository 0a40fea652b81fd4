/** Writes likely next calls as command lines. */

import { lineFor, watchLineFor } from '../../core/command-line/command-line.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { plainText } from '../terminal.ts'

/** A command line for each call whose operation the gateway has. Work that people can watch is watched. */
export function commandsFor(operations: readonly Operation[], calls: readonly NextCall[]): string[] {
  return calls.flatMap(({ operation: name, input, ask }) => {
    const operation = operations.find((each) => each.name === name)
    if (operation === undefined) return []
    const line = operation.stream?.watch
      ? watchLineFor(operation, input)
      : lineFor(operation, { ...input, ...ask })
    return [plainText(line)]
  })
}
