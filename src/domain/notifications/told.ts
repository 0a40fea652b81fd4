/** Notifies those whom events concern, in the statement that stores the events. */
import { type SQL, sql } from 'drizzle-orm'
import { grants, people } from '../access/tables.ts'
import { notificationSettings, notifications } from './tables.ts'

/** How the ids of notifications begin, in place of the beginning of those of events. */
const ID = sql`'notification_' || substr(e.id, length('event_') + 1)`

/**
 * An insert of a row for each person whom an event concerns and who wants to hear of it, answering with their ids.
 * `happened`: a part of the same statement, with the columns of events.
 */
export function insertTold(happened: SQL): SQL {
  return sql`insert into ${notifications} (person_id, id, event, thing, payload, happened_at, is_listed, send_at)
    select who.id, ${ID}, e.name, e.uri,
      case when e.given_to = who.id and not seen.space then e.given_payload else e.payload end, e.at,
      coalesce('gateway' = any(wanted.channels), true), e.at
    from ${happened} as e
    cross join lateral (select distinct coalesce(admin.person_id, concern.id) as id
      from unnest(e.concerns) as concern (id)
      left join ${grants} as admin on admin.space_id = concern.id and admin.role = 'admin') as who
    cross join lateral (select who.id = e.space_id or exists (select from ${grants} as g
      where g.person_id = who.id and g.space_id = e.space_id) as space) as seen
    left join ${notificationSettings} as wanted on wanted.person_id = who.id and wanted.event = e.name
    where not ${isTeam(sql`who.id`)} and coalesce(wanted.channels <> '{}', true)
      and not exists (select from ${people} as p where p.id = who.id and p.deactivated_at is not null)
    order by e.place
    on conflict do nothing returning person_id`
}

function isTeam(id: SQL): SQL {
  return sql`starts_with(${id}, 'team_')`
}
