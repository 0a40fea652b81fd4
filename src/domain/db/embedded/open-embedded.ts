/**
 * The embedded store of one machine: a locked folder, created complete on first use, and opened by one process at a
 * time.
 */
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { AppError } from '../../../core/errors.ts'
import type { Log } from '../../../core/operation/context.ts'
import { PACKAGE_FOLDER } from '../../../package-folder.ts'
import { EngineFault, saysFull } from '../engine-fault.ts'
import { type EmbeddedDatabase, openEmbeddedDatabase } from './embedded-database.ts'
import { folderUnusable, makeFolder, PRIVATE } from './home-folder.ts'
import { migrateEmbedded } from './migrate-embedded.ts'
import { diskFullToOpen } from './store-folder.ts'
import { type StoreLock, takeStoreLock } from './store-lock.ts'
import { unpackTar } from './unpack-tar.ts'

/**
 * A new, empty store of this engine version with its tables, packed: to create it and its tables would take most of a
 * first start.
 */
export const NEW_STORE = fileURLToPath(new URL('drizzle/new-store-0.5.14.tar.br', PACKAGE_FOLDER))

/** The data folder within a home. */
export function dataFolderOf(home: string): string {
  return join(home, 'data')
}

/**
 * Opens the store in `home`, and creates it if it does not exist.
 * @throws AppError `conflict` when another process has it open, `unavailable` when the folder cannot be used
 */
export async function openEmbeddedStore(home: string, log?: Log): Promise<EmbeddedDatabase> {
  const folder = dataFolderOf(home)
  try {
    await makeFolder(home)
    const lock = await takeStoreLock(`${folder}.lock`)
    try {
      return await openLocked(folder, lock, log)
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw storeUnusable(error, home)
  }
}

async function openLocked(folder: string, lock: StoreLock, log?: Log): Promise<EmbeddedDatabase> {
  if (!(await holdsStore(folder))) await makeStore(folder)
  const database = await openEmbeddedDatabase({ folder, isHeld: () => lock.isHeld(), log })
  try {
    await migrateEmbedded(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return {
    ...database,
    async close() {
      await database.close()
      lock.release()
    },
  }
}

/**
 * Creates a store elsewhere and moves it into place complete, so that a start that is killed half-way leaves nothing
 * broken behind.
 */
async function makeStore(folder: string): Promise<void> {
  const draft = `${folder}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: PRIVATE })
  const packed = await readNewStore()
  if (packed !== undefined) {
    unpackTar(packed, draft)
  } else {
    const made = await openEmbeddedDatabase({ folder: draft })
    await made.close()
  }
  await chmod(draft, PRIVATE)
  try {
    // This replaces an empty folder.
    await rename(draft, folder)
  } catch (error) {
    // A disk is mounted there: the engine creates a store in it, which takes a few seconds.
    if (!hasCode(error, 'EBUSY')) throw error
    await rm(draft, { recursive: true })
  }
}

/** The new store as a tar archive; undefined if it was not shipped, in which case the engine creates one itself. */
export async function readNewStore(): Promise<Buffer | undefined> {
  try {
    return await promisify(brotliDecompress)(await readFile(NEW_STORE))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function storeUnusable(error: unknown, home: string): AppError {
  if (error instanceof AppError) return error
  if (saysFull(error) || hasCode(error, 'ENOSPC')) return diskFullToOpen(error)
  const words = error instanceof EngineFault ? `: ${error.message}` : ''
  return (
    folderUnusable(error, home) ??
    new AppError('unavailable', `The data in ${dataFolderOf(home)} could not be opened${words}.`, {
      fix: 'If another version of Switchboard made it, use that version. Otherwise restore a backup of the folder, or move it away.',
      cause: error,
    })
  )
}

/** An empty folder is not a store yet. */
async function holdsStore(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length > 0
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    if (!hasCode(error, 'ENOTDIR')) throw error
  }
  throw new AppError('unavailable', `${path} is not a folder, so it is not a store.`, {
    fix: 'Move it away, or set SWITCHBOARD_HOME to another folder: a new store is then created.',
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
