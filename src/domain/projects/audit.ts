/** The audit: whether a project needs attention, why, and what to do about it. FlowCoach's rules. */

import { counted } from '../../core/text/counts.ts'
import { daysBetween } from '../time/calendar.ts'
import { decays, idleDays, MOMENTUM, type MomentumFacts, momentumNow } from './rules.ts'

export const AUDIT_STATES = ['stalled', 'needs_definition', 'healthy'] as const
export type AuditState = (typeof AUDIT_STATES)[number]

/** The least characters of an outcome that says what will be true. */
export const OUTCOME_MIN_CHARS = 10

interface AuditFacts extends MomentumFacts {
  readonly outcome: string | null
  readonly dueDate: string | null
}

/** The audit state of a project; null when it is paused, completed or archived, and needs no attention. */
export function auditState(project: AuditFacts, today: string): AuditState | null {
  if (!decays(project.state)) return null
  if (momentumNow(project, today) < MOMENTUM.activeFrom) return 'stalled'
  return isDefined(project) ? 'healthy' : 'needs_definition'
}

function isDefined({ outcome, dueDate }: AuditFacts): boolean {
  return outcome !== null && saysEnough(outcome) && dueDate !== null
}

function saysEnough(outcome: string): boolean {
  return [...outcome].length >= OUTCOME_MIN_CHARS
}

/** Why a project needs attention, in words; empty when nothing is wrong. */
export function auditReasons(project: AuditFacts & { hasNextAction: boolean }, today: string): string[] {
  if (!decays(project.state)) return []
  const reasons: string[] = []
  const momentum = momentumNow(project, today)
  if (momentum < MOMENTUM.activeFrom) {
    const idle = idleDays(project.momentumOn, today)
    reasons.push(
      `momentum is ${momentum} (stalled under ${MOMENTUM.activeFrom}), ${days(idle)} without an event`,
    )
  }
  if (project.outcome === null) reasons.push('no outcome')
  else if (!saysEnough(project.outcome)) reasons.push('the outcome is too short to tell when it is reached')
  if (project.dueDate === null) reasons.push('no due date')
  else if (project.dueDate < today)
    reasons.push(`its due date passed ${days(daysBetween(project.dueDate, today))} ago`)
  if (!project.hasNextAction) reasons.push('no open task')
  return reasons
}

function days(count: number): string {
  return counted(count, 'day')
}

export const WAYS_OUT = ['recommit', 'pause', 'rewrite'] as const
export type WayOut = (typeof WAYS_OUT)[number]

/** What helps: a new commitment with a next action, a new outcome or date, or a pause, which always helps. */
export function waysOut(project: AuditFacts & { hasNextAction: boolean }, today: string): WayOut[] {
  const stuck = momentumNow(project, today) < MOMENTUM.activeFrom || !project.hasNextAction
  const unclear = !isDefined(project) || (project.dueDate !== null && project.dueDate < today)
  return [...(stuck ? ['recommit' as const] : []), ...(unclear ? ['rewrite' as const] : []), 'pause']
}
