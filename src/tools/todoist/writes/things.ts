/** What the operations that write projects, sections, labels, filters, comments and reminders have in common. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { SettleContext } from '../../../core/operation/context.ts'
import { itemResult, tellItems, toItemResult } from '../../../core/schema/batch.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import type { NewCommand } from '../../../domain/todoist/commands/add-commands.ts'
import { settle } from '../../../domain/todoist/commands/settle.ts'
import type { Names } from '../../../domain/todoist/names.ts'
import type { ThingRow } from '../../../domain/todoist/thing-row.ts'
import {
  type Known,
  knownAccount,
  knownAccounts,
  type Located,
  locateHeld,
} from '../../../domain/todoist/things/known-accounts.ts'
import {
  dryRunField,
  type Plan,
  planned,
  type StandingFields,
  standingFields,
  standOf,
  storePlans,
  tellStanding,
  type Writer,
} from './standing.ts'

/** Fields of every write. */
export const onAccount = { accountId: accountField, dryRun: dryRunField }

interface OnAccount {
  readonly accountId?: string | undefined
  readonly dryRun: boolean
}

const Result = itemResult({
  id: z.string().nullable().describe("Todoist's id; null until Todoist gives one"),
  name: z.string(),
  ...standingFields,
})
type Success = Extract<z.output<typeof Result>, { ok: true }>
type Outcome = Omit<Success, 'ok'>

export const ThingsOutput = z.object({ results: z.array(Result) })
export type ThingsOutput = z.output<typeof ThingsOutput>

/** A command about a thing, or one that makes it. */
export type ThingChange = Pick<NewCommand, 'type' | 'args' | 'notBefore' | 'snapshot'>

export interface NewThing {
  readonly name: string
  readonly change: ThingChange
}

/** Makes things in the one account that the call means. @throws AppError where it means none */
export async function createThings<Given>(
  ctx: Writer,
  { accountId, dryRun, given }: OnAccount & { readonly given: readonly Given[] },
  plan: (given: Given, known: Known) => NewThing,
): Promise<ThingsOutput> {
  const known = await knownAccount(ctx, accountId)
  const plans = given.map((each) =>
    planned(() => {
      const { name, change } = plan(each, known)
      return { id: null, title: name, commands: [commandOf(known, name, change)] }
    }),
  )
  return await storeThings(ctx, plans, dryRun)
}

interface Changing<Given> extends OnAccount {
  readonly given: readonly Given[]
  /** @throws AppError for what the account does not have */
  find(given: Given, names: Names, known: Known): ThingRow
}

/** Changes things, each in the account that has it. `changesOf` may throw an `AppError`. */
export async function changeThings<Given>(
  ctx: Writer,
  { accountId, dryRun, given, find }: Changing<Given>,
  changesOf: (located: Located<ThingRow>, given: Given) => readonly ThingChange[],
): Promise<ThingsOutput> {
  const known = await knownAccounts(ctx, accountId)
  const plans = given.map((each) =>
    planned(() => {
      const located = locateHeld(known, (names, inAccount) => find(each, names, inAccount))
      const { id, name } = located.thing
      const commands = changesOf(located, each).map((change) => ({
        ...commandOf(located.known, name, change),
        subjectId: id,
      }))
      return { id, title: name, commands }
    }),
  )
  return await storeThings(ctx, plans, dryRun)
}

function commandOf({ account }: Known, title: string, change: ThingChange): NewCommand {
  return { ...change, accountId: account.id, spaceId: account.mirror.spaceId, title }
}

/** Stores the commands of all plans in their order, unless it is a dry run. */
export async function storeThings(
  ctx: Writer,
  plans: readonly (Plan | AppError)[],
  dryRun: boolean,
): Promise<ThingsOutput> {
  const stored = await storePlans(ctx, plans, { dryRun })
  return {
    results: stored.map((each) =>
      toItemResult<Outcome>(
        each instanceof AppError ? each : { id: each.plan.id, name: each.plan.title, ...each.standing },
      ),
    ),
  }
}

/** Waits a few seconds until Todoist has the writes, and tells how each stands. */
export async function settleThings(ctx: SettleContext, { results }: ThingsOutput): Promise<ThingsOutput> {
  const ids = results.flatMap((result) => (result.ok ? result.commandIds : []))
  const standings = await settle(ctx, ids)
  return {
    results: results.map((result) => {
      const settled = result.ok ? standOf(result, standings) : undefined
      if (!result.ok || settled === undefined) return result
      if ('ok' in settled) return settled
      return { ...result, ...settled.standing, id: result.id ?? settled.madeId }
    }),
  }
}

/** `did` begins the line of what is done: `Created`. */
export function tellThings({ results }: ThingsOutput, did: string, refused: string): string {
  return tellItems(results, refused, (result) => tellThing(result, did))
}

function tellThing({ id, name, ...standing }: Outcome & StandingFields, did: string): string {
  if (standing.state === 'done') return `${did}: ${id ?? ''} ${name}`
  return tellStanding(standing, id ?? standing.commandIds[0] ?? '', name)
}
