/** Who calls: the identity that every door establishes and every layer below it trusts. */
import { keylessScopes, type Scope } from './scopes.ts'

/**
 * The ways in. `worker`: a run's own calls; `schedule`: the clock, for the schedule's maker; `hook`: what other services
 * report.
 */
export const DOORS = ['mcp', 'http', 'cli', 'slack', 'mail', 'worker', 'schedule', 'hook', 'process'] as const
export type Door = (typeof DOORS)[number]

export const ACTOR_KINDS = ['person', 'service', 'agent'] as const

/** What the key of a run opens, and for how long. */
export interface RunAccess {
  /** The claim in which the key was made: a later one makes it worthless. */
  readonly fence: number
  /** Names of the only operations that it opens. */
  readonly operations: readonly string[]
}

export interface Actor {
  readonly kind: (typeof ACTOR_KINDS)[number]
  /** The caller's own id. */
  readonly id: string
  /**
   * Whose rights apply: the person behind a key, a service or an agent. Of a team's service, the id of the team, so that
   * it outlives the person who set it up.
   */
  readonly personId: string
  /** The person or the team to whose things an agent is confined; absent: everything that the person sees. */
  readonly within?: string
  /**
   * The space in which the log of a run is read, where that is not `within`. A run sees only what everybody there may
   * see.
   */
  readonly logSpace?: string
  readonly scopes: readonly Scope[]
  /** The API key that proved the identity; absent for the person at this machine. */
  readonly keyId?: string
  /** When that key expires, in milliseconds since 1970; absent: never. */
  readonly keyExpiresAtMs?: number
  /** Of a run that comes in with a key of its own, which is then `keyId`. */
  readonly run?: RunAccess
}

/** The owner of the gateway on this machine: the command line, and other programs that know the machine's secret. */
export const LOCAL_PERSON: Actor = { kind: 'person', id: 'local', personId: 'local', scopes: ['admin'] }

/** Probably the same person: a caller on loopback without a key and without the machine's secret. */
export function keylessPerson(): Actor {
  return { ...LOCAL_PERSON, scopes: keylessScopes() }
}

/** How a caller can get a scope that they lack. */
export function wayTo(scope: Scope, { kind, keyId }: Actor): string {
  if (kind !== 'person') return `Use a key with the scope ${scope}, or ask a person who has one.`
  if (keyId !== undefined)
    return `Use a key with the scope ${scope}. If your role does not have it, ask an admin of the gateway.`
  return [
    "Do it on the command line of the gateway's machine, where no key is needed,",
    `or use a key with the scope ${scope}:`,
    '`switchboard keys create` makes one.',
  ].join(' ')
}
