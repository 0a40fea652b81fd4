/** A project as callers see it, and the fields that people write. */
import { z } from 'zod'
import { idOf } from '../../core/operation/ids.ts'
import { idOrRef, refOf } from '../../core/operation/kind.ts'
import { shownName } from '../../core/text/visible.ts'
import { teamOf } from '../teams/space.ts'
import { isDay } from '../time/calendar.ts'
import { AUDIT_STATES, auditState } from './audit.ts'
import { MoveView, toMoveView } from './move-steps.ts'
import { projectKind } from './project-kind.ts'
import { momentumNow } from './rules.ts'
import type { milestones, projects } from './tables.ts'
import { PROJECT_STATES, PROJECT_TYPES } from './tables.ts'

/** Limits on the characters and counts of a project. */
export const PROJECT_LIMITS = { nameChars: 200, outcomeChars: 200, milestones: 50 } as const

export const ProjectId = idOrRef(projectKind)
export const MilestoneId = idOf('milestone')

export const CalendarDay = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'must be a date such as 2026-03-31')
  .refine(isDay, 'is not a day in the calendar')

export const ProjectName = shownName(PROJECT_LIMITS.nameChars)
export const ProjectOutcome = z
  .string()
  .trim()
  .min(1)
  .max(PROJECT_LIMITS.outcomeChars)
  .describe('What will be true when it is done')
export const ProjectTypeField = z.enum(PROJECT_TYPES)
/** Of a new project; `insertProject` has the default. */
export const NewProjectType = ProjectTypeField.optional().describe(
  'Default: business in a team, else personal',
)

/** `momentum` is the present value, 0 to 100; `audit` is null when the project needs no attention. */
export const Project = z.object({
  id: z.string(),
  ref: z.string(),
  name: z.string(),
  outcome: z.string().nullable(),
  dueDate: z.string().nullable(),
  state: z.enum(PROJECT_STATES),
  type: ProjectTypeField,
  teamId: z.string().nullable().describe('null: a person owns it'),
  restricted: z.boolean().describe('true: hidden from members of its team with whom it is not shared'),
  moving: MoveView.nullable().describe('A change of place under way, of a project with much in it'),
  momentum: z.int(),
  audit: z.enum(AUDIT_STATES).nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  completedAt: z.string().nullable(),
})
export type Project = z.infer<typeof Project>

export const Milestone = z.object({
  id: z.string(),
  title: z.string(),
  dueDate: z.string().nullable(),
  completedAt: z.string().nullable(),
})
export type Milestone = z.infer<typeof Milestone>

/** A milestone as it is written. */
export const MilestoneDraft = z.object({ title: ProjectName, dueDate: CalendarDay.optional() })
export type MilestoneDraft = z.infer<typeof MilestoneDraft>

/** A stored project as it is today. */
export function toProject(row: typeof projects.$inferSelect, today: string): Project {
  return {
    id: row.id,
    ref: refOf(projectKind, row.number),
    name: row.name,
    outcome: row.outcome,
    dueDate: row.dueDate,
    state: row.state,
    type: row.type,
    teamId: teamOf(row.ownerId),
    restricted: row.restricted,
    moving: row.moving && toMoveView(row.moving),
    momentum: momentumNow(row, today),
    audit: auditState(row, today),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    completedAt: row.completedAt?.toISOString() ?? null,
  }
}

export function toMilestone(row: typeof milestones.$inferSelect): Milestone {
  return {
    id: row.id,
    title: row.title,
    dueDate: row.dueDate,
    completedAt: row.completedAt?.toISOString() ?? null,
  }
}

/** One project in one line: `P-3 Kitchen (active, momentum 50)`. */
export function projectLine({ ref, name, ...project }: Project): string {
  const { state, restricted, moving, momentum, audit, dueDate } = project
  const facts = [
    state,
    ...(restricted ? ['restricted'] : []),
    ...(moving === null ? [] : ['being moved']),
    ...(audit === null ? [] : [`momentum ${momentum}`]),
    ...(audit === null || audit === 'healthy' ? [] : [audit.replace('_', ' ')]),
    ...(dueDate === null ? [] : [`due ${dueDate}`]),
  ]
  return `${ref} ${name} (${facts.join(', ')})`
}

/** The URI by which watchers know a project. */
export function projectUri(projectId: string): string {
  return `project://${projectId}`
}
