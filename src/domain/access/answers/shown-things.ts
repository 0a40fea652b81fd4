/**
 * The things that a stored answer is about. A retry gets the answer for as long as its caller sees those of them that
 * they saw when it was given. Things that were deleted since hide nothing: only losing sight does.
 */
import { type SQL, sql } from 'drizzle-orm'
import '../../../core/operation/context.ts'
import { idsIn, kindOfId } from '../../../core/operation/ids.ts'
import type { SeenKind } from '../../../core/operation/kind.ts'
import type { Db } from '../../db/db.ts'
import { hiddenOfKind, type Viewer } from '../visible-to.ts'

declare module '../../../core/operation/context.ts' {
  interface Resources {
    readonly shown: ShownThings
  }
}

export interface ShownThings {
  /**
   * The things that are named in an answer or its input and that the viewer sees at the end of the call, as a `text[]`.
   * What the call itself takes out of their sight is not among them, so that a retry of that call is still answered.
   */
  seenAmong(viewer: Viewer, named: { readonly output: object; readonly input: object }): SQL | null
  /** Those of the things with ids in a text that exist and that the viewer does not see now. */
  findHidden(db: Db, viewer: Viewer, text: string): Promise<ReadonlySet<string>>
}

export function createShownThings(kinds: readonly SeenKind[]): ShownThings {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]))

  function thingsIn(text: string): readonly string[] {
    return idsIn(text).filter((id) => byName.has(kindOfId(id)))
  }

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
      const ids = thingsIn(JSON.stringify(named))
      if (ids.length === 0) return null
      const all = sql`select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)`
      return sql`array(${all} except (${hiddenAmong(viewer, ids)}))`
    },

    async findHidden(db, viewer, text) {
      const ids = thingsIn(text)
      if (ids.length === 0) return new Set()
      const hidden = await db.execute<{ id: string }>(hiddenAmong(viewer, ids))
      return new Set(hidden.map(({ id }) => id))
    },
  }
}
