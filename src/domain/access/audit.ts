/** Reads the audit: who did what, newest first, including what other people did to one's own things. */
import { and, type Column, desc, eq, getTableColumns, gte, lt, ne, type SQL, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Door } from '../../core/operation/actor.ts'
import type { Context } from '../../core/operation/context.ts'
import { decodeCursor, sortMoment, sortText, toPage } from '../../core/schema/page.ts'
import { cutText } from '../../core/text/cut.ts'
import { withheldInput } from './shown-input.ts'
import { auditEntries, auditTouches } from './tables.ts'

/** The most characters of one text in a shown input; the stored input is whole. */
const SHOWN_TEXT_MAX_CHARS = 500

export const AuditEntry = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.enum(auditEntries.actorKind.enumValues), id: z.string() }),
  person: z.string(),
  keyId: z.string().nullable(),
  door: z.string(),
  operation: z.string(),
  input: z
    .unknown()
    .describe(
      'Without secrets; long texts are cut. If you could not read it elsewhere, the scopes that it needs',
    ),
  outcome: z.string().describe('ok or an error code'),
  durationMs: z.int(),
  requestId: z.string().nullable().describe("null: another person's call"),
  touched: z.array(z.string()).describe("URIs of your things that another person's call changed: task://..."),
  alsoFailed: z
    .int()
    .describe('Further failed calls of the same key in that minute, without entries of their own'),
})
export type AuditEntry = z.output<typeof AuditEntry>

interface ListQuery {
  /** Everybody's entries, rather than the holder's own and those of calls that changed the holder's things. */
  readonly everyone: boolean
  /** The person or the team whose audit it is. */
  readonly holder: string
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
 * Entries, newest first. The caller checks who may see everybody's.
 * @throws AppError `invalid_input` for a cursor of another list.
 */
export async function listAudit(ctx: Pick<Context, 'db' | 'actor' | 'operations'>, query: ListQuery) {
  const me = query.holder
  const own = ctx.db
    .select({ ...getTableColumns(auditEntries), touched: sql<string[] | null>`null::text[]`.as('touched') })
    .from(auditEntries)
    .where(and(query.everyone ? undefined : eq(auditEntries.personId, me), ...conditions(query, OWN)))
    .orderBy(desc(OWN.at), desc(OWN.id))
    .limit(query.limit + 1)
  const others = ctx.db
    .select({ ...getTableColumns(auditEntries), touched: sql<string[] | null>`uris`.as('touched') })
    .from(auditTouches)
    .innerJoin(auditEntries, eq(auditEntries.id, auditTouches.entryId))
    .where(and(eq(auditTouches.personId, me), ne(auditEntries.personId, me), ...conditions(query, OTHERS)))
    .orderBy(desc(OTHERS.at), desc(OTHERS.id))
    .limit(query.limit + 1)
  // Two branches, each along its own index.
  const rows = await (query.everyone
    ? own
    : unionAll(own, others)
        .orderBy(sql`at desc`, sql`id desc`)
        .limit(query.limit + 1))
  const page = toPage(rows, query.limit, ({ at, id }) => ({ sort: NEWEST, after: [at.toISOString(), id] }))
  const items = page.items.map(toAuditEntry)
  return { items: items.map((entry) => asShown(entry, ctx)), nextCursor: page.nextCursor }
}

/** What places an entry in its list, and who made the call: for other people's calls only the person is shown. */
interface Columns {
  readonly at: Column
  readonly id: Column
  readonly actor: Column
}

const OWN: Columns = { at: auditEntries.at, id: auditEntries.id, actor: auditEntries.actorId }
const OTHERS: Columns = { at: auditTouches.at, id: auditTouches.entryId, actor: auditEntries.personId }

function conditions(query: ListQuery, { at, id, actor }: Columns): (SQL | undefined)[] {
  return [
    query.operation === undefined ? undefined : eq(auditEntries.operation, query.operation),
    query.outcome === undefined ? undefined : eq(auditEntries.outcome, query.outcome),
    query.actor === undefined ? undefined : eq(actor, query.actor),
    query.door && eq(auditEntries.door, query.door),
    query.since === undefined ? undefined : gte(at, new Date(query.since)),
    query.until === undefined ? undefined : lt(at, new Date(query.until)),
    query.cursor === undefined ? undefined : isAfter(query.cursor, at, id),
  ]
}

function isAfter(cursor: string, at: Column, id: Column): SQL {
  const [lastAt, lastId] = decodeCursor(cursor, NEWEST, z.tuple([sortMoment, sortText]))
  return sql`(${at}, ${id}) < (${lastAt}::timestamptz, ${lastId})`
}

type Row = typeof auditEntries.$inferSelect & { readonly touched: string[] | null }

function toAuditEntry(row: Row): AuditEntry {
  const { id, door, operation, outcome, durationMs, alsoFailed } = row
  return {
    id,
    at: row.at.toISOString(),
    person: row.personId,
    door,
    operation,
    outcome,
    durationMs,
    alsoFailed,
    ...(row.touched === null ? ownCall(row) : callOfAnother(row, row.touched)),
  }
}

function asShown(entry: AuditEntry, reader: Pick<Context, 'actor' | 'operations'>): AuditEntry {
  return { ...entry, input: withheldInput(reader, entry.operation) ?? entry.input }
}

function ownCall({ actorKind, actorId, keyId, requestId, input }: Row) {
  return { actor: { kind: actorKind, id: actorId }, keyId, requestId, input: shortened(input), touched: [] }
}

/** Neither the other person's keys and runs nor other things in the call are shown. */
function callOfAnother({ actorKind, personId, input }: Row, touched: string[]) {
  const ids = new Set(touched.map((uri) => uri.slice(uri.indexOf('://') + '://'.length)))
  return {
    actor: { kind: actorKind, id: personId },
    keyId: null,
    requestId: null,
    input: shortened(inputAbout(input, ids)),
    touched,
  }
}

const SOME_ID = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** The input without the ids of other things. */
function inputAbout(value: unknown, ids: ReadonlySet<string>): unknown {
  const isTold = (part: unknown) => typeof part !== 'string' || !SOME_ID.test(part) || ids.has(part)
  if (Array.isArray(value)) return value.filter(isTold).map((part) => inputAbout(part, ids))
  if (typeof value !== 'object' || value === null) return value
  const told = Object.entries(value).filter(([, part]) => isTold(part))
  return Object.fromEntries(told.map(([name, part]) => [name, inputAbout(part, ids)]))
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, SHOWN_TEXT_MAX_CHARS, '…')
  if (Array.isArray(value)) return value.map(shortened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shortened(field)]))
}
