/** A shortcut opens the form of a call from anywhere in a chat program, or from a message there, whose text it takes. */
import type { NextCall } from '../operation/next-call.ts'

export interface Shortcut {
  /** In snake_case, unique over all areas. */
  readonly name: string
  /** In the menu, above the form and on its button: at most 24 characters. */
  readonly title: string
  readonly description: string
  readonly on: 'message' | 'anywhere'
  /** The call that is made with what the person enters. `text`: of the message; anywhere else empty. */
  call(text: string): NextCall
  /** A call that changes nothing, and whose answer says above the form what the other one would do. */
  shows?(text: string): NextCall
}

declare module '../operation/context.ts' {
  interface Resources {
    /** The shortcuts of all areas; absent where no area has one. */
    readonly shortcuts?: readonly Shortcut[]
  }
}

const TITLE_MAX_CHARS = 24

/** @throws Error at start-up for a title that no menu has room for */
export function defineShortcut(spec: Shortcut): Shortcut {
  if (spec.title.length > TITLE_MAX_CHARS)
    throw new Error(`the title of the shortcut ${spec.name} has more than ${TITLE_MAX_CHARS} characters`)
  return spec
}
