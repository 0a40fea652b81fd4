/** The store in this process, for one command or one MCP client: the caller is its owner, unless a key is given. */

import type { Config } from '../config/config.ts'
import type { Gateway } from '../core/area/gateway.ts'
import type { Invoke } from '../core/call/call.ts'
import { AppError } from '../core/errors.ts'
import type { Actor } from '../core/operation/actor.ts'
import type { Log } from '../core/operation/context.ts'
import { createKeyring, type Keyring } from '../domain/access/keyring.ts'
import { type Composition, compose } from './compose.ts'

interface OpenStore {
  readonly gateway: Gateway
  close(): Promise<void>
}

export async function openStoreHere(config: Config, log: Log, key: string | undefined): Promise<OpenStore> {
  const composition = await compose(config, 'command', { log })
  return key === undefined ? composition : actingWith(key, composition, log)
}

/**
 * Makes each call as the person of the key. The key is looked up for each call, because it may be revoked meanwhile.
 */
function actingWith(key: string, { gateway, database, now, close }: Composition, log: Log): OpenStore {
  const keyring = createKeyring({ db: database.db, now, log })
  const invoke: Invoke = async (operation, input, call) =>
    gateway.invoke(operation, input, { ...call, actor: await actorOf(key, keyring) })
  return {
    gateway: { ...gateway, invoke },
    async close() {
      await keyring.close()
      await close()
    },
  }
}

async function actorOf(key: string, keyring: Keyring): Promise<Actor> {
  const verification = await keyring.verify(key)
  if (verification.ok) return verification.actor
  throw new AppError('unauthenticated', 'The API key is not accepted: it is mistyped, expired or revoked.', {
    fix: 'Correct the key in SWITCHBOARD_KEY or in the file `key` in SWITCHBOARD_HOME, or remove it to act as the owner of this store.',
  })
}
