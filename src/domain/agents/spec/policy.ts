/** Which calls an agent makes on its own, which a person must approve, and which it may not make at all. */
import { z } from 'zod'
import type { Description, Effect } from '../../../core/operation/description.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { currentName } from './old-names.ts'

export const VERDICTS = ['allow', 'ask', 'refuse'] as const
export type PolicyVerdict = (typeof VERDICTS)[number]

/** One rule: all its conditions must match. */
export const PolicyRule = z.object({
  effect: z.enum(['read', 'write', 'destroy']).optional(),
  operation: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Name, area with .*, or *: tasks.delete, projects.*'),
  agent: z.string().min(1).max(64).optional().describe('For delegations: the agent that gets the work'),
  over: z
    .object({ field: z.string().min(1).max(200), amount: z.number() })
    .optional()
    .describe('A number in the input, or the length of a list in it, is over the amount; the path has dots'),
  verdict: z.enum(VERDICTS),
})
export type PolicyRule = z.output<typeof PolicyRule>

/** Roles in the team of a run, which stand for everybody who has them. */
export const TEAM_APPROVERS = ['team:admin', 'team:member'] as const
export type TeamApprover = (typeof TEAM_APPROVERS)[number]

/** The people among approvers, without the roles of teams. */
export function peopleAmong(approvers: readonly string[] = []): string[] {
  return approvers.filter((approver) => !TEAM_APPROVERS.some((role) => role === approver))
}

/** A policy's fields without the defaults, because a change must not reset fields to them. */
export const policyFields = {
  rules: z.array(PolicyRule).max(100).describe('The first rule that matches decides'),
  approvers: z
    .array(z.string().min(1).max(64))
    .max(20)
    .describe('Who may decide besides the person of the run: people, team:admin, team:member'),
  notStarter: z.boolean().describe('The person of the run may not decide'),
  expireHours: z
    .int()
    .min(1)
    .max(24 * 30)
    .describe('Hours until an undecided one is refused'),
}

/** The first rule that matches decides; otherwise the effect: `destroy` asks, everything else is allowed. */
export const ApprovalPolicy = z.object({
  rules: policyFields.rules.default([]),
  approvers: policyFields.approvers.default([]),
  notStarter: policyFields.notStarter.default(false),
  expireHours: policyFields.expireHours.default(72),
})
export type ApprovalPolicy = z.output<typeof ApprovalPolicy>

/** A call that an agent wants to make. */
export interface ProposedCall {
  readonly operation: string
  readonly effect: Effect
  readonly input: unknown
  /** The agent that it delegates to. */
  readonly agent?: string
}

export interface PolicyDecision {
  readonly verdict: PolicyVerdict
  /** The reason, in words. */
  readonly why: string
}

/** An operation that an agent wants to call, with its input. */
export interface WantedCall {
  readonly operation: Pick<Description, 'name' | 'effect' | 'forRuns'>
  readonly input: unknown
}

/** The decision of the policy of a run's agent on a call of an operation. */
export function judgeCall(
  { agent, alwaysAllowed }: { readonly agent: Judged; readonly alwaysAllowed: readonly string[] },
  { operation: { name, effect, forRuns }, input }: WantedCall,
): PolicyDecision {
  if (forRuns?.isHarmless) return { verdict: 'allow', why: 'it changes nothing but the run' }
  const isDelegation = forRuns?.waitsFor === 'children'
  const to = isDelegation && isJsonObject(input) ? input.agent : undefined
  const proposed = { operation: name, effect, input, ...(typeof to === 'string' && { agent: to }) }
  return decide(agent.approvals, proposed, alwaysAllowed)
}

interface Judged {
  readonly approvals: ApprovalPolicy
}

/** The policy's decision on a call. `alwaysAllowed`: operations that a person allowed for the rest of this run. */
export function decide(
  policy: ApprovalPolicy,
  call: ProposedCall,
  alwaysAllowed: readonly string[],
): PolicyDecision {
  const rule = policy.rules.find((each) => fits(each, call))
  if (rule?.verdict === 'refuse') return verdictOf(rule)
  if (alwaysAllowed.some((name) => currentName(name) === call.operation)) {
    return { verdict: 'allow', why: 'a person allowed it for the rest of this run' }
  }
  if (rule) return verdictOf(rule)
  return call.effect === 'destroy'
    ? { verdict: 'ask', why: 'it cannot be undone' }
    : { verdict: 'allow', why: 'it can be undone or repeated' }
}

const RULE_VERBS: Readonly<Record<PolicyVerdict, string>> = {
  allow: 'allow',
  ask: 'ask a person about',
  refuse: 'refuse',
}

function verdictOf(rule: PolicyRule): PolicyDecision {
  return { verdict: rule.verdict, why: `the agent's rules ${RULE_VERBS[rule.verdict]} ${describe(rule)}` }
}

function fits(rule: PolicyRule, call: ProposedCall): boolean {
  return (
    (rule.effect === undefined || rule.effect === call.effect) &&
    (rule.operation === undefined || coversOperation(rule.operation, call.operation)) &&
    (rule.agent === undefined || rule.agent === call.agent) &&
    isOver(rule, call.input)
  )
}

/** Whether a rule's operation (`tasks.delete`, `tasks.*`, `*`) covers an operation. */
export function coversOperation(pattern: string, operation: string): boolean {
  if (pattern === '*') return true
  return pattern.endsWith('.*')
    ? operation.startsWith(pattern.slice(0, -1))
    : currentName(pattern) === operation
}

/** An unknown amount counts as over for a rule that holds a call back, and not for one that allows it. */
function isOver({ over, verdict }: PolicyRule, input: unknown): boolean {
  if (over === undefined) return true
  const amount = amountAt(input, over.field)
  return amount === undefined ? verdict !== 'allow' : amount > over.amount
}

/** The number at a dotted path, or the length of the list there; undefined if it is neither. */
function amountAt(input: unknown, path: string): number | undefined {
  let value = input
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[part]
  }
  if (Array.isArray(value)) return value.length
  return typeof value === 'number' && !Number.isNaN(value) ? value : undefined
}

function describe({ effect, operation, agent, over }: PolicyRule): string {
  const parts = [
    operation ?? 'any operation',
    effect && `with effect ${effect}`,
    agent && `to ${agent}`,
    over && `with ${over.field} over ${over.amount}`,
  ]
  return parts.filter(Boolean).join(' ')
}
