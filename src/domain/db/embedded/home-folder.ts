/** Makes the folder that holds everything of one machine, and explains why a folder cannot be used. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../../core/errors.ts'

/** Only the owner may read the data. */
export const PRIVATE = 0o700

/**
 * Makes the folder and any missing folders above it. Node's own recursive `mkdir` loops for ever when the parent exists
 * but accepts no folders, as in /proc.
 * @throws the file system's error
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: PRIVATE })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolder(dirname(path))
      await mkdir(path, { mode: PRIVATE })
    } else if (!(await isFolder(path))) {
      throw error
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

/** Why a folder cannot be used, by the code of the file system's error, as a phrase after its path. */
const UNUSABLE: Readonly<Record<string, string>> = {
  EACCES: 'cannot be written to by this user',
  EPERM: 'cannot be written to by this user',
  EROFS: 'is on a disk that is read-only',
  ENOSPC: 'is on a disk that is full',
  EDQUOT: 'is on a disk on which this user has no space left',
  ENOTDIR: 'is under something that is not a folder',
  EEXIST: 'is there already, and is not a folder',
  EISDIR: 'contains a folder where a file should be',
  ENOENT: 'is in a place where no folder can be made',
  ELOOP: 'is behind symbolic links that lead in a circle',
  ENAMETOOLONG: 'has a path that is too long',
  EIO: 'is on a disk that fails',
  EMFILE: 'cannot be opened: this process has too many files open',
  ENFILE: 'cannot be opened: this machine has too many files open',
}

/** The reason in words when the file system refused the folder; undefined for any other error. */
export function folderUnusable(error: unknown, folder: string): AppError | undefined {
  const code = codeOf(error)
  if (code === undefined) return undefined
  return new AppError(
    'unavailable',
    `The folder ${folder} ${UNUSABLE[code] ?? `cannot be used (${code})`}.`,
    {
      fix: 'Set SWITCHBOARD_HOME to a folder that this process can create and write to, or repair this one.',
      cause: error,
    },
  )
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
