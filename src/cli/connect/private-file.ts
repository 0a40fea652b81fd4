/** Reads files that contain a secret of this user, and reports when others could have read or written them. */
import { open } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import { exposureOf } from '../../core/exposure.ts'

/**
 * The text of a file for this user alone; undefined if it does not exist.
 * @throws AppError `forbidden` when the file is open to others, or belongs to another user
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw unreadable(path, error)
  })
  if (file === undefined) return undefined
  try {
    const fault = exposureOf(await file.stat())
    if (fault !== undefined) throw notUsed(path, fault)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

function notUsed(path: string, fault: 'open' | 'foreign'): AppError {
  return fault === 'open'
    ? new AppError(
        'forbidden',
        `${path} can be read or written by others, so the secret in it is not used.`,
        {
          fix: `Close it: chmod 600 ${path}. If others may have read it, replace the secret: restart the gateway, or create another key and revoke this one.`,
        },
      )
    : new AppError('forbidden', `${path} belongs to another user, so the secret in it is not used.`, {
        fix: 'Set SWITCHBOARD_HOME to a folder of your own.',
      })
}

function unreadable(path: string, cause: NodeJS.ErrnoException): AppError {
  return new AppError('forbidden', `${path} cannot be read (${cause.code}).`, {
    fix: `Make it a file that you can read, or set SWITCHBOARD_HOME to a folder of your own.`,
    cause,
  })
}
