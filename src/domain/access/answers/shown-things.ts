/**
 * The things that a stored answer is about. A retry gets the answer for as long as its caller sees those of them that
 * they saw when it was given. Things that were deleted since hide nothing: only losing sight does.
 */
import { type SQL, sql } from 'drizzle-orm'
import { idsIn, kindOfId } from '../../../core/operation/ids.ts'
import type { SeenKind } from '../../../core/operation/kind.ts'
import type { Db } from '../../db/db.ts'
import { hiddenOfKind, type Viewer } from '../visible-to.ts'

export interface ShownThings {
  /**
   * The things that are named in an answer or its input and that the viewer sees at the end of the call, as a `text[]`.
   * What the call itself takes out of their sight is not among them, so that a retry of that call is still answered.
   */
  seenAmong(viewer: Viewer, named: { readonly output: object; readonly input: object }): SQL | null
  /** A thing among these that the viewer no longer sees. */
  findHidden(db: Db, viewer: Viewer, ids: readonly string[]): Promise<string | undefined>
}

export function createShownThings(kinds: readonly SeenKind[]): ShownThings {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]))

  /** A query of those among these things that the viewer does not see. */
  function hiddenAmong(viewer: Viewer, ids: readonly string[]): SQL {
    const ofKinds = [...byName.values()].flatMap((kind) => {
      const ofKind = ids.filter((id) => kindOfId(id) === kind.name)
      return ofKind.length === 0 ? [] : [hiddenOfKind(viewer, kind, ofKind)]
    })
    return sql.join(ofKinds, sql` union all `)
  }

  return {
    seenAmong(viewer, named) {
      const ids = idsIn(JSON.stringify(named)).filter((id) => byName.has(kindOfId(id)))
      if (ids.length === 0) return null
      const all = sql`select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)`
      return sql`array(${all} except (${hiddenAmong(viewer, ids)}))`
    },

    async findHidden(db, viewer, ids) {
      if (ids.length === 0) return undefined
      const [hidden] = await db.execute<{ id: string }>(sql`${hiddenAmong(viewer, ids)} limit 1`)
      return hidden?.id
    },
  }
}
