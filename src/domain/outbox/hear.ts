/**
 * Stores events for the webhooks that hear them and the people whom they concern. Whether there are any is known before, or
 * asked in a statement that the write runs anyway, so that an event that nobody hears costs no statement of its own.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { Recorded, StoredEmission } from '../../core/call/ledger.ts'
import type { Event } from '../../core/operation/event.ts'
import type { Hearing } from '../access/record-entry.ts'
import { grants, people } from '../access/tables.ts'
import { insertTold } from '../notifications/told.ts'
import { webhooks } from '../webhooks/tables.ts'
import { outbox } from './tables.ts'

/**
 * An insert that answers with a row for each delivery. `happened`: a part of the same statement with the columns of
 * `COLUMNS`, whose `place` is the order in which the events happened.
 */
function insertHeard(happened: SQL): SQL {
  return sql`insert into ${outbox} (receiver_id, event_id, event, version, thing, payload, happened_at, state, attempts,
      tried_before, next_at)
    select w.id, e.id, e.name, e.version, e.uri, case when seen.space then e.payload else e.given_payload end, e.at,
      'waiting', 0, 0, e.at
    from ${happened} as e
    join ${webhooks} as w on w.state = 'active' and w.events && e.patterns and e.scope = any(w.scopes)
    cross join lateral (select w.owner_id = e.space_id or exists (select from ${grants} as g
      where g.person_id = w.owner_id and g.space_id = e.space_id) as space) as seen
    where (seen.space or w.owner_id = e.given_to) and not ${isOwnerGone}
    order by e.place returning 1`
}

/** Whether the owner of the webhook `w` is a person who was deactivated. */
export const isOwnerGone = sql`exists (select from ${people} as p
  where p.id = w.owner_id and p.deactivated_at is not null)`

const COLUMNS = sql`id text, name text, version int, scope text, patterns text[], uri text, space_id text, payload jsonb,
  given_to text, given_payload jsonb, concerns text[], place int`

/** For the events of a call, which happened at one moment. */
export const hearing: Hearing = { listeners, insert }

function listeners(emissions: readonly StoredEmission[]): SQL {
  const patterns = new Set(emissions.flatMap(({ event }) => event.patterns))
  return sql`select from ${webhooks} as w
    where w.state = 'active' and w.events && string_to_array(${[...patterns].join(',')}, ',')`
}

function insert(emissions: readonly StoredEmission[], at: Date): SQL {
  const records = emissions.map(({ id, event, uri, spaceId, payload, given, concerns = [] }, place) => ({
    ...{ id, uri, payload, concerns, place, space_id: spaceId },
    ...describe(event),
    given_to: given?.personId,
    given_payload: given?.payload,
  }))
  return sql`with happened as (select *, ${at}::timestamptz as at
      from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as given (${COLUMNS})),
    heard as (${insertHeard(sql`happened`)}), told as (${insertTold(sql`happened`)})
    select exists (select from heard) as "isHeard",
      to_jsonb(array(select distinct person_id from told)) as told`
}

function describe({ name, version, scope, patterns }: Event) {
  return { name, version, scope, patterns }
}

/** An event of a row that a statement changes. */
export interface RowEvent {
  readonly event: Event
  readonly id: string
  readonly at: Date
  /** Expressions over the row. */
  readonly uri: SQL
  readonly payload: SQL
  /** A `text[]` of those whom it concerns: see `Happening`. */
  readonly concerns?: SQL
}

/** What stores the events of a statement. */
export interface HeardRows {
  /** Further parts of the statement. */
  readonly parts: readonly SQL[]
  /** The columns of `Recorded`, for its answer. */
  readonly columns: SQL
}

/** For each event of each row of `from`, a part of the same statement with a column `space_id`. */
export function heardOfRows(events: readonly RowEvent[], from: SQL): HeardRows {
  const named = events.map((event, index) => ({ event, names: namesOf(index) }))
  const isHeard = named.map(({ names }) => sql`exists (select from ${names.heard})`)
  const told = named
    .filter(({ event }) => event.concerns !== undefined)
    .map(({ names }) => sql`select person_id from ${names.told}`)
  const people = told.length === 0 ? sql`'[]'::jsonb` : sql`to_jsonb(array(${sql.join(told, sql` union `)}))`
  return {
    parts: named.flatMap(({ event, names }) => partsOf(event, names, from)),
    columns: sql`(${sql.join(isHeard, sql` or `)}) as "isHeard", ${people} as told`,
  }
}

interface PartNames {
  readonly happened: SQL
  readonly heard: SQL
  readonly told: SQL
}

function namesOf(index: number): PartNames {
  const name = (word: string) => sql.raw(`${word}_${index}`)
  return { happened: name('happened'), heard: name('heard'), told: name('told') }
}

function partsOf(each: RowEvent, { happened, heard, told }: PartNames, from: SQL): SQL[] {
  return [
    sql`${happened} as (${happenedTo(each, from)})`,
    sql`${heard} as (${insertHeard(happened)})`,
    ...(each.concerns === undefined ? [] : [sql`${told} as (${insertTold(happened)})`]),
  ]
}

function happenedTo({ event, id, at, uri, payload, concerns }: RowEvent, from: SQL): SQL {
  return sql`select ${id}::text as id, ${event.name}::text as name, ${event.version}::int as version,
    ${event.scope}::text as scope, string_to_array(${event.patterns.join(',')}, ',') as patterns, ${uri} as uri,
    space_id, ${payload} as payload, null::text as given_to, null::jsonb as given_payload,
    ${concerns ?? sql`null::text[]`} as concerns, 0 as place, ${at}::timestamptz as at from ${from}`
}

/** The events that a statement has stored, as the row that it answered says. */
export function recordedIn({ isHeard, told }: Readonly<Record<string, unknown>>): Recorded {
  return { isHeard: isHeard === true, told: Array.isArray(told) ? told.map(String) : [] }
}
