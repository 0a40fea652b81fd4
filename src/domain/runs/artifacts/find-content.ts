/** Whole artifacts for those who hand them on. Who may see them was found out before. */
import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '../../db/db.ts'
import { artifacts } from './tables.ts'

interface Wanted {
  readonly artifactId: string
  /** In which it was when it was found out who may see it. */
  readonly spaceId: string
}

/** Undefined: it was deleted, or is in another space. */
export async function findContent(
  db: Db,
  { artifactId, spaceId }: Wanted,
): Promise<{ readonly name: string; readonly content: Uint8Array } | undefined> {
  const [row] = await db
    .select({ name: artifacts.name, content: artifacts.content })
    .from(artifacts)
    .where(and(eq(artifacts.id, artifactId), eq(artifacts.spaceId, spaceId)))
  return row
}

/** The spaces of artifacts, by their ids. */
export async function findSpaces(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: artifacts.id, spaceId: artifacts.spaceId })
    .from(artifacts)
    .where(inArray(artifacts.id, [...ids]))
  return new Map(rows.map(({ id, spaceId }) => [id, spaceId]))
}
