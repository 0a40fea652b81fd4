/** Why the embedded engine stopped, in its own words. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault'
}

/** The engine's message for a disk or a quota that is used up. */
const FULL = /No space left on device|Quota exceeded/

export function saysFull(thrown: unknown): boolean {
  return thrown instanceof EngineFault && FULL.test(thrown.message)
}
