/** What Todoist reckons of projects: a verdict, and how much is done. */
import { z } from 'zod'

const count = z
  .number()
  .nullish()
  .transform((value) => Math.trunc(value ?? 0))

const Health = z.looseObject({ status: z.string().nullish(), description: z.string().nullish() })
const Progress = z.looseObject({ completed_count: count, active_count: count, progress_percent: count })
const Stats = z.looseObject({
  week_items: z
    .array(z.looseObject({ from_date: z.string(), to_date: z.string(), total_count: count }))
    .default([]),
})
const OfWorkspace = z.looseObject({
  project_insights: z
    .array(z.looseObject({ project_id: z.coerce.string(), health: z.unknown(), progress: z.unknown() }))
    .default([]),
})

export const healthFields = {
  status: z.string().nullable(),
  description: z.string().nullable(),
  completed: z.int(),
  open: z.int(),
  percent: z.int(),
}

/** As `healthFields` has it; nothing where Todoist has no such insight. */
export function readHealth(health: unknown, progress: unknown) {
  const { status, description } = Health.parse(health ?? {})
  const done = Progress.parse(progress ?? {})
  return {
    ...{ status: status ?? null, description: description ?? null },
    ...{ completed: done.completed_count, open: done.active_count, percent: done.progress_percent },
  }
}

export function readWeeks(stats: unknown) {
  return Stats.parse(stats).week_items.map(({ from_date: from, to_date: to, total_count: completed }) => ({
    ...{ from, to, completed },
  }))
}

/** The projects of a workspace. */
export function readProjectsHealth(insights: unknown) {
  return OfWorkspace.parse(insights).project_insights.map(({ project_id: id, health, progress }) => ({
    ...{ id, ...readHealth(health, progress) },
  }))
}

/** The same in a line. */
export function healthLine({ name, status, description, completed, open, percent }: HealthSaid): string {
  const numbers = `${completed} done and ${open} open (${percent} %)`
  return `${name}: ${status ?? 'no verdict'}, ${numbers}. ${description ?? ''}`.trim()
}

interface HealthSaid extends ReturnType<typeof readHealth> {
  readonly name: string
}
