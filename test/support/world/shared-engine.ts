/**
 * An embedded database for each test file, on an engine that files of one worker use one after the other: starting an
 * engine takes most of a second of the processor, emptying one a hundredth.
 */
import { openAsBlob } from 'node:fs'
import { sql } from 'drizzle-orm'
import { AppError } from '../../../src/core/errors.ts'
import {
  databaseOn,
  type EmbeddedDatabase,
  openEmbeddedDatabase,
} from '../../../src/domain/db/embedded/embedded-database.ts'
import type { LastingEngine } from '../../../src/domain/db/embedded/lasting-engine.ts'
import { readNewStore } from '../../../src/domain/db/embedded/open-embedded.ts'

interface Engine {
  readonly database: EmbeddedDatabase
  /** What the database was made of, such as tables and functions, when it was new. */
  readonly objects: number
}

/** The engine that no file uses. */
let idle: Engine | undefined

export async function openSharedEngine(snapshot: string): Promise<EmbeddedDatabase> {
  const engine = idle ?? (await startEngine(snapshot))
  idle = undefined
  let isClosed = false
  const database = databaseOn(untilClosed(engine.database.client, () => isClosed))
  return {
    ...database,
    async close() {
      if (isClosed) return
      isClosed = true
      await putBack(engine)
    },
  }
}

/**
 * An engine that no other test uses, with the tables of the packed new store, which may be of an earlier version: without
 * the package, the engine would make its own tables for seconds.
 */
export async function openNewEngine(): Promise<EmbeddedDatabase> {
  const packed = await readNewStore()
  return await openEmbeddedDatabase(packed && { snapshot: new Blob([packed]) })
}

async function startEngine(snapshot: string): Promise<Engine> {
  const database = await openEmbeddedDatabase({ snapshot: await openAsBlob(snapshot) })
  return { database, objects: await countObjects(database) }
}

/** A file that has changed the schema, or broken the engine, was its last. */
async function putBack(engine: Engine): Promise<void> {
  const { database, objects } = engine
  const isAsNew = await empty(database)
    .then(async () => (await countObjects(database)) === objects)
    .catch(() => false)
  if (isAsNew && idle === undefined) idle = engine
  else await database.close()
}

/**
 * As the migrations leave it: with nobody but the person of this machine. A table that was never written has no pages:
 * truncating it as well would cost ten times as much as the rest.
 */
async function empty({ client }: EmbeddedDatabase): Promise<void> {
  await client.exec(`do $$ declare written text; begin
    select string_agg(oid::regclass::text, ', ') into written from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 0;
    execute 'truncate ' || written || ' cascade';
    perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      from pg_sequences where schemaname = 'public' and last_value is not null;
  end $$; insert into people (id, role, created_at) values ('local', 'owner', now()); reset all; unlisten *`)
}

async function countObjects({ db }: EmbeddedDatabase): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select (select count(*) from pg_class) + (select count(*) from pg_proc) + (select count(*) from pg_trigger)
      + (select count(*) from pg_constraint) + (select count(*) from pg_attribute) as count`)
  return row?.count ?? 0
}

/** The client of one test file: what the file left behind after it closed its database reaches no other file's. */
function untilClosed(client: LastingEngine, isClosed: () => boolean): LastingEngine {
  return new Proxy(client, {
    get(target, name: keyof LastingEngine) {
      const method = target[name] as (...given: unknown[]) => unknown
      return (...given: unknown[]) => {
        if (isClosed()) throw new AppError('unavailable', 'The store is closed.')
        return method.apply(target, given)
      }
    },
  })
}
