/** A project template: tasks with days after the start instead of dates, and their dependencies. */
import { z } from 'zod'
import type { TaskDraft } from '../../tasks/insert-tasks.ts'
import { Labels, Priority, TASK_LIMITS } from '../../tasks/task.ts'
import { addDays } from '../../time/calendar.ts'
import { type MilestoneDraft, NewProjectType, PROJECT_LIMITS, ProjectOutcome } from '../project.ts'

export const TEMPLATE_LIMITS = {
  tasks: 50,
  milestones: 20,
  descriptionChars: 300,
  /** Two years. */
  dueAfterDays: 730,
  /** The most templates of one person or team. */
  perOwner: 100,
} as const

/** The name of a shipped template, or the id of one's own. */
export const TemplateId = z.string().regex(/^[a-z][a-z0-9_-]{1,59}$/, 'must be the id of a template')

const DueAfterDays = z.int().min(0).max(TEMPLATE_LIMITS.dueAfterDays).describe('Days after the start')
const EarlierTask = z
  .int()
  .min(0)
  .max(TEMPLATE_LIMITS.tasks - 1)

const TemplateTask = z.object({
  title: z.string().trim().min(1).max(TASK_LIMITS.titleChars),
  notes: z.string().max(TASK_LIMITS.notesChars).optional(),
  dueAfterDays: DueAfterDays.optional(),
  deadlineAfterDays: DueAfterDays.optional(),
  priority: Priority.optional(),
  minutes: z.int().min(1).max(TASK_LIMITS.minutes).optional(),
  labels: Labels.optional(),
  parent: EarlierTask.optional().describe('Index of an earlier task; 0 is the first'),
  dependsOn: z
    .array(EarlierTask)
    .max(TASK_LIMITS.dependencies)
    .optional()
    .describe('Indexes of earlier tasks'),
})

/** Of names as they are stored: some are older than today's rule for names. */
const storedName = z.string().trim().min(1).max(PROJECT_LIMITS.nameChars)

const TemplateMilestone = z.object({ title: storedName, dueAfterDays: DueAfterDays.optional() })

/** References may point only to earlier tasks, so that no task can wait for itself. */
export const Template = z
  .object({
    name: storedName,
    description: z.string().trim().max(TEMPLATE_LIMITS.descriptionChars).optional(),
    type: NewProjectType,
    outcome: ProjectOutcome.optional(),
    tasks: z.array(TemplateTask).min(1).max(TEMPLATE_LIMITS.tasks),
    milestones: z.array(TemplateMilestone).max(TEMPLATE_LIMITS.milestones).default([]),
  })
  .check(({ value, issues }) => {
    for (const [index, task] of value.tasks.entries()) {
      const given = [...(task.parent === undefined ? [] : [task.parent]), ...(task.dependsOn ?? [])]
      if (given.every((earlier) => earlier < index)) continue
      const message = 'parent and dependsOn must be indexes of earlier tasks'
      issues.push({ code: 'custom', path: ['tasks', index], message, input: task })
    }
  })
export type Template = z.output<typeof Template>
/** A template as it is written, before defaults. */
export type TemplateInput = z.input<typeof Template>

/** The tasks of a template for a project that starts on a given day, ready to be written together. */
export function draftTasks(
  template: Template,
  project: { readonly id: string; readonly startDate: string },
  newTaskId: () => string,
): TaskDraft[] {
  const ids = template.tasks.map(newTaskId)
  const idsAt = (indexes: readonly number[]) => indexes.flatMap((index) => ids[index] ?? [])
  const dayAfter = (days: number | undefined) =>
    days === undefined ? undefined : addDays(project.startDate, days)
  return template.tasks.map(({ title, notes, priority, minutes, labels, ...task }, index) => {
    const [id] = idsAt([index])
    const [parentId] = task.parent === undefined ? [] : idsAt([task.parent])
    return {
      title,
      notes,
      priority,
      minutes,
      labels,
      projectId: project.id,
      due: dayAfter(task.dueAfterDays),
      deadline: dayAfter(task.deadlineAfterDays),
      parentId,
      dependsOn: idsAt(task.dependsOn ?? []),
      ...(id === undefined ? {} : { id }),
    }
  })
}

export function draftMilestones(template: Template, startDate: string): MilestoneDraft[] {
  return template.milestones.map(({ title, dueAfterDays }) => ({
    title,
    ...(dueAfterDays === undefined ? {} : { dueDate: addDays(startDate, dueAfterDays) }),
  }))
}

/** Days from the start to the last date of a template; null when it has no dates. */
export function lengthDays(template: Template): number | null {
  const offsets = [
    ...template.tasks.flatMap((task) => [task.dueAfterDays ?? [], task.deadlineAfterDays ?? []].flat()),
    ...template.milestones.flatMap(({ dueAfterDays }) => dueAfterDays ?? []),
  ]
  return offsets.length === 0 ? null : Math.max(...offsets)
}
