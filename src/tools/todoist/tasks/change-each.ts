/** What the operations that change tasks by their references have in common. */
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { BATCH_MAX_ITEMS } from '../../../core/schema/batch.ts'
import { accountField } from '../../../domain/todoist/accounts/choose-account.ts'
import type { NewCommand } from '../../../domain/todoist/commands/add-commands.ts'
import { findTargets } from '../../../domain/todoist/refs/find-targets.ts'
import type { Target } from '../../../domain/todoist/tasks/read-items.ts'
import { TaskRef } from '../../../domain/todoist/tasks/task.ts'
import { dryRunField, type Plan, planned } from '../writes/standing.ts'
import { type WriteOutput, writePlans } from './written.ts'

export const changeInput = {
  taskIds: z.array(TaskRef).min(1).max(BATCH_MAX_ITEMS),
  accountId: accountField,
  dryRun: dryRunField,
}

interface Given {
  readonly taskIds: readonly string[]
  readonly accountId?: string | undefined
  readonly dryRun: boolean
}

export type Change = Pick<NewCommand, 'type' | 'args' | 'notBefore' | 'snapshot'>

/** `changesOf`: the commands for one task, in their order; it may throw an `AppError`. */
export async function changeEach(
  ctx: Pick<Context, 'db' | 'actor' | 'now' | 'newId' | 'changed'>,
  { taskIds, accountId, dryRun }: Given,
  changesOf: (target: Target, index: number) => readonly Change[],
): Promise<WriteOutput> {
  const targets = await findTargets(ctx, { refs: taskIds, accountId })
  return await writeEach(ctx, { targets, dryRun }, changesOf)
}

interface Found {
  readonly targets: readonly (Target | AppError)[]
  readonly dryRun: boolean
  /** Which of some labels an account did not have before; absent where none are given. */
  readonly isNewLabel?: ((accountId: string, labels: unknown) => string[]) | undefined
}

export async function writeEach(
  ctx: Pick<Context, 'db' | 'actor' | 'now' | 'newId' | 'changed'>,
  { targets, dryRun, isNewLabel }: Found,
  changesOf: (target: Target, index: number) => readonly Change[],
): Promise<WriteOutput> {
  const plans = targets.map((target, index) =>
    target instanceof AppError
      ? target
      : planned(() => {
          const changes = changesOf(target, index)
          const given = changes.flatMap(({ args }) => (Array.isArray(args.labels) ? args.labels : []))
          return { ...planFor(target, changes), newLabels: isNewLabel?.(target.accountId, given) ?? [] }
        }),
  )
  return await writePlans(ctx, plans, { dryRun })
}

function planFor({ accountId, spaceId, id, title, item }: Target, changes: readonly Change[]): Plan {
  return {
    id: item === undefined ? null : id,
    title,
    commands: changes.map((change) => ({ ...change, accountId, spaceId, title, subjectId: id })),
  }
}
