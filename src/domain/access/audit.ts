/** Reads the audit back: what was done by whom, newest first. */
import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Door } from '../../core/actor.ts'
import type { Context } from '../../core/context.ts'
import { decodeCursor, sortText, toPage } from '../../core/page.ts'
import { cutText } from '../../core/text/cut.ts'
import { auditEntries } from './tables.ts'

/** Characters of one text in a shown input; what is stored is whole. */
const SHOWN_TEXT_MAX_CHARS = 500

export const AuditEntry = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.enum(auditEntries.actorKind.enumValues), id: z.string() }),
  person: z.string(),
  keyId: z.string().nullable(),
  door: z.string(),
  operation: z.string(),
  input: z.unknown().describe('Without secrets; long texts are cut'),
  outcome: z.string().describe('ok or an error code'),
  durationMs: z.int(),
  requestId: z.string(),
})
export type AuditEntry = z.output<typeof AuditEntry>

interface ListQuery {
  /** Everybody's entries rather than the caller's own. */
  readonly everyone: boolean
  readonly operation?: string | undefined
  readonly outcome?: string | undefined
  readonly actor?: string | undefined
  readonly door?: Door | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

const NEWEST = 'newest'

/**
 * Entries, newest first. Who may see everybody's is the caller's question.
 * @throws AppError `invalid_input` for a cursor of another list.
 */
export async function listAudit(ctx: Pick<Context, 'db' | 'actor'>, query: ListQuery) {
  const rows = await ctx.db
    .select()
    .from(auditEntries)
    .where(
      and(
        query.everyone ? undefined : eq(auditEntries.personId, ctx.actor.personId),
        query.operation === undefined ? undefined : eq(auditEntries.operation, query.operation),
        query.outcome === undefined ? undefined : eq(auditEntries.outcome, query.outcome),
        query.actor === undefined ? undefined : eq(auditEntries.actorId, query.actor),
        query.door && eq(auditEntries.door, query.door),
        query.since === undefined ? undefined : gte(auditEntries.at, new Date(query.since)),
        query.until === undefined ? undefined : lt(auditEntries.at, new Date(query.until)),
        query.cursor === undefined ? undefined : isAfter(query.cursor),
      ),
    )
    .orderBy(desc(auditEntries.at), desc(auditEntries.id))
    .limit(query.limit + 1)
  const page = toPage(rows, query.limit, ({ at, id }) => ({ sort: NEWEST, after: [at.toISOString(), id] }))
  return { items: page.items.map(toAuditEntry), nextCursor: page.nextCursor }
}

function isAfter(cursor: string): SQL {
  const [at, id] = decodeCursor(cursor, NEWEST, z.tuple([z.iso.datetime(), sortText]))
  return sql`(${auditEntries.at}, ${auditEntries.id}) < (${at}::timestamptz, ${id})`
}

function toAuditEntry(row: typeof auditEntries.$inferSelect): AuditEntry {
  const { id, door, operation, outcome, durationMs, requestId, keyId } = row
  return {
    id,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId },
    person: row.personId,
    keyId,
    door,
    operation,
    input: shortened(row.input),
    outcome,
    durationMs,
    requestId,
  }
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, SHOWN_TEXT_MAX_CHARS, '…')
  if (Array.isArray(value)) return value.map(shortened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shortened(field)]))
}
