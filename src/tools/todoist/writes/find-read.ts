/** Finds one of the things that were read for a call, by its id or by the command that makes it. */
import { notFound } from '../../../core/errors.ts'
import type { Names } from '../../../domain/todoist/names.ts'
import type { ThingRow } from '../../../domain/todoist/thing-row.ts'
import type { Known } from '../../../domain/todoist/things/known-accounts.ts'

/** The finder throws an AppError `not_found`. */
export function findRead(read: (known: Known) => readonly ThingRow[], noun: string) {
  return (ref: string, names: Names, known: Known): ThingRow => {
    const id = names.onTheirWay.idOf(ref)
    const found = read(known).find((row) => row.id === id)
    if (found === undefined) throw notFound(noun, ref)
    return found
  }
}
