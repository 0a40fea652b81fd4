/** Databases of their own on the test server. */
import { sql } from 'drizzle-orm'
import { openServerDatabase } from '../../../src/domain/db/server/server-database.ts'

/** Runs one statement on the server's own database. */
export async function administer(url: string, statement: string): Promise<void> {
  const server = openServerDatabase(url, { poolSize: 1 })
  try {
    await server.db.execute(sql.raw(statement))
  } finally {
    await server.close()
  }
}

/** The address of another database on the same server. */
export function databaseUrl(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
