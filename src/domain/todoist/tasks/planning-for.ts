/** What is known of an account when its tasks are planned. */
import type { Db } from '../../db/db.ts'
import type { ChosenAccount } from '../accounts/choose-account.ts'
import { readNames } from '../names.ts'
import type { Planning } from './plan-task.ts'

export async function planningFor(db: Db, { id, mirror }: ChosenAccount): Promise<Planning> {
  const names = await readNames(db, id, mirror.syncedAt !== null)
  const ownId = mirror.userWire?.id
  return { names, ownId: ownId === undefined ? undefined : String(ownId) }
}
