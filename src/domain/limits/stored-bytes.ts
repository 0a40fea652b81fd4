/**
 * How many bytes of contents are stored for a person or a team. Tables are named in SQL, because the rooms that own them
 * import this room.
 */
import { sql } from 'drizzle-orm'
import { countedLimit } from './counted-limit.ts'

/** The most bytes of contents of one person or team. */
const STORED_MAX_BYTES_PER_OWNER = 5 * 1024 ** 3

/** PostgreSQL knows the sizes without reading what is stored beside the rows. */
export const storedBytesLimit = countedLimit({
  name: 'stored_bytes',
  unit: 'bytes',
  meaning:
    'Files and logs of runs, files that were sent, contents of events, notifications, and what webhooks are told',
  of: 'everyone',
  most: STORED_MAX_BYTES_PER_OWNER,
  counted: (owners) => sql`select owner.id as owner_id,
      (select coalesce(sum(size_bytes), 0) from artifacts
        where space_id = owner.id or space_id in (select space_id from grants where owner_id = owner.id))
      + (select coalesce(sum(kept_bytes), 0) from runs where owner_id = owner.id)
      + (select coalesce(sum(log_bytes), 0) from runs where owner_id = owner.id and kept_bytes is null)
      + (select coalesce(sum(octet_length(body) + coalesce(pg_column_size(input), 0)), 0) from inbox_events
        where space_id = owner.id)
      + (select coalesce(sum(told.bytes), 0) from webhooks as webhook cross join lateral (
          select sum(pg_column_size(payload)) as bytes from outbox where receiver_id = webhook.id) as told
        where webhook.owner_id = owner.id)
      + (select coalesce(sum(pg_column_size(payload)), 0) from notifications where person_id = owner.id)
      + (select coalesce(sum(pg_column_size(payload)), 0) from outbox
        where payload ->> 'personId' = owner.id and channel <> 'webhook') as used
    from (${owners}) as owner (id)`,
})
