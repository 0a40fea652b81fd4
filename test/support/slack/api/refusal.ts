/** An answer of `ok: false`. */
import type { Json } from '../world/wire.ts'

export class Refusal extends Error {
  readonly body: Json

  constructor(error: string, more: Json = {}) {
    super(error)
    this.body = { ok: false, error, ...more }
  }
}

export function refuse(error: string, more?: Json): never {
  throw new Refusal(error, more)
}

/** The refusal of arguments, which says what is wrong with which. */
export function refuseArguments(...messages: string[]): never {
  throw new Refusal('invalid_arguments', {
    response_metadata: { messages: messages.map((each) => `[ERROR] ${each}`) },
  })
}
