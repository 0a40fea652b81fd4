/**
 * What an agent may call: what its spec names, without what no agent may have, and with no scope that its starter
 * lacks.
 */
import type { Description, RunPhase } from '../../../core/operation/description.ts'
import {
  allScopes,
  commonScopes,
  grants,
  type Scope,
  whyNotForAgents,
  withoutIncluded,
} from '../../../core/operation/scopes.ts'
import { nearest } from '../../../core/schema/unknown-fields.ts'
import type { Agent } from './agent.ts'
import { currentName } from './old-names.ts'

/** Means everything that an agent may have. */
const ALL = '*'

/** Why no agent may call an operation; undefined: agents may. */
export function whyWithheld(operation: Description): string | undefined {
  if (operation.audience === 'people') return 'its answer contains a secret, which no model may see'
  if (operation.audience === 'runs') return ofPhase(operation)
  return whyNotForAgents(operation.scope) ?? operation.notForAgents
}

function ofPhase({ forRuns }: Description): string | undefined {
  return forRuns?.phase === undefined
    ? undefined
    : `every run of an agent with phases has it in its phase ${forRuns.phase}, and no other has it`
}

/** The operations that a spec's `tools` name, in list order, without those that no agent may have. */
export function grantedOperations<Each extends Description>(
  tools: readonly string[],
  operations: readonly Each[],
): Each[] {
  return operations.filter(
    (operation) => tools.some((tool) => names(tool, operation)) && whyWithheld(operation) === undefined,
  )
}

/** The operations that a run may call in a phase; null: its agent works without phases. */
export function operationsInPhase<Each extends Description>(
  { tools, scopes }: { readonly tools: readonly string[]; readonly scopes: readonly Scope[] },
  operations: readonly Each[],
  phase: RunPhase | null,
): Each[] {
  const changesNothing = phase === 'plan' || phase === 'evaluate'
  const granted = new Set(grantedOperations(tools, operations))
  return operations.filter((operation) => {
    const { effect, audience, scope, forRuns } = operation
    if (forRuns?.phase !== undefined) return forRuns.phase === phase
    if (!granted.has(operation)) return false
    if (changesNothing && effect !== 'read' && !forRuns?.isHarmless) return false
    return audience === 'runs' || grants(scopes, scope)
  })
}

/**
 * Whether a name means an operation: its own name, its tool's name, its area, or a scope that grants it. An operation
 * for runs alone is named only by its own name or by `*`: an agent that may read about runs may not delegate because of
 * that.
 */
function names(tool: string, operation: Description): boolean {
  const name = currentName(tool)
  if (name === ALL || name === operation.name || name === operation.toolName) return true
  if (operation.audience === 'runs') return false
  return operation.toolsets.includes(name) || (isScope(name) && grants([name], operation.scope))
}

/** Tools cannot be named by `admin`: `*` means the same without looking like a right. */
function isScope(word: string): word is Scope {
  return word !== 'admin' && allScopes().some((scope) => scope === word)
}

/**
 * The scopes of a run: those that its operations need and its starter has, without scopes that another one includes.
 * Never `admin`, and never more than the starter's.
 */
export function agentScopes(
  starterScopes: readonly Scope[],
  tools: readonly string[],
  operations: readonly Description[],
): Scope[] {
  const scoped = grantedOperations(tools, operations).filter(({ audience }) => audience !== 'runs')
  const needed = new Set(scoped.map(({ scope }) => scope))
  const held = allScopes().filter((scope) => needed.has(scope) && grants(starterScopes, scope))
  return withoutIncluded(held)
}

/** The scopes of a run of this agent: never one that the agent's writer lacked. */
export function runScopes(
  starterScopes: readonly Scope[],
  { tools, writerScopes }: Pick<Agent, 'tools' | 'writerScopes'>,
  operations: readonly Description[],
): Scope[] {
  const mayUse = writerScopes === null ? starterScopes : commonScopes(starterScopes, writerScopes)
  return agentScopes(mayUse, tools, operations)
}

/** A name in `tools` that gives an agent nothing, and why. */
export interface ToolIssue {
  readonly tool: string
  readonly message: string
}

/** The names in `tools` that do not exist, each with the nearest existing name, and those that no agent may have. */
export function unknownTools(tools: readonly string[], operations: readonly Description[]): ToolIssue[] {
  return tools.flatMap((tool) => {
    const message = faultOf(tool, operations)
    return message === undefined ? [] : [{ tool, message }]
  })
}

function faultOf(tool: string, operations: readonly Description[]): string | undefined {
  if (tool === ALL) return undefined
  if (isScope(tool)) {
    const why = whyNotForAgents(tool)
    return why === undefined ? undefined : withheldText(tool, why)
  }
  const reasons = operations.filter((operation) => names(tool, operation)).map(whyWithheld)
  if (reasons.includes(undefined)) return undefined
  const [reason] = reasons
  if (reason !== undefined) return withheldText(tool, reason)
  const all = nameable(operations)
  const near =
    nearest(
      tool,
      all.filter((name) => formOf(name) === formOf(tool)),
    ) ?? nearest(tool, all)
  const hint =
    near === undefined ? 'name an operation, an area, a scope, or * for all' : `the nearest is ${near}`
  return `there is no operation, area or scope ${tool}; ${hint}`
}

function withheldText(tool: string, reason: string): string {
  return `no agent may have ${tool}: ${reason}`
}

/** The sign that tells names of operations, scopes and tools apart, and so shows which kind the author meant. */
function formOf(name: string): string | undefined {
  return name.match(/[.:_]/)?.[0]
}

/** Every name that gives an agent something. */
function nameable(operations: readonly Description[]): string[] {
  const free = operations.filter((operation) => whyWithheld(operation) === undefined)
  const scopes = allScopes().filter((scope) => whyNotForAgents(scope) === undefined)
  const known = free.flatMap(({ name, toolName, area }) => [name, toolName, area])
  return [...new Set([...known, ...scopes])]
}
