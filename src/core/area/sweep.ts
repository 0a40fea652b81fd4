/** A sweep puts back on its way what should move and does not: every worker process runs all of them every few seconds. */
import type { Runtime } from '../call/runtime.ts'

export interface Sweep {
  /** What it looks for, as the log names it. */
  readonly name: string
  /** A change of a URI that begins so starts a sweep at once. */
  readonly wokenBy?: string
  /** Several processes may run it at once, and any of them may stop half-way. */
  run(runtime: Runtime): Promise<void>
}

export function defineSweep(spec: Sweep): Sweep {
  return spec
}
