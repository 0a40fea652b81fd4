import type { Json } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

/** The status of a command that goes on after the answer. */
export interface Operation {
  readonly operation: { readonly id: string; status: 'ONGOING' | 'COMPLETED' }
}

/** Does a command of sync; returns the id of what it made, or the operation that is under way. */
export type Command = (acting: Acting, args: Json) => string | Operation | undefined

/** A command that makes nothing with an id. */
export function done(act: (acting: Acting, args: Json) => unknown): Command {
  return (acting, args) => {
    act(acting, args)
    return undefined
  }
}

/** A command that may be done later than it is answered: documented with `use_lro` only, which a caller should not count on. */
export function operation(act: (acting: Acting, args: Json) => unknown): Command {
  return (acting, args) => {
    const { world } = acting
    if (!world.takesLong()) {
      act(acting, args)
      return undefined
    }
    const under: Operation = { operation: { id: world.ids.next(), status: 'ONGOING' } }
    world.pending.push(() => {
      act(acting, args)
      under.operation.status = 'COMPLETED'
    })
    return under
  }
}
