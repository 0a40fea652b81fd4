/** What the operations that write tasks have in common: the answer tells how each write stands, with the task. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { SettleContext } from '../../../core/operation/context.ts'
import { itemResult, tellItems, toItemResult } from '../../../core/schema/batch.ts'
import { settle } from '../../../domain/todoist/commands/settle.ts'
import { readSeen } from '../../../domain/todoist/tasks/read-items.ts'
import { TodoistTask, todoistTaskLine, toTask } from '../../../domain/todoist/tasks/task.ts'
import {
  type Plan,
  standingFields,
  standOf,
  storePlans,
  tellStanding,
  type Writer,
} from '../writes/standing.ts'

const written = {
  state: standingFields.state,
  taskId: z.string().nullable().describe("Todoist's id; null until Todoist gives one"),
  content: z.string(),
  commandIds: standingFields.commandIds,
  waitsFor: standingFields.waitsFor,
  waitsUntil: standingFields.waitsUntil,
  task: TodoistTask.nullable().describe('As Todoist has it; null while it is queued'),
  sends: standingFields.sends,
  newLabels: z.array(z.string()).describe('Labels that the account did not have before'),
}

const Result = itemResult(written)
type Outcome = Omit<Success, 'ok'>
type Success = Extract<z.output<typeof Result>, { ok: true }>
/** The outcome of one write. */
export type Written = Success

export const WriteOutput = z.object({ results: z.array(Result) })
export type WriteOutput = z.output<typeof WriteOutput>

/** Stores the commands of all plans in their order, unless it is a dry run. */
export async function writePlans(
  ctx: Writer,
  plans: readonly (Plan | AppError)[],
  options: { readonly dryRun: boolean },
): Promise<WriteOutput> {
  const stored = await storePlans(ctx, plans, options)
  return {
    results: stored.map((each) =>
      toItemResult<Outcome>(
        each instanceof AppError
          ? each
          : {
              ...{ taskId: each.plan.id, content: each.plan.title, task: null, ...each.standing },
              newLabels: [...(each.plan.newLabels ?? [])],
            },
      ),
    ),
  }
}

/** Waits a few seconds until Todoist has the writes, and tells how each stands. */
export async function settleResults(ctx: SettleContext, { results }: WriteOutput): Promise<WriteOutput> {
  const ids = results.flatMap((result) => (result.ok ? result.commandIds : []))
  const standings = await settle(ctx, ids)
  const settled = results.map((result) => {
    const stands = result.ok ? standOf(result, standings) : undefined
    if (!result.ok || stands === undefined) return { result, accountId: undefined }
    if ('ok' in stands) return { result: stands, accountId: undefined }
    const taskId = result.taskId ?? stands.madeId
    return { result: { ...result, ...stands.standing, taskId }, accountId: stands.accountId }
  })
  const written = settled.flatMap(({ result, accountId }) =>
    result.ok && accountId !== undefined && result.taskId !== null ? [{ accountId, id: result.taskId }] : [],
  )
  const tasks = (await readSeen(ctx, written)).map(toTask)
  return {
    results: settled.map(({ result, accountId }) => {
      if (!result.ok || result.state === 'queued') return result
      const task = tasks.find((each) => each.id === result.taskId && each.accountId === accountId)
      return { ...result, task: task ?? null }
    }),
  }
}

/** `did` begins the line of what is done: `Created`. */
export function tellWritten({ results }: WriteOutput, did: string, refused: string): string {
  return tellItems(results, refused, (result) => tellResult(result, did))
}

export function tellResult(result: Written, did: string): string {
  const { newLabels } = result
  const labels = newLabels.map((label) => ` New label: @${label}.`).join('')
  return `${tellOutcome(result, did)}${labels}`
}

function tellOutcome(result: Written, did: string): string {
  const { state, taskId, content, task, commandIds } = result
  if (state !== 'done') return tellStanding(result, taskId ?? commandIds[0] ?? '', content)
  return `${did}: ${task === null ? `${taskId ?? ''} ${content}` : todoistTaskLine(task)}`
}
