/** Once per test run: a place for the folders of tests, and one migrated database, of which every test file gets a copy. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { TestProject } from 'vitest/node'
import { migrateEmbedded } from '../../../src/domain/db/embedded/migrate-embedded.ts'
import { migrateServer } from '../../../src/domain/db/server/migrate-server.ts'
import { openServerDatabase } from '../../../src/domain/db/server/server-database.ts'
import { isLong } from '../form.ts'
import { administer, databaseUrl } from './server.ts'
import { openNewEngine } from './shared-engine.ts'

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
  const folder = isLong ? undefined : await openMemoryFolder()
  if (folder !== undefined) process.env.TMPDIR = folder
  const url = process.env.DATABASE_URL
  const end = url ? await prepareServer(url, provide) : await prepareSnapshot(provide)
  return async () => {
    await end()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** Linux keeps what is written there in memory. */
const MEMORY_DISK = '/dev/shm'
/** Bytes that must be free, in memory and there: several times what the stores of all running tests take. */
const MEMORY_FREE_BYTES = 4 * 2 ** 30
const OPEN_TO_ALL = 0o1777

/**
 * A folder in memory for the folders of tests; undefined where there is no room, or nothing in it may be executed. A new
 * embedded store is a thousand files, which takes a disk longer than the engine takes to start.
 */
async function openMemoryFolder(): Promise<string | undefined> {
  try {
    const { bavail, bsize } = await statfs(MEMORY_DISK)
    if (Math.min(bavail * bsize, freemem()) < MEMORY_FREE_BYTES) return undefined
    const folder = await mkdtemp(join(MEMORY_DISK, 'switchboard-tests-'))
    const program = join(folder, 'program')
    await writeFile(program, '#!/bin/sh\n', { mode: 0o700 })
    if (spawnSync(program).status === 0) {
      // As of any temporary folder: tests start processes as other users, too.
      await chmod(folder, OPEN_TO_ALL)
      return folder
    }
    await rm(folder, { recursive: true })
  } catch {
    // There is no such disk here, or not for this user.
  }
  return undefined
}

async function prepareSnapshot(provide: TestProject['provide']): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-test-'))
  const snapshot = join(folder, 'snapshot.tar')
  const database = await openNewEngine()
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
