/** What the operations that change one task, here or at Todoist, have in common. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { Context, SettleContext } from '../../../core/operation/context.ts'
import type { Reader } from '../../../core/operation/description.ts'
import { findHere } from '../../../domain/rituals/find-here.ts'
import type { Task } from '../../../domain/tasks/task.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import type { Changing } from '../../../domain/todoist/tasks/change-task.ts'
import { changingFor } from '../../../domain/todoist/tasks/changing-for.ts'
import type { Target } from '../../../domain/todoist/tasks/read-items.ts'
import { Work, workLine, workOfTask } from '../../../domain/work/work.ts'
import { type Change, writeEach } from '../../todoist/tasks/change-each.ts'
import { settleResults, tellWritten, WriteOutput } from '../../todoist/tasks/written.ts'

const REF_MAX_CHARS = 100

export const workFields = {
  task: z.string().trim().min(1).max(REF_MAX_CHARS).describe("T-12, or Todoist's id"),
  accountId: z.string().max(REF_MAX_CHARS).optional().describe('Of Todoist, where several have the task'),
}

export const changedFields = {
  task: Work.nullable().describe('Of a task here'),
  todoist: WriteOutput.shape.results.describe('Of a task at Todoist'),
}

export type Changed = z.output<z.ZodObject<typeof changedFields>>

interface Changes {
  here(taskId: string): Promise<Task>
  /** The commands that do the same at Todoist. */
  there(target: Target, changing: Changing): readonly Change[]
}

/** @throws AppError */
export async function changeWork(
  ctx: Context,
  { task: ref, accountId }: { readonly task: string; readonly accountId?: string | undefined },
  { here, there }: Changes,
): Promise<Changed> {
  const taskId = await findHere(ctx, ref)
  if (taskId !== undefined) return { task: workOfTask(await here(taskId)), todoist: [] }
  const targets = await findTargets(ctx, { refs: [ref], accountId })
  for (const target of targets) if (target instanceof AppError) throw target
  const changing = await changingFor(ctx, targets)
  const { results } = await writeEach(ctx, { targets, dryRun: false }, (target) => {
    const known = changing.get(target.accountId)
    if (known === undefined) throw new Error(`the account ${target.accountId} is not known`)
    return there(target, known)
  })
  return { task: null, todoist: results }
}

/** Waits a few seconds until Todoist has the change. */
export async function settleWork<Answer extends Changed>(
  ctx: SettleContext,
  answer: Answer,
): Promise<Answer> {
  const { results } = await settleResults(ctx, { results: answer.todoist })
  return { ...answer, todoist: results }
}

/** `did` begins the line: `Tomorrow`. */
export function tellChanged({ task, todoist }: Changed, did: string, reader?: Reader): string {
  return task === null
    ? tellWritten({ results: todoist }, did, 'Not changed')
    : `${did}: ${workLine(task, reader)}`
}
