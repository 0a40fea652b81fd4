/** Deletions wait before they go to Todoist, which has no trash. */
import type { ThingRow } from '../thing-row.ts'

/** Milliseconds for which a deletion can be undone. */
export const UNDO_MS = 10 * 60_000

/** The command that deletes a thing, some minutes later. */
export function deletionOf({ id, wire }: Pick<ThingRow, 'id' | 'wire'>, type: string, now: Date) {
  return { type, args: { id }, notBefore: new Date(now.getTime() + UNDO_MS), snapshot: wire }
}
