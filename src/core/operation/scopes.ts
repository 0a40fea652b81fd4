/**
 * What an actor may do. Areas declare their scopes; which scope includes which follows from their names or is declared.
 */
import { z } from 'zod'

export type Scope = 'admin' | `${string}:${string}`

/**
 * What an area declares about a scope. By default agents and keyless callers may read; anything else must be decided.
 */
export interface ScopeSpec {
  /**
   * Scopes of other areas that it includes. Two inclusions are implied: writing includes reading, and every scope
   * includes reading the profile.
   */
  readonly includes?: readonly Scope[]
  /** Whether agents may have the scope, or why not. */
  readonly agents?: true | string
  /**
   * Whether a caller on loopback without a key or the machine's secret has the scope, or why not. Such a caller may not
   * be at this machine: a proxy or a tunnel that adds no header of its own looks the same. So the caller may do the
   * person's everyday work, and nothing that would outlast the open door: no keys, no other people, no higher limits.
   */
  readonly keyless?: true | string
  /** Why members may not have the scope, but only owners and admins of the gateway. By default they may. */
  readonly members?: string
  /** Whether guests may have the scope. By default they may only read. */
  readonly guests?: true
}

export type ScopeSpecs = Readonly<Partial<Record<Scope, ScopeSpec>>>

interface Declared {
  readonly includes: readonly Scope[]
  readonly agents: true | string
  readonly keyless: true | string
  readonly members: true | string
  readonly guests: true | string
}

/** Those who have a part of all scopes. */
type Limited = 'agents' | 'keyless' | 'members' | 'guests'

const LIMITED = {
  agents: 'agents',
  keyless: 'keyless callers',
  members: 'members',
  guests: 'guests',
} as const satisfies Record<Limited, string>

/** The scope that every scope includes: reading one's own profile. */
const PROFILE: Scope = 'profile:read'

/**
 * The scopes of the areas that this process has loaded, in their order. It is the only global table that areas fill:
 * schemas and stores name scopes where no list of areas is available.
 */
const declared = new Map<Scope, Declared>([
  [
    'admin',
    {
      includes: [],
      agents: 'it is for the operator of this gateway',
      keyless: 'it reaches other people, and everything else',
      members: 'it is for the owners and admins of this gateway',
      guests: 'it is for the owners and admins of this gateway',
    },
  ],
])

const closures = new Map<Scope, ReadonlySet<Scope>>()

/** Worked out once: every call without a key, and every key of a member or a guest, asks for them. */
const limited = new Map<Limited, readonly Scope[]>()

/** An operation with the scope that calling it needs. */
interface Needing {
  readonly name: string
  readonly scope: Scope
}

/**
 * Adds the scopes of areas; adding them again has no effect. `needing`: every operation of the gateway.
 * @throws Error at start-up for a scope that is needed or included and not declared, that does not declare who may have
 * it, or that gives agents or keyless callers another one that they may not have; nothing is added then
 */
export function declareScopes(specs: readonly ScopeSpecs[], needing: readonly Needing[]): void {
  const before = [...declared]
  try {
    for (const each of specs) {
      for (const [name, spec] of Object.entries(each) as [Scope, ScopeSpec][]) declareScope(name, spec)
    }
    forgetDerived()
    assertDeclared(needing)
    for (const scope of declared.keys()) assertNoMoreThan(scope)
  } catch (error) {
    declared.clear()
    for (const [name, spec] of before) declared.set(name, spec)
    forgetDerived()
    throw error
  }
}

function forgetDerived(): void {
  closures.clear()
  limited.clear()
}

/** An area and what may be done there. */
const SCOPE = /^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$/

function declareScope(name: Scope, spec: ScopeSpec): void {
  if (!SCOPE.test(name)) throw new Error(`the scope ${name} is not of the form area:what`)
  const { includes = [], agents = byDefault(name), keyless: forKeyless = byDefault(name) } = spec
  if (agents === undefined || forKeyless === undefined) {
    throw new Error(`the scope ${name} must say whether agents and keyless callers may have it`)
  }
  const members = spec.members ?? true
  const guests = spec.guests ?? byDefault(name) ?? 'guests only read, and work with what they are given'
  declared.set(name, { includes, agents, keyless: forKeyless, members, guests })
}

function assertDeclared(needing: readonly Needing[]): void {
  for (const { name, scope } of needing) {
    if (!declared.has(scope)) throw new Error(`${name} needs the scope ${scope}, which no area declares`)
  }
  for (const [scope, { includes }] of declared) {
    const unknown = includes.find((each) => !declared.has(each))
    if (unknown !== undefined)
      throw new Error(`the scope ${scope} includes ${unknown}, which no area declares`)
  }
}

/** Who may have a scope may have all that it includes. */
function assertNoMoreThan(scope: Scope): void {
  for (const [whom, words] of Object.entries(LIMITED) as [Limited, string][]) {
    if (declared.get(scope)?.[whom] !== true) continue
    for (const each of closureOf(scope)) {
      const why = declared.get(each)?.[whom]
      if (why !== undefined && why !== true)
        throw new Error(`the scope ${scope} is for ${words}, but includes ${each}: ${why}`)
    }
  }
}

function byDefault(name: Scope): true | undefined {
  return name.endsWith(':read') ? true : undefined
}

/** Every scope, in the order of the areas. */
export function allScopes(): readonly Scope[] {
  return [...declared.keys()]
}

/** The name of a declared scope, in a schema. The names are read on use, because areas are loaded after schemas. */
export const ScopeName = z
  .string()
  .superRefine((name, ctx) => {
    if (declared.has(name as Scope)) return
    ctx.addIssue({ code: 'invalid_value', values: [...allScopes()], input: name })
  })
  .meta({
    get enum() {
      return allScopes()
    },
  }) as unknown as z.ZodType<Scope, Scope>

/** Why agents may not have a scope; undefined: they may. */
export function whyNotForAgents(scope: Scope): string | undefined {
  const agents = declared.get(scope)?.agents
  return agents === true ? undefined : (agents ?? 'no area declares it')
}

/** The scopes that a scope grants, including itself; `admin` grants everything. */
function closureOf(scope: Scope): ReadonlySet<Scope> {
  const known = closures.get(scope)
  if (known) return known
  const closure = new Set<Scope>(scope === 'admin' ? allScopes() : [scope, PROFILE])
  // A set that grows is walked to its new end, also where scopes include each other.
  for (const each of closure) {
    for (const below of [...(declared.get(each)?.includes ?? []), ...(readOf(each) ?? [])]) closure.add(below)
  }
  closures.set(scope, closure)
  return closure
}

function readOf(scope: Scope): readonly Scope[] | undefined {
  return scope.endsWith(':write') ? [scope.replace(/:write$/, ':read') as Scope] : undefined
}

/** Whether a caller with the scopes `granted` may do what needs the scope `needed`. */
export function grants(granted: readonly Scope[], needed: Scope): boolean {
  return granted.some((scope) => scope === needed || scope === 'admin' || closureOf(scope).has(needed))
}

/** The scopes that both callers have. */
export function commonScopes(one: readonly Scope[], other: readonly Scope[]): Scope[] {
  return allScopes().filter((scope) => grants(one, scope) && grants(other, scope))
}

/** The scopes of `needed` that a caller with the scopes `granted` lacks. */
export function missingScopes(granted: readonly Scope[], needed: readonly Scope[]): Scope[] {
  return needed.filter((scope) => !grants(granted, scope))
}

/** The scopes of a caller on loopback without key or proof. */
export function keylessScopes(): readonly Scope[] {
  return scopesFor('keyless')
}

/** All that these may have, in few scopes. */
export function scopesFor(whom: Limited): readonly Scope[] {
  const known = limited.get(whom)
  if (known) return known
  const theirs = withoutIncluded(allScopes().filter((scope) => declared.get(scope)?.[whom] === true))
  limited.set(whom, theirs)
  return theirs
}

/** The same power in fewer scopes: without those that another one includes. */
export function withoutIncluded(scopes: readonly Scope[]): Scope[] {
  return scopes.filter((scope) => !scopes.some((other) => other !== scope && grants([other], scope)))
}
