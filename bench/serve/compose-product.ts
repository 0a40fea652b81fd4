/** The product's parts in a process of the bench, on a store and a queue of the bench's own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Area } from '../../src/core/area/area.ts'
import type { Extension } from '../../src/start/compose.ts'
import { built } from '../built.ts'
import type { StoreAddress } from '../stores.ts'

const { compose } = await built<typeof import('../../src/start/compose.ts')>('start/compose')
const { readConfig } = await built<typeof import('../../src/start/read-config.ts')>('start/read-config')
const { LOCAL_PERSON } =
  await built<typeof import('../../src/core/operation/actor.ts')>('core/operation/actor')

export interface Product {
  readonly store: StoreAddress
  readonly redisUrl?: string | undefined
  readonly environment?: Readonly<Record<string, string>>
  /** Beside those of the product. */
  readonly areas?: readonly Area[]
  readonly extend?: Extension
}

/** What accounts are sealed with: only an embedded store makes a secret of its own. */
const SECRET = 'what-the-accounts-of-the-bench-are-sealed-with'

const silent = () => undefined
export const log = { debug: silent, info: silent, warn: silent, error: console.error }

/** A home of its own even when the data is on a server. */
export async function composeProduct({ store, redisUrl, environment, areas, extend }: Product) {
  const isOnServer = 'url' in store
  const home = isOnServer ? await mkdtemp(join(tmpdir(), 'switchboard-bench-')) : store.home
  const variables = {
    SWITCHBOARD_HOME: home,
    ...(isOnServer && { DATABASE_URL: store.url, SWITCHBOARD_SECRET: SECRET }),
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    ...environment,
  }
  const config = readConfig(variables, {}, areas)
  const parts = await compose(config, 'all', { log, ...(extend && { extend }) })
  await parts.openQueue()
  const { gateway } = parts

  /** Calls an operation as the person at this machine. */
  async function call(name: string, input: object): Promise<Record<string, unknown>> {
    const operation = gateway.operations.find((each) => each.name === name)
    if (operation === undefined) throw new Error(`there is no ${name}`)
    return (await gateway.invoke(operation, input, { actor: LOCAL_PERSON, door: 'process' })).output
  }
  async function close(): Promise<void> {
    await parts.close()
    if (isOnServer) await rm(home, { recursive: true, force: true })
  }
  return { config, parts, call, close }
}
