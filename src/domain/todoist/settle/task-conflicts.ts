/** What was changed of a task here and at Todoist at once: both values, for those who look at the task. */
import { and, desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../../core/operation/context.ts'
import { cutText } from '../../../core/text/cut.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { visibleTo } from '../../access/visible-to.ts'
import { projects } from '../../projects/tables.ts'
import { todoistConflicts as conflicts, todoistLinks as links } from '../links/tables.ts'

/** The most that are shown of a task. */
const SHOWN_MAX = 20
/** The most characters of a value in a line. */
const VALUE_SHOWN_CHARS = 120

export const TaskConflict = z.object({
  at: z.string(),
  field: z.string(),
  here: z.unknown(),
  there: z.unknown(),
  took: z.enum(['here', 'there', 'neither']),
  because: z.string(),
  settledAt: z.string().nullable(),
})
type TaskConflict = z.output<typeof TaskConflict>

/** Fields that have another name here. */
const NAMES: Readonly<Record<string, string>> = { content: 'title', description: 'notes', parent: 'parentId' }

/** Those of a task, newest first, for a caller who sees the linked project. */
export async function conflictsOfTask(
  ctx: Pick<Context, 'db' | 'actor'>,
  taskId: string,
): Promise<TaskConflict[]> {
  const rows = await ctx.db
    .select({ conflict: conflicts })
    .from(conflicts)
    .innerJoin(links, eq(links.id, conflicts.linkId))
    .innerJoin(projects, eq(projects.id, links.projectId))
    .where(and(eq(conflicts.taskId, taskId), visibleTo(ctx, projects)))
    .orderBy(desc(conflicts.id))
    .limit(SHOWN_MAX)
  return rows.map(({ conflict: { at, field, here, there, took, because, settledAt } }) => ({
    ...{ at: at.toISOString(), field: NAMES[field] ?? field, here: here ?? null, there: there ?? null },
    ...{ took, because, settledAt: settledAt?.toISOString() ?? null },
  }))
}

/** `2026-03-04 title: "Draft" here, "Sketch" at Todoist, which stayed. Both sides changed it.` */
export function conflictLine({ at, field, here, there, took, because }: TaskConflict): string {
  const stayed = { here: ['', ', which stayed'], there: [', which stayed', ''], neither: ['', ''] }[took]
  const [afterThere, afterHere] = stayed
  return `${at.slice(0, 10)} ${field}: ${valueText(here)} here${afterHere}, ${valueText(there)} at Todoist${afterThere}. ${because}`
}

function valueText(value: unknown): string {
  if (value === null || value === '') return 'nothing'
  if (typeof value === 'string') return `"${cutText(value, VALUE_SHOWN_CHARS, '…')}"`
  const isDue = isJsonObject(value) && typeof value.date === 'string'
  if (isDue) return [value.date, value.time, value.repeat].filter(Boolean).join(' ')
  return cutText(JSON.stringify(value), VALUE_SHOWN_CHARS, '…')
}
