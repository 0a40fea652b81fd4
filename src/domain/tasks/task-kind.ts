/** Tasks as people refer to them: `T-12`. */
import { sql } from 'drizzle-orm'
import { defineKind, type Finder } from '../../core/operation/kind.ts'
import { numbered } from '../access/numbered.ts'
import { visibleTo } from '../access/visible-to.ts'
import { tasks } from './tables.ts'

export const taskKind = defineKind({
  name: 'task',
  letters: 'T',
  ...numbered(tasks, (viewer) => visibleTo(viewer, tasks)),
  current: findOpenOfSeries,
})

/** For each task of a repeating series that is done, cancelled or deleted, the open one that the caller sees. */
async function findOpenOfSeries(
  viewer: Finder,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await viewer.db.execute<{ id: string; openId: string }>(sql`
    select named.id, following.id as "openId"
    from json_array_elements_text(${JSON.stringify(ids)}::json) as named (id)
    left join tasks past on past.id = named.id
    cross join lateral (select tasks.id from tasks
      where tasks.series_id = coalesce(past.series_id, named.id) and tasks.trashed_at is null
        and tasks.status in ('open', 'in_progress') and ${visibleTo(viewer, tasks)}
      order by tasks.id desc limit 1) following
    where past.id is null or past.trashed_at is not null or past.status in ('done', 'cancelled')`)
  return new Map(found.map(({ id, openId }) => [id, openId]))
}
