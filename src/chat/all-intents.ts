/** Everything that a person can say: the intents of the conversation itself, of the areas, and of references alone. */
import type { Intent } from '../core/intent/intent.ts'
import type { Operation } from '../core/operation/operation.ts'
import { helpOnTopics } from './help.ts'
import { intentsOfReferences } from './show-things.ts'
import { TALK } from './talk.ts'
import type { Talk } from './turning.ts'

export interface AllIntents {
  /** Those that call an operation, in their order. */
  readonly calling: readonly Intent[]
  readonly all: readonly (Talk | Intent)[]
}

export function allIntents(operations: readonly Operation[], ofAreas: readonly Intent[]): AllIntents {
  const calling = [...ofAreas, ...intentsOfReferences(operations)].sort(
    (one, other) => one.order - other.order,
  )
  return { calling, all: [...TALK, ...helpOnTopics(calling, TALK), ...calling] }
}
