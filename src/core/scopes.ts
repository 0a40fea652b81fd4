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

/** The scopes of `needed` that somebody who was granted `granted` lacks. */
export function missingScopes(granted: readonly Scope[], needed: readonly Scope[]): Scope[] {
  return needed.filter((scope) => !grants(granted, scope))
}
