/** Why the embedded engine stopped, in its own words. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault'
}

/** What the engine says of a disk, or of a quota, that is used up. */
const FULL = /No space left on device|Quota exceeded/

export function saysFull(thrown: unknown): boolean {
  return thrown instanceof EngineFault && FULL.test(thrown.message)
}
