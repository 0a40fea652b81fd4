/** Serves the product with an account of Todoist in it that was read. Configured by its argument. */
import { setTimeout as wait } from 'node:timers/promises'
import type { StoreAddress } from '../stores.ts'
import { composeProduct } from './compose-product.ts'
import { serveDoors } from './serve-doors.ts'

export interface MirrorConfig {
  readonly store: StoreAddress
  readonly todoistUrl: string
  readonly token: string
}

/** Milliseconds between two looks at whether the account was read. */
const LOOK_EVERY_MS = 100

const { store, todoistUrl, token } = JSON.parse(process.argv[2] ?? '{}') as MirrorConfig

const product = await composeProduct({
  store,
  environment: { PORT: '0', SWITCHBOARD_RATE_LIMIT: '1000000', TODOIST_BASE_URL: todoistUrl },
})
const { call } = product
await call('todoist.accounts.connect', { token })
await call('todoist.sync.resync', {})
while ((await call('todoist.tasks.list', { limit: 1 })).syncedAt === null) await wait(LOOK_EVERY_MS)
await serveDoors(product)
