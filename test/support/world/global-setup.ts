/** Once per test run: one migrated database, of which every test file gets a copy. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { TestProject } from 'vitest/node'
import { openEmbeddedDatabase } from '../../../src/domain/db/embedded/embedded-database.ts'
import { migrateEmbedded } from '../../../src/domain/db/embedded/migrate-embedded.ts'
import { readNewStore } from '../../../src/domain/db/embedded/open-embedded.ts'
import { migrateServer } from '../../../src/domain/db/server/migrate-server.ts'
import { openServerDatabase } from '../../../src/domain/db/server/server-database.ts'
import { administer, databaseUrl } from './server.ts'

/** What test files copy: a dumped data folder, or a database on a server. */
export type DatabaseTemplate =
  | { readonly kind: 'embedded'; readonly snapshot: string }
  | { readonly kind: 'server'; readonly url: string; readonly name: string }

declare module 'vitest' {
  interface ProvidedContext {
    databaseTemplate: DatabaseTemplate
  }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const url = process.env.DATABASE_URL
  return url ? await prepareServer(url, provide) : await prepareSnapshot(provide)
}

async function prepareSnapshot(provide: TestProject['provide']): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-'))
  const snapshot = join(folder, 'snapshot.tar')
  const newStore = await readNewStore()
  const database = await openEmbeddedDatabase(newStore && { snapshot: new Blob([newStore]) })
  await migrateEmbedded(database)
  const dump = await database.client.use((engine) => engine.dumpDataDir('none'))
  await writeFile(snapshot, dump.stream())
  await database.close()
  provide('databaseTemplate', { kind: 'embedded', snapshot })
  return () => rm(folder, { recursive: true, force: true })
}

async function prepareServer(url: string, provide: TestProject['provide']): Promise<() => Promise<void>> {
  const name = `switchboard_test_${process.pid}`
  await administer(url, `drop database if exists ${name} with (force)`)
  await administer(url, `create database ${name}`)
  const database = openServerDatabase(databaseUrl(url, name), { poolSize: 1 })
  await migrateServer(database)
  await database.close()
  provide('databaseTemplate', { kind: 'server', url, name })
  return async () => {
    for (const each of await databasesOf(url, name)) {
      await administer(url, `drop database if exists ${each} with (force)`)
    }
  }
}

/** The template and the copies that a killed test file left behind. */
async function databasesOf(url: string, name: string): Promise<string[]> {
  const server = openServerDatabase(url, { poolSize: 1 })
  const rows = await server.db.execute<{ datname: string }>(
    sql`select datname from pg_database where datname = ${name} or datname like ${`${name}\\_%`}`,
  )
  await server.close()
  return rows.map(({ datname }) => datname)
}
