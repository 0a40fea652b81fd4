/** The workspaces of teams at Todoist, which the mirror does not have. */
import { z } from 'zod'
import { notFound } from '../../../core/errors.ts'
import type { AskContext } from '../../../core/operation/context.ts'
import { caseless } from '../../../core/text/comparable.ts'
import type { ChosenAccount } from '../accounts/choose-account.ts'
import { askAs } from './ask.ts'

const Workspaces = z.object({
  results: z
    .array(
      z.looseObject({
        id: z.coerce.string(),
        name: z.string(),
        plan: z.string().nullish(),
        role: z.string().nullish(),
      }),
    )
    .default([]),
})

export interface Workspace {
  readonly id: string
  readonly name: string
  readonly plan: string | null
  /** The user's own. */
  readonly role: string | null
}

export async function readWorkspaces(ctx: AskContext, account: ChosenAccount): Promise<Workspace[]> {
  const body = await askAs(ctx, account, (client, signal) => client.read('/workspaces', {}, signal))
  return Workspaces.parse(body).results.map(({ id, name, plan, role }) => ({
    ...{ id, name, plan: plan ?? null, role: role ?? null },
  }))
}

/** @throws AppError `not_found` */
export function findWorkspace(all: readonly Workspace[], said: string): Workspace {
  const found = all.find(({ id }) => id === said) ?? all.find(({ name }) => caseless(name) === caseless(said))
  if (found === undefined) throw notFound('Todoist workspace', said)
  return found
}
