/** Who calls: the identity that every door establishes and every layer below trusts. */
import type { Scope } from './scopes.ts'

/** The ways in. `worker`: a run's own calls; `schedule`: the clock, for whoever made the schedule. */
export const DOORS = ['mcp', 'http', 'cli', 'slack', 'worker', 'schedule', 'process'] as const
export type Door = (typeof DOORS)[number]

export const ACTOR_KINDS = ['person', 'service', 'agent'] as const

export interface Actor {
  readonly kind: (typeof ACTOR_KINDS)[number]
  /** Who acts. */
  readonly id: string
  /** Whose tasks and projects are acted upon: the person behind a key, a service or an agent. */
  readonly personId: string
  readonly scopes: readonly Scope[]
  /** The API key that proved it; absent for the local person. */
  readonly keyId?: string
}

/** The person at this machine: whoever calls without a key where none is required, and the command line. */
export const LOCAL_PERSON: Actor = { kind: 'person', id: 'local', personId: 'local', scopes: ['admin'] }
