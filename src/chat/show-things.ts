/** A reference alone asks for the thing: `T-12`. Every operation that reads one thing of a kind answers it. */
import type { Intent } from '../core/intent/intent.ts'
import { isReferenceTo } from '../core/intent/noun.ts'
import { type Kind, kindTaken } from '../core/operation/kind.ts'
import type { Operation } from '../core/operation/operation.ts'
import { RESOURCE_ID } from '../core/operation/resource.ts'

/** The first order of these intents, which is above those of areas. */
const FIRST_ORDER = 800

export function intentsOfReferences(operations: readonly Operation[]): Intent[] {
  return operations.flatMap(readerOf).map(({ operation, kind, field }, index) => ({
    name: `show-${kind.name.replaceAll('_', '-')}`,
    order: FIRST_ORDER + index,
    says: ['[show|open|get|what is|status of] <ref>', '<ref> status'],
    slots: { ref: (text) => isReferenceTo({ kind }, text) },
    example: `${kind.letters}-12`,
    does: `Show one ${kind.name.replaceAll('_', ' ')}`,
    operation,
    input: ({ words: { ref = '' } }) => ({ [field]: ref.toUpperCase() }),
    about: () => [],
  }))
}

interface ThingReader {
  readonly operation: Operation
  readonly kind: Kind
  readonly field: string
}

function readerOf(operation: Operation): ThingReader[] {
  const [field = ''] = operation.pathFields
  const schema = operation.input.shape[field]
  const kind = schema === undefined ? undefined : kindTaken(schema)
  const isReader = operation.resource?.uri.endsWith(`://${RESOURCE_ID}`) === true
  return kind !== undefined && isReader ? [{ operation, kind, field }] : []
}
