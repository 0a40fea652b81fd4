/** A sweep finds work that got stuck and restarts it: every worker process runs all sweeps every few seconds. */
import type { Runtime } from '../call/runtime.ts'

export interface Sweep {
  /** The work it looks for, as the log names it. */
  readonly name: string
  /** A change of a URI with this prefix, or one of these, starts a sweep at once. */
  readonly wokenBy?: string | readonly string[]
  /** Is given, once, what starts a sweep at once, for news that changes no URI. */
  takeStart?(start: () => void): void
  /** Several processes may run it at once, and any of them may stop half-way. */
  run(runtime: Runtime): Promise<void>
}

export function defineSweep(spec: Sweep): Sweep {
  return spec
}
