/** Adds people to a test's database, for whatever names them. */
import { people, type Role } from '../../../src/domain/access/tables.ts'
import type { Db } from '../../../src/domain/db/db.ts'

/** Adds those who are not there yet. */
export async function addPeople(db: Db, ids: readonly string[], role: Role = 'member'): Promise<void> {
  const rows = ids.map((id) => ({ id, role, createdAt: new Date() }))
  await db.insert(people).values(rows).onConflictDoNothing()
}
