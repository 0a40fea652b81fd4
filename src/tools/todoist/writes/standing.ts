/** How writes to Todoist stand: plans become commands, and answers tell how far each of them is. */
import { z } from 'zod'
import { AppError, toRefusal } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { type ItemFailure, toItemResult } from '../../../core/schema/batch.ts'
import { addCommands, type NewCommand } from '../../../domain/todoist/commands/add-commands.ts'
import { refusalOf, type Standing } from '../../../domain/todoist/commands/settle.ts'

export const dryRunField = z.boolean().default(false).describe('Only say what would be sent')

/** The fields by which the outcome of each write tells how it stands. */
export const standingFields = {
  state: z.enum(['done', 'queued', 'unchanged', 'dry_run']).describe('queued: on its way to Todoist'),
  commandIds: z.array(z.string()).describe('By which it can be referred to before it has an id'),
  waitsFor: z.string().nullable(),
  waitsUntil: z.string().nullable(),
  sends: z
    .array(z.object({ type: z.string(), args: z.record(z.string(), z.unknown()) }))
    .describe('With dryRun: the commands'),
}
export type StandingFields = {
  [Field in keyof typeof standingFields]: z.output<(typeof standingFields)[Field]>
}

/** A change of one thing: commands, in their order. */
export interface Plan {
  /** Todoist's id; null for what is new. */
  readonly id: string | null
  readonly title: string
  readonly commands: readonly NewCommand[]
  /** Labels that the account did not have before. */
  readonly newLabels?: readonly string[]
}

/** A plan, or why there is none. */
export function planned(make: () => Plan): Plan | AppError {
  try {
    return make()
  } catch (thrown) {
    return toRefusal(thrown)
  }
}

export type Writer = Pick<Context, 'db' | 'actor' | 'now' | 'newId' | 'changed'>

/** A plan whose commands are stored. */
export interface Stored {
  readonly plan: Plan
  readonly standing: StandingFields
}

/** Stores the commands of all plans in their order, unless it is a dry run. */
export async function storePlans(
  ctx: Writer,
  plans: readonly (Plan | AppError)[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<(Stored | AppError)[]> {
  const commands = plans.flatMap((plan) => (plan instanceof AppError ? [] : plan.commands))
  const ids = dryRun ? [] : await addCommands(ctx, commands)
  let next = 0
  return plans.map((plan) => {
    if (plan instanceof AppError) return plan
    const commandIds = ids.slice(next, next + plan.commands.length)
    next += plan.commands.length
    return { plan, standing: firstStanding(plan, dryRun ? undefined : commandIds) }
  })
}

function firstStanding({ commands }: Plan, commandIds: readonly string[] | undefined): StandingFields {
  return {
    state: commands.length === 0 ? 'unchanged' : commandIds === undefined ? 'dry_run' : 'queued',
    commandIds: [...(commandIds ?? [])],
    ...{ waitsFor: null, waitsUntil: null },
    sends: commandIds === undefined ? commands.map(({ type, args }) => ({ type, args: { ...args } })) : [],
  }
}

/** How a write stands now. */
export interface Settled {
  readonly standing: Pick<StandingFields, 'state' | 'waitsFor' | 'waitsUntil'>
  /** Todoist's id of what it made. */
  readonly madeId: string | null
  readonly accountId: string
}

/** Undefined: its commands are forgotten, as they are some weeks after Todoist has them. */
export function standOf(
  { commandIds }: Pick<StandingFields, 'commandIds'>,
  standings: ReadonlyMap<string, Standing>,
): Settled | ItemFailure | undefined {
  const mine = commandIds.flatMap((id) => standings.get(id) ?? [])
  const [first] = mine
  if (first === undefined) return undefined
  const refused = mine.find(({ row }) => row.state === 'refused')
  if (refused !== undefined) return toItemResult<object>(refusalOf(refused)) as ItemFailure
  const madeId = mine.find(({ row }) => row.madeId !== null)?.row.madeId ?? null
  const { accountId } = first.row
  const open = mine.find(({ row }) => row.state === 'waiting' || row.state === 'sent')
  if (open === undefined)
    return { standing: { state: 'done', waitsFor: null, waitsUntil: null }, madeId, accountId }
  const waitsUntil = open.until?.toISOString() ?? null
  return { standing: { state: 'queued', waitsFor: open.because, waitsUntil }, madeId, accountId }
}

/** The line of a write that Todoist does not have: why, and by what it can be referred to. */
export function tellStanding({ state, sends, waitsFor }: StandingFields, ref: string, title: string): string {
  if (state === 'dry_run') return `Would send ${sends.map(({ type }) => type).join(', ')}: ${title}`
  if (state === 'unchanged') return `Nothing to change: ${title}`
  return `On its way to Todoist (${ref}): ${title}. ${waitsFor ?? ''}`.trim()
}
