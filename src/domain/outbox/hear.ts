/**
 * Stores events for the webhooks that hear them. Whether there are any is asked in a statement that the write runs anyway,
 * so that an event that nobody hears costs no statement of its own.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { StoredEmission } from '../../core/call/ledger.ts'
import type { Event } from '../../core/operation/event.ts'
import type { Hearing } from '../access/record-entry.ts'
import { grants, people } from '../access/tables.ts'
import { webhooks } from '../webhooks/tables.ts'
import { outbox } from './tables.ts'

/**
 * An insert that answers with a row for each delivery. `events`: a query with the columns of `COLUMNS`, in the order in
 * which they happened.
 */
function insertHeard(events: SQL): SQL {
  return sql`insert into ${outbox} (receiver_id, event_id, event, version, thing, payload, happened_at, state, attempts,
      tried_before, next_at)
    select w.id, e.id, e.name, e.version, e.uri, case when seen.space then e.payload else e.given_payload end, e.at,
      'waiting', 0, 0, e.at
    from (${events}) as e
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
  given_to text, given_payload jsonb, place int`

/** For the events of a call, which happened at one moment. */
export const hearing: Hearing = { listeners, insert }

function listeners(emissions: readonly StoredEmission[]): SQL {
  const patterns = new Set(emissions.flatMap(({ event }) => event.patterns))
  return sql`select from ${webhooks} as w
    where w.state = 'active' and w.events && string_to_array(${[...patterns].join(',')}, ',')`
}

function insert(emissions: readonly StoredEmission[], at: Date): SQL {
  const records = emissions.map(({ id, event, uri, spaceId, payload, given }, place) => ({
    ...{ id, uri, payload, place, space_id: spaceId },
    ...describe(event),
    given_to: given?.personId,
    given_payload: given?.payload,
  }))
  return insertHeard(sql`select *, ${at}::timestamptz as at
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as given (${COLUMNS})`)
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
}

/** For an event of each row of `from`, a part of the same statement with a column `space_id`. */
export function heardOfRows({ event, id, at, uri, payload }: RowEvent, from: SQL): SQL {
  return insertHeard(sql`select ${id}::text as id, ${event.name}::text as name, ${event.version}::int as version,
    ${event.scope}::text as scope, string_to_array(${event.patterns.join(',')}, ',') as patterns, ${uri} as uri,
    space_id, ${payload} as payload, null::text as given_to, null::jsonb as given_payload, 0 as place,
    ${at}::timestamptz as at from ${from}`)
}
