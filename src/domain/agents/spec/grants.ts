/** What an agent may call: what its spec names, without what no agent may have, and with no scope that its starter lacks. */
import type { Description } from '../../../core/operation/description.ts'
import { commonScopes, grants, SCOPES, type Scope, withoutIncluded } from '../../../core/operation/scopes.ts'
import { nearest } from '../../../core/schema/unknown-fields.ts'
import type { Agent } from './agent.ts'

/** Tools of a run itself, which are not operations. */
export const AGENT_TOOLS = ['ask_person', 'delegate', 'save_artifact'] as const
export type AgentTool = (typeof AGENT_TOOLS)[number]

/** Stands for everything that an agent may have. */
const ALL = '*'

const MAY = 'may'

/** Whether agents may have what needs a scope, or why not. A new scope has to be decided on here. */
const FOR_AGENTS: Readonly<Record<Scope, string>> = {
  admin: 'it is for the operator of this gateway',
  'tasks:read': MAY,
  'tasks:write': MAY,
  'projects:read': MAY,
  'projects:write': MAY,
  'agents:read': MAY,
  'agents:write': 'an agent would write its own instructions, tools and limits',
  'runs:read': MAY,
  'runs:write':
    'an agent starts others through delegate, within its own budget, and steers, answers or rates no run',
  'approvals:decide': 'an agent would approve what it wants to do',
  'budgets:read': MAY,
  'budgets:write': 'an agent would raise its own budget',
  'access:read': 'keys and the audit are for people',
  'access:write': 'an agent would make keys that outlive its run',
  'profile:read': MAY,
  'profile:write': 'who a person is, and their time zone, is for the person to say',
}

/** Operations that no agent may have though their scope would allow it. */
const WITHHELD: ReadonlyMap<string, string> = new Map([
  ['access.whoami', 'who acts, and with which key, is for people; a run is told what it needs of it'],
  ['runs.wait', 'it would hold a worker while it waits; delegate waits without one'],
])

/** Why no agent may call an operation; undefined: agents may. */
export function whyWithheld(operation: Description): string | undefined {
  if (operation.audience === 'people') return 'its answer holds a secret, which no model may see'
  const why = FOR_AGENTS[operation.scope]
  return why === MAY ? WITHHELD.get(operation.name) : why
}

interface GrantOptions {
  /** Leave out all that writes: planning and evaluating. */
  readonly readOnly?: boolean
}

/** The operations that a spec's `tools` name, in the order of the list, without those that no agent may have. */
export function grantedOperations<Each extends Description>(
  tools: readonly string[],
  operations: readonly Each[],
  { readOnly = false }: GrantOptions = {},
): Each[] {
  return operations.filter(
    (operation) =>
      tools.some((tool) => names(tool, operation)) &&
      whyWithheld(operation) === undefined &&
      !(readOnly && operation.effect !== 'read'),
  )
}

/** The tools of a run itself that a spec's `tools` name. */
export function grantedAgentTools(tools: readonly string[]): AgentTool[] {
  return AGENT_TOOLS.filter((tool) => tools.includes(ALL) || tools.includes(tool))
}

/** An operation by its name, its tool's name, its area, or a scope that grants it. */
function names(tool: string, operation: Description): boolean {
  return (
    tool === ALL ||
    tool === operation.name ||
    tool === operation.toolName ||
    operation.toolsets.includes(tool) ||
    (isScope(tool) && grants([tool], operation.scope))
  )
}

/** Tools cannot be named by `admin`: `*` says the same without looking like a right. */
function isScope(word: string): word is Scope {
  return word !== 'admin' && SCOPES.some((scope) => scope === word)
}

/**
 * The scopes of a run: those that its operations need and its starter has, none that another of them includes. Never
 * `admin`, and never more than the starter's.
 */
export function agentScopes(
  starterScopes: readonly Scope[],
  tools: readonly string[],
  operations: readonly Description[],
): Scope[] {
  const needed = new Set(grantedOperations(tools, operations).map(({ scope }) => scope))
  const held = SCOPES.filter((scope) => needed.has(scope) && grants(starterScopes, scope))
  return withoutIncluded(held)
}

/** The scopes of a run of this agent: none that the agent's writer lacked. */
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

/** The names in `tools` that are known to nobody, with the nearest that is, and those that no agent may have. */
export function unknownTools(tools: readonly string[], operations: readonly Description[]): ToolIssue[] {
  return tools.flatMap((tool) => {
    const message = faultOf(tool, operations)
    return message === undefined ? [] : [{ tool, message }]
  })
}

function faultOf(tool: string, operations: readonly Description[]): string | undefined {
  if (tool === ALL || AGENT_TOOLS.some((each) => each === tool)) return undefined
  if (isScope(tool)) return FOR_AGENTS[tool] === MAY ? undefined : withheldText(tool, FOR_AGENTS[tool])
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
  return `there is no operation, area, scope or tool ${tool}; ${hint}`
}

function withheldText(tool: string, reason: string): string {
  return `no agent may have ${tool}: ${reason}`
}

/** The sign that tells names of operations, scopes and tools apart: who wrote one meant that kind. */
function formOf(name: string): string | undefined {
  return name.match(/[.:_]/)?.[0]
}

/** Every name that gives an agent something. */
function nameable(operations: readonly Description[]): string[] {
  const free = operations.filter((operation) => whyWithheld(operation) === undefined)
  const scopes = SCOPES.filter((scope) => FOR_AGENTS[scope] === MAY)
  const known = free.flatMap(({ name, toolName, area }) => [name, toolName, area])
  return [...new Set([...AGENT_TOOLS, ...known, ...scopes])]
}
