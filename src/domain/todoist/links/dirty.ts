/**
 * Finds what changed since both sides of a link were last compared. Each write of a row changes its `xmin`, in the write's
 * own transaction and at no further cost: a pair whose rows have other versions than those that were compared is looked
 * at. What is found is compared by its values, so that a version that differs without a reason does no harm.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { tasks } from '../../tasks/tables.ts'
import { todoistCommands as commands, todoistItems as items, todoistAccounts as mirrors } from '../tables.ts'
import { todoistLinks as links, todoistPairs as pairs } from './tables.ts'

/** The version of a row that is not there. */
const NONE = '-'

/** The present versions of both rows of a pair. */
export const VERSIONS = {
  here: sql`coalesce((select t.xmin::text from ${tasks} t where t.id = ${pairs.taskId}), ${NONE})`,
  there: (accountId: unknown) => sql`coalesce((select i.xmin::text from ${items} i
    where i.account_id = ${accountId} and i.id = coalesce(
      (select c.made_id from ${commands} c where c.id = ${pairs.itemId}), ${pairs.itemId})), ${NONE})`,
}

export function isDirty(accountId: unknown): SQL {
  return sql`(${pairs.hereVersion} <> ${VERSIONS.here} or ${pairs.thereVersion} <> ${VERSIONS.there(accountId)})`
}

const isOnItsWay = sql`exists (select from ${commands} c where c.account_id = ${links.accountId}
  and c.subject_id = ${pairs.itemId} and c.state in ('waiting', 'sent')
  and not (c.type = 'item_delete' and c.state = 'waiting'))`

const hasDirtyPair = sql`exists (select from ${pairs}
  where ${pairs.linkId} = ${links.id} and ${isDirty(links.accountId)} and not ${isOnItsWay})`

/** One of the series is paired: it goes on in that pair. */
const isOfPairedSeries = sql`exists (select from ${pairs} p join ${tasks} paired on paired.id = p.task_id
  where p.link_id = ${links.id} and coalesce(paired.series_id, paired.id) = coalesce(t.series_id, t.id))`

const hasNewHere = sql`exists (select from ${tasks} t where t.project_id = ${links.projectId}
  and t.status in ('open', 'in_progress') and t.trashed_at is null
  and not exists (select from ${pairs} p where p.task_id = t.id)
  and not ${isOfPairedSeries})`

const hasNewThere = sql`exists (select from ${items} i where i.account_id = ${links.accountId}
  and i.project_id = ${links.outsideId} and not i.checked and i.absent_since is null
  and not exists (select from ${pairs} p join ${links} l on l.id = p.link_id
    where p.item_id = i.id and l.account_id = i.account_id))`

/** A link that is paused is looked at again after each synchronization. */
const isToCompare = sql`case when ${links.pausedBecause} is not null
  then ${links.appliedAt} is null or ${links.appliedAt} < ${mirrors.syncedAt}
  else ${links.appliedAt} is null or ${hasDirtyPair}
    or (${links.mode} in ('push', 'both') and ${hasNewHere})
    or (${links.mode} in ('pull', 'both') and ${hasNewThere}) end`

export interface DirtyLink {
  readonly linkId: string
  readonly personId: string
  readonly accountId: string
}

/** Links of which one side changed. A link waits until its account was read. */
export async function findDirtyLinks(db: Db): Promise<DirtyLink[]> {
  return await db
    .select({ linkId: links.id, personId: links.personId, accountId: links.accountId })
    .from(links)
    .innerJoin(mirrors, sql`${mirrors.accountId} = ${links.accountId} and ${mirrors.syncedAt} is not null`)
    .where(sql`${links.mode} <> 'off' and ${isToCompare}`)
    .orderBy(links.id)
}
