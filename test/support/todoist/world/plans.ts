/** What a plan has room for. */
import type { Switches } from '../switches.ts'

export type PlanName = 'free' | 'pro'

export interface Plan {
  readonly maxProjects: number
  readonly maxTasks: number
  readonly maxSections: number
  readonly maxFilters: number
  readonly maxLabels: number
  readonly maxCollaborators: number
  readonly activityLogDays: number
  readonly uploadLimitMb: number
  readonly hasReminders: boolean
}

/** Days of activity that a plan without a limit shows. */
const UNLIMITED = -1

export const PLANS: Record<PlanName, Plan> = {
  free: {
    maxProjects: 5,
    maxTasks: 300,
    maxSections: 20,
    maxFilters: 3,
    maxLabels: 500,
    maxCollaborators: 5,
    activityLogDays: 7,
    uploadLimitMb: 5,
    hasReminders: false,
  },
  pro: {
    maxProjects: 300,
    maxTasks: 300,
    maxSections: 20,
    maxFilters: 150,
    maxLabels: 500,
    maxCollaborators: 25,
    activityLogDays: UNLIMITED,
    uploadLimitMb: 100,
    hasReminders: true,
  },
}

export function planLimits(name: PlanName, { planActivityLog }: Switches) {
  const limits = (each: PlanName) => wireOf(each, planActivityLog === 'flag')
  return { current: limits(name), next: name === 'free' ? limits('pro') : null }
}

function wireOf(name: PlanName, isFlag: boolean) {
  const plan = PLANS[name]
  return {
    plan_name: name,
    max_projects: plan.maxProjects,
    max_tasks: plan.maxTasks,
    max_sections: plan.maxSections,
    max_filters: plan.maxFilters,
    max_labels: plan.maxLabels,
    max_collaborators: plan.maxCollaborators,
    max_reminders_time: plan.hasReminders ? 700 : 0,
    max_reminders_location: plan.hasReminders ? 300 : 0,
    activity_log: isFlag || plan.activityLogDays,
    activity_log_limit: plan.activityLogDays,
    upload_limit_mb: plan.uploadLimitMb,
    uploads: true,
    reminders: plan.hasReminders,
    comments: true,
    labels: true,
    filters: true,
    completed_tasks: true,
    durations: plan.hasReminders,
    deadlines: true,
    templates: true,
    automatic_backups: plan.hasReminders,
  }
}
