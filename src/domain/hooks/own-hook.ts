/** A hook of a person's own, as its owner may see it. */
import { z } from 'zod'
import { OWN_HOOKS } from '../../core/area/assert-hook.ts'
import { idOf } from '../../core/operation/ids.ts'
import { REDACTED } from '../../core/text/redact.ts'
import { shownName } from '../../core/text/visible.ts'
import { teamOf } from '../teams/space.ts'
import { type hooks, VERIFICATIONS } from './tables.ts'

export type HookRow = typeof hooks.$inferSelect

export const HookId = idOf('hook')

const NAME_MAX_CHARS = 100
const OPERATION_MAX_CHARS = 100
const MAPPING_MAX_CHARS = 8_000

export const HookName = shownName(NAME_MAX_CHARS)
export const HookOperation = z
  .string()
  .max(OPERATION_MAX_CHARS)
  .describe('What to call with each event: an operation that writes, e.g. tasks.create')
export const HookMapping = z
  .string()
  .min(1)
  .max(MAPPING_MAX_CHARS)
  .describe(
    'JSONata that makes the input from the JSON that was sent; $type is the kind of event. null or nothing: ignore it',
  )
export const Verify = z
  .enum(VERIFICATIONS)
  .describe('How reports are verified: Standard Webhooks, GitHub, Stripe, or by a secret in the URL')

export const OwnHook = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string().describe('Where the service reports. A secret in it is shown only once'),
  teamId: z.string().nullable().describe('The team that it belongs to; null: you'),
  operation: z.string(),
  mapping: z.string(),
  verify: z.enum(VERIFICATIONS),
  inOrder: z.boolean(),
  earlierUntil: z.string().nullable().describe('Until when the secret before this one is accepted, too'),
  problem: z.string().nullable().describe('Why its calls are refused'),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type OwnHook = z.output<typeof OwnHook>

/** `token`: the secret in its address, when it is shown. */
export function toOwnHook(row: HookRow, publicUrl: () => string | undefined, token?: string): OwnHook {
  const { id, name, ownerId, operation, mapping, verify, inOrder, problem } = row
  const secret = verify === 'url' ? `/${token ?? REDACTED}` : ''
  return {
    id,
    name,
    url: `${publicUrl() ?? ''}/hooks/${sourceOf(id)}${secret}`,
    teamId: teamOf(ownerId),
    operation,
    mapping,
    verify,
    inOrder,
    earlierUntil: row.earlierUntil?.toISOString() ?? null,
    problem,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

export function hookLine({ id, name, operation, verify, problem }: OwnHook): string {
  return `${id} ${name}: calls ${operation} (${verify})${problem === null ? '' : `; refused: ${problem}`}`
}

/** The hook as its events name it. */
export function sourceOf(hookId: string): string {
  return `${OWN_HOOKS}/${hookId}`
}

/** The id of the hook whose event this is; undefined for the hook of an area. */
export function hookIdOf(source: string): string | undefined {
  return source.startsWith(`${OWN_HOOKS}/`) ? source.slice(OWN_HOOKS.length + 1) : undefined
}

export function hookUri(id: string): string {
  return `hook://${id}`
}
