/** What an actor may do: a closed list of scopes, and which scope includes which. */

export const SCOPES = [
  'admin',
  'tasks:read',
  'tasks:write',
  'projects:read',
  'projects:write',
  'agents:read',
  'agents:write',
  'runs:read',
  'runs:write',
  'approvals:decide',
  'budgets:read',
  'budgets:write',
  'access:read',
  'access:write',
  'profile:read',
  'profile:write',
] as const

export type Scope = (typeof SCOPES)[number]

/** What a scope grants besides itself. `admin` grants everything; to write something is to read it too. */
const IMPLIES: Record<Scope, readonly Scope[]> = {
  admin: SCOPES,
  'tasks:read': ['profile:read'],
  'tasks:write': ['tasks:read', 'profile:read'],
  'projects:read': ['profile:read'],
  'projects:write': ['projects:read', 'profile:read'],
  'agents:read': ['profile:read'],
  'agents:write': ['agents:read', 'profile:read'],
  'runs:read': ['agents:read', 'profile:read'],
  'runs:write': ['runs:read', 'agents:read', 'profile:read'],
  'approvals:decide': ['runs:read', 'agents:read', 'profile:read'],
  'budgets:read': ['profile:read'],
  'budgets:write': ['budgets:read', 'profile:read'],
  'access:read': ['profile:read'],
  'access:write': ['access:read', 'profile:read'],
  'profile:read': [],
  'profile:write': ['profile:read'],
}

/** Whether somebody who was granted `granted` may do what needs `needed`. */
export function grants(granted: readonly Scope[], needed: Scope): boolean {
  return granted.some((scope) => scope === needed || IMPLIES[scope].includes(needed))
}

/** What both of two may do. */
export function commonScopes(one: readonly Scope[], other: readonly Scope[]): Scope[] {
  return SCOPES.filter((scope) => grants(one, scope) && grants(other, scope))
}

/** The scopes of `needed` that somebody who was granted `granted` lacks. */
export function missingScopes(granted: readonly Scope[], needed: readonly Scope[]): Scope[] {
  return needed.filter((scope) => !grants(granted, scope))
}

const MAY = 'may'

/**
 * What a caller may do who reached loopback with neither a key nor the machine's secret, or why not. Nothing proves that
 * such a caller sits at this machine: a proxy or a tunnel that adds no header of its own looks the same. So it may do what
 * the person's work is, and nothing that would last once the way in is closed: no keys, no other people, no limits lifted.
 * A new scope has to be decided on here.
 */
const WITHOUT_PROOF: Readonly<Record<Scope, string>> = {
  admin: 'it reaches other people, and everything else',
  'tasks:read': MAY,
  'tasks:write': MAY,
  'projects:read': MAY,
  'projects:write': MAY,
  'agents:read': MAY,
  // An agent has at most the scopes of the caller who starts it, and never keys, approvals or budgets.
  'agents:write': MAY,
  'runs:read': MAY,
  // Schedules too: their runs have the scopes of the schedule's maker, so no more than a run started now.
  'runs:write': MAY,
  'approvals:decide': MAY,
  'budgets:read': MAY,
  'budgets:write': 'a limit on spending does not limit a caller who can lift it',
  'access:read': MAY,
  'access:write': 'a key goes on working when the way in is closed',
  'profile:read': MAY,
  'profile:write': MAY,
}

/** The scopes of a caller on loopback without key or proof. */
export const KEYLESS_SCOPES: readonly Scope[] = withoutIncluded(
  SCOPES.filter((scope) => WITHOUT_PROOF[scope] === MAY),
)

/** The same power in fewer words: without scopes that another of them includes. */
export function withoutIncluded(scopes: readonly Scope[]): Scope[] {
  return scopes.filter((scope) => !scopes.some((other) => other !== scope && grants([other], scope)))
}
