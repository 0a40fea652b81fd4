/**
 * The file of the secrets from which master keys are derived, for a store that one machine has to itself: a secret a
 * line, the current one first. Reads and writes are synchronous, so that no two changes in this process overlap.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { exposureOf } from '../../core/exposure.ts'
import { maskEverywhere } from '../../core/text/redact.ts'
import { folderUnusable } from '../db/embedded/home-folder.ts'
import { SECRET_MIN_CHARS } from './master-key.ts'

const SECRET_BYTES = 32
const PRIVATE_FILE = 0o600

export interface KeyFile {
  readonly path: string
  /**
   * Its secrets; none when there is no file.
   * @throws AppError `forbidden` when others can read it, `unavailable` when it is damaged
   */
  read(): readonly string[]
  /** Puts a new random secret before the others. @throws AppError `forbidden`, `unavailable` */
  addSecret(): void
  /** Removes the secrets that `isKept` does not keep. @throws AppError `forbidden`, `unavailable` */
  keepSecrets(isKept: (secret: string) => boolean): void
}

export function keyFileIn(home: string): KeyFile {
  const path = join(home, 'secrets.key')
  const read = () => readSecrets(path)
  return {
    path,
    read,
    addSecret: () => writeSecrets(home, path, [randomBytes(SECRET_BYTES).toString('base64url'), ...read()]),
    keepSecrets: (isKept) => writeSecrets(home, path, read().filter(isKept)),
  }
}

function readSecrets(path: string): readonly string[] {
  const text = textOf(path)
  if (text === undefined) return []
  const secrets = text.split('\n').filter((line) => line !== '')
  if (secrets.length === 0 || secrets.some((secret) => secret.length < SECRET_MIN_CHARS)) {
    throw new AppError('unavailable', `${path} is damaged: it does not hold a secret in each line.`, {
      fix: 'Restore it from a backup. Without it, delete it: accounts must then be connected again.',
    })
  }
  maskEverywhere(secrets)
  return secrets
}

function textOf(path: string): string | undefined {
  try {
    const exposure = exposureOf(statSync(path))
    if (exposure !== undefined) throw exposed(path, exposure)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof AppError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new AppError('unavailable', `${path} cannot be read.`, {
      fix: 'Make it a file that only you can read: chmod 600.',
      cause: error,
    })
  }
}

function exposed(path: string, exposure: 'open' | 'foreign'): AppError {
  if (exposure === 'foreign')
    return new AppError('forbidden', `${path} belongs to another user, so the secrets in it are not used.`, {
      fix: 'Set SWITCHBOARD_HOME to a folder of your own.',
    })
  return new AppError(
    'forbidden',
    `${path} can be read or written by others, so the secrets in it are not used.`,
    { fix: `Close it: chmod 600 ${path}. If others may have read it: switchboard secrets rotate.` },
  )
}

/** The file is moved into place whole, so that a crash leaves either the old secrets or the new ones. */
function writeSecrets(home: string, path: string, secrets: readonly string[]): void {
  const draft = `${path}.${randomUUID()}`
  try {
    writeFileSync(draft, `${secrets.join('\n')}\n`, { mode: PRIVATE_FILE, flag: 'wx', flush: true })
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw folderUnusable(error, home) ?? error
  }
}
