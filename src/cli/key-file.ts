/** The API key that a person keeps in their home folder, for nobody else to read. */
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'

/** Any permission of the group or of others. */
const OTHERS = 0o077

export function keyFileOf(home: string): string {
  return join(home, 'key')
}

/**
 * The key in `home`; undefined when there is none.
 * @throws AppError `forbidden` when others may read the file
 */
export async function readKey(home: string): Promise<string | undefined> {
  const path = keyFileOf(home)
  if (!existsSync(path)) return undefined
  const { mode } = await stat(path)
  // Windows has no such permissions: the folder of a person is their own there.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) throw readableByOthers(path)
  return (await readFile(path, 'utf8')).trim() || undefined
}

function readableByOthers(path: string): AppError {
  return new AppError('forbidden', `The key in ${path} can be read by others, so it is not used.`, {
    fix: `Close it: chmod 600 ${path}. If others may have read it, make another key and revoke this one.`,
  })
}
