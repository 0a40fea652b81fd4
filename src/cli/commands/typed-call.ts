/** One call as it was typed. */

import type { Shape } from '../../core/command-line/shape.ts'
import type { Typed } from '../../core/command-line/typed-fields.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { ConnectOptions } from '../surroundings.ts'

/** The flags that every operation has. */
export interface CallFlags extends ConnectOptions {
  readonly json?: boolean
  readonly idempotencyKey?: string
  readonly yes?: boolean
  readonly all?: boolean
  /** Shows the started work until it has ended. */
  readonly watch?: boolean
}

export interface TypedCall {
  readonly operation: Operation
  readonly shape: Shape
  readonly typed: Typed
  readonly flags: CallFlags
}
