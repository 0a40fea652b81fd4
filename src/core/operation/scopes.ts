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
}

export type ScopeSpecs = Readonly<Partial<Record<Scope, ScopeSpec>>>

interface Declared {
  readonly includes: readonly Scope[]
  readonly agents: true | string
  readonly keyless: true | string
}

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
    },
  ],
])

const closures = new Map<Scope, ReadonlySet<Scope>>()

/** Worked out once: every call without a key asks for them. */
let keyless: readonly Scope[] | undefined

/**
 * Adds the scopes of an area; adding them again has no effect.
 * @throws Error for a scope beyond reading that does not declare who may have it
 */
export function declareScopes(specs: ScopeSpecs): void {
  for (const [name, spec] of Object.entries(specs) as [Scope, ScopeSpec][]) {
    const { includes = [], agents = byDefault(name), keyless: forKeyless = byDefault(name) } = spec
    if (agents === undefined || forKeyless === undefined) {
      throw new Error(`the scope ${name} must say whether agents and keyless callers may have it`)
    }
    declared.set(name, { includes, agents, keyless: forKeyless })
  }
  closures.clear()
  keyless = undefined
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
  const below = [...(declared.get(scope)?.includes ?? []), ...(readOf(scope) ?? [])]
  for (const each of below) for (const one of closureOf(each)) closure.add(one)
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
  keyless ??= withoutIncluded(allScopes().filter((scope) => declared.get(scope)?.keyless === true))
  return keyless
}

/** The same power in fewer scopes: without those that another one includes. */
export function withoutIncluded(scopes: readonly Scope[]): Scope[] {
  return scopes.filter((scope) => !scopes.some((other) => other !== scope && grants([other], scope)))
}
