/** Notices when this process lacks a key under which something in its store is sealed. */
import { AppError } from '../../core/errors.ts'
import type { Db } from '../db/db.ts'
import type { KeyRing } from './key-ring.ts'
import { sealingKeys } from './tables.ts'

/** @throws AppError `not_configured` when this process lacks a key under which something is sealed */
export async function assertKeys(db: Db, ring: KeyRing): Promise<void> {
  if (await lacksKeys(db, ring)) throw missingKey(ring)
}

/** Whether this process lacks a key under which something is sealed. */
async function lacksKeys(db: Db, ring: KeyRing): Promise<boolean> {
  const rows = await db.select({ id: sealingKeys.id }).from(sealingKeys)
  return rows.some(({ id }) => ring.find(id) === undefined)
}

const WAY_OUT = 'If it is lost: switchboard secrets forget-lost --yes, and then connect the accounts again.'

export function missingKey({ source }: Pick<KeyRing, 'source'>): AppError {
  switch (source) {
    case 'environment':
      return new AppError(
        'not_configured',
        'Secrets in this store are sealed with another SWITCHBOARD_SECRET.',
        {
          fix: `Set SWITCHBOARD_SECRET to the new secret and the one before it, separated by a comma, and start again. ${WAY_OUT}`,
        },
      )
    case 'file':
      return new AppError(
        'not_configured',
        'Secrets in this store are sealed with a key that is not in its key file.',
        {
          fix: `Restore the file secrets.key in SWITCHBOARD_HOME from a backup, or set SWITCHBOARD_SECRET again if it was set before. ${WAY_OUT}`,
        },
      )
    case 'nowhere':
      return new AppError(
        'not_configured',
        'Secrets in this database are sealed, and SWITCHBOARD_SECRET is not set.',
        {
          fix: 'Set SWITCHBOARD_SECRET to the secret that the other processes have. If it is lost, set a new one and run: switchboard secrets forget-lost --yes',
        },
      )
  }
}
