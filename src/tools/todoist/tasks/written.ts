/** What the operations that write to Todoist have in common: plans become commands, and answers tell how they stand. */
import { z } from 'zod'
import { AppError, toRefusal } from '../../../core/errors.ts'
import type { Context, SettleContext } from '../../../core/operation/context.ts'
import { type ItemFailure, itemResult, tellItems, toItemResult } from '../../../core/schema/batch.ts'
import { addCommands, type NewCommand } from '../../../domain/todoist/commands/add-commands.ts'
import { refusalOf, type Standing, settle } from '../../../domain/todoist/commands/settle.ts'
import { readSeen } from '../../../domain/todoist/tasks/read-items.ts'
import { TodoistTask, todoistTaskLine, toTask } from '../../../domain/todoist/tasks/task.ts'

export const dryRunField = z.boolean().default(false).describe('Only say what would be sent')

const Written = {
  state: z.enum(['done', 'queued', 'unchanged', 'dry_run']).describe('queued: on its way to Todoist'),
  taskId: z.string().nullable().describe("Todoist's id; null until Todoist gives one"),
  content: z.string(),
  commandIds: z.array(z.string()).describe('By which it can be referred to before it has an id'),
  waitsFor: z.string().nullable(),
  waitsUntil: z.string().nullable(),
  task: TodoistTask.nullable().describe('As Todoist has it; null while it is queued'),
  sends: z
    .array(z.object({ type: z.string(), args: z.record(z.string(), z.unknown()) }))
    .describe('With dryRun: the commands'),
}

const Result = itemResult(Written)
type Outcome = Omit<Success, 'ok'>
type Success = Extract<z.output<typeof Result>, { ok: true }>

export const WriteOutput = z.object({ results: z.array(Result) })
export type WriteOutput = z.output<typeof WriteOutput>

/** The change of one task: commands, in their order. */
export interface Plan {
  /** Todoist's id; null for a new task. */
  readonly taskId: string | null
  readonly content: string
  readonly commands: readonly NewCommand[]
}

/** A plan, or why there is none. */
export function planned(make: () => Plan): Plan | AppError {
  try {
    return make()
  } catch (thrown) {
    return toRefusal(thrown)
  }
}

type Writer = Pick<Context, 'db' | 'actor' | 'now' | 'newId' | 'changed'>

/** Stores the commands of all plans in their order, unless it is a dry run. */
export async function writePlans(
  ctx: Writer,
  plans: readonly (Plan | AppError)[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<WriteOutput> {
  const commands = plans.flatMap((plan) => (plan instanceof AppError ? [] : plan.commands))
  const ids = dryRun ? [] : await addCommands(ctx, commands)
  let next = 0
  const results = plans.map((plan) => {
    if (plan instanceof AppError) return toItemResult<Outcome>(plan)
    const commandIds = ids.slice(next, next + plan.commands.length)
    next += plan.commands.length
    return toItemResult<Outcome>(resultOf(plan, dryRun ? undefined : commandIds))
  })
  return { results }
}

function resultOf({ taskId, content, commands }: Plan, commandIds: readonly string[] | undefined): Outcome {
  const state = stateOf(commands, commandIds)
  return {
    ...{ state, taskId, content, commandIds: [...(commandIds ?? [])] },
    ...{ waitsFor: null, waitsUntil: null, task: null },
    sends: commandIds === undefined ? commands.map(({ type, args }) => ({ type, args: { ...args } })) : [],
  }
}

function stateOf(
  commands: readonly NewCommand[],
  commandIds: readonly string[] | undefined,
): Success['state'] {
  if (commands.length === 0) return 'unchanged'
  return commandIds === undefined ? 'dry_run' : 'queued'
}

/** Waits a few seconds until Todoist has the writes, and tells how each stands. */
export async function settleResults(ctx: SettleContext, { results }: WriteOutput): Promise<WriteOutput> {
  const standings = await settle(
    ctx,
    results.flatMap((result) => (result.ok ? result.commandIds : [])),
  )
  const settled = results.map((result) => (result.ok ? standOf(result, standings) : result))
  const written = settled.flatMap((result) => {
    const accountId = result.ok ? accountOf(result, standings) : undefined
    return result.ok && accountId !== undefined && result.taskId !== null
      ? [{ accountId, id: result.taskId }]
      : []
  })
  const tasks = (await readSeen(ctx, written)).map(toTask)
  return {
    results: settled.map((result) => {
      if (!result.ok || result.state === 'queued') return result
      const accountId = accountOf(result, standings)
      const task = tasks.find((each) => each.id === result.taskId && each.accountId === accountId)
      return { ...result, task: task ?? null }
    }),
  }
}

function accountOf({ commandIds }: Success, standings: ReadonlyMap<string, Standing>): string | undefined {
  return standings.get(commandIds[0] ?? '')?.row.accountId
}

function standOf(result: Success, standings: ReadonlyMap<string, Standing>): Success | ItemFailure {
  const mine = result.commandIds.flatMap((id) => standings.get(id) ?? [])
  // Commands are forgotten some weeks after Todoist has them.
  if (mine.length === 0) return result
  const refused = mine.find(({ row }) => row.state === 'refused')
  if (refused !== undefined) return toItemResult<object>(refusalOf(refused)) as ItemFailure
  const taskId = result.taskId ?? mine.find(({ row }) => row.madeId !== null)?.row.madeId ?? null
  const open = mine.find(({ row }) => row.state === 'waiting' || row.state === 'sent')
  if (open === undefined) return { ...result, taskId, state: 'done', waitsFor: null, waitsUntil: null }
  const waitsUntil = open.until?.toISOString() ?? null
  return { ...result, taskId, state: 'queued', waitsFor: open.because, waitsUntil }
}

/** `did` begins the line of what is done: `Created`. */
export function tellWritten({ results }: WriteOutput, did: string, refused: string): string {
  return tellItems(results, refused, ({ state, taskId, content, task, waitsFor, commandIds, sends }) => {
    if (state === 'dry_run') return `Would send ${sends.map(({ type }) => type).join(', ')}: ${content}`
    if (state === 'unchanged') return `Nothing to change: ${content}`
    if (state === 'done')
      return `${did}: ${task === null ? `${taskId ?? ''} ${content}` : todoistTaskLine(task)}`
    return `On its way to Todoist (${taskId ?? commandIds[0]}): ${content}. ${waitsFor ?? ''}`.trim()
  })
}
