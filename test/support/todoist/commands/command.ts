import type { Json } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

/** Does a command of sync; returns the id of what it made. */
export type Command = (acting: Acting, args: Json) => string | undefined

/** A command that makes nothing with an id. */
export function done(act: (acting: Acting, args: Json) => unknown): Command {
  return (acting, args) => {
    act(acting, args)
    return undefined
  }
}
