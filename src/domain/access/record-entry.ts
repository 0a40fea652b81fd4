/** Adds entries to the audit. Failed calls add no more than a few rows a minute, however many there are. */
import { type SQL, sql } from 'drizzle-orm'
import type { AuditEntry, Recorded, StoredEmission } from '../../core/call/ledger.ts'
import type { Db } from '../db/db.ts'
import { auditEntries, auditTouches } from './tables.ts'

/** Entries of failed calls that one actor and key get in a minute; further ones are counted on the last of these. */
export const FAILED_ENTRIES_PER_MINUTE = 20

const MINUTE_MS = 60_000

/**
 * Written out by hand: every write runs this statement, and building it from the table takes a third of its total time.
 */
const COLUMNS = sql`id, at, actor_kind, actor_id, person_id, key_id, door, operation, input, outcome, duration_ms,
  request_id`

/** How events are stored for those who hear them. */
export interface Hearing {
  /** A query with a row if anybody may hear one of the events. It is part of a statement that every write runs. */
  listeners(events: readonly StoredEmission[]): SQL
  /** A statement that stores them, and answers with the columns of `Recorded`. */
  insert(events: readonly StoredEmission[], at: Date): SQL
}

export async function recordEntry(db: Db, entry: AuditEntry, hearing: Hearing): Promise<Recorded> {
  if (entry.outcome !== 'ok') {
    await recordFailed(db, entry)
    return UNHEARD
  }
  const { events = [], at } = entry
  const concernsAnybody = events.some(({ concerns = [] }) => concerns.length > 0)
  const added = entryOf(entry)
  const asked =
    events.length === 0 || concernsAnybody
      ? sql``
      : sql` returning exists (${hearing.listeners(events)}) as "mayBeHeard"`
  const [recorded] = await db.execute<{ mayBeHeard?: boolean }>(sql`${added}${asked}`)
  await recordTouched(db, entry)
  if (!concernsAnybody && recorded?.mayBeHeard !== true) return UNHEARD
  const [heard = UNHEARD] = await db.execute<Mutable<Recorded>>(hearing.insert(events, at))
  return heard
}

const UNHEARD: Recorded = { isHeard: false, told: [] }

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

function entryOf(entry: AuditEntry): SQL {
  const { actor } = entry
  return sql`insert into ${auditEntries} (${COLUMNS})
    values (${entry.id}, ${entry.at}, ${actor.kind}, ${actor.id}, ${actor.personId}, ${actor.keyId ?? null},
      ${entry.door}, ${entry.operation}, ${JSON.stringify(entry.input)}, ${entry.outcome}, ${entry.durationMs},
      ${entry.requestId})`
}

async function recordTouched(db: Db, entry: AuditEntry): Promise<void> {
  const { touched } = entry
  if (!touched || touched.size === 0) return
  await db.insert(auditTouches).values(
    [...touched].map(([personId, uris]) => ({
      personId,
      at: entry.at,
      entryId: entry.id,
      uris: [...uris],
    })),
  )
}

/** One statement. Calls that fail at the same moment may each add an entry, so there can be a few more. */
async function recordFailed(db: Db, entry: AuditEntry): Promise<void> {
  const { actor } = entry
  const since = new Date(entry.at.getTime() - MINUTE_MS)
  await db.execute(sql`
    with recent as (
      select id from ${auditEntries}
      where person_id = ${actor.personId} and outcome <> 'ok' and at > ${since}
        and actor_id = ${actor.id} and key_id is not distinct from ${actor.keyId ?? null}
      order by at desc, id desc
      limit ${FAILED_ENTRIES_PER_MINUTE}
    ), counted as (
      update ${auditEntries} set also_failed = also_failed + 1
      where id = (select max(id) from recent having count(*) = ${FAILED_ENTRIES_PER_MINUTE})
      returning id
    )
    insert into ${auditEntries} (${COLUMNS})
    select ${entry.id}, ${entry.at}::timestamptz, ${actor.kind}, ${actor.id}, ${actor.personId},
      ${actor.keyId ?? null}, ${entry.door}, ${entry.operation}, ${JSON.stringify(entry.input)}::jsonb,
      ${entry.outcome}, ${entry.durationMs}::int, ${entry.requestId}
    where not exists (select from counted)`)
}
