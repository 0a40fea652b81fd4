/** A check is one thing that `switchboard doctor` looks at. */
import type { Settings } from './setting.ts'

/** What the doctor found. */
export interface Finding {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** How to fix it. */
  readonly fix?: string | undefined
}

export interface Check {
  readonly name: string
  /** Examines without changing anything. A thrown error becomes a failed finding. */
  examine(settings: Settings): Omit<Finding, 'name'> | Promise<Omit<Finding, 'name'>>
}

export function defineCheck(spec: Check): Check {
  return spec
}
