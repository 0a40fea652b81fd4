/** A command opens no other store than that of the gateway that runs on this machine without saying so. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConnect } from '../../src/cli/connect/connect.ts'
import type { ConnectOptions } from '../../src/cli/surroundings.ts'
import { AppError } from '../../src/core/errors.ts'
import { readServerAddress } from '../../src/domain/db/address/address.ts'
import { type StorePlace, storePlaceOf } from '../../src/domain/db/store-place.ts'
import { operations } from '../../src/tools/registry.ts'
import { openFront, type TestFront } from '../support/front.ts'

let front: TestFront
let home: string
beforeAll(async () => {
  front = await openFront()
  home = mkdtempSync(join(tmpdir(), 'switchboard-local-'))
})
afterAll(async () => {
  rmSync(home, { recursive: true, force: true })
  await front.close()
})

const OPENED = new AppError('forbidden', 'The store itself would be opened.')

const server = (url: string) => storePlaceOf({ home, database: readServerAddress(url) })
const embedded = () => storePlaceOf({ home })
const SHOP = 'postgres://ada:s3cret@127.0.0.1:5432/shop'

/** What a command does whose own store is `own`, beside a gateway that works on `store`. */
async function connectBeside(store: StorePlace | undefined, own: StorePlace, options: ConnectOptions = {}) {
  const note = { url: front.url, pid: process.pid, secret: front.machineSecret, store }
  writeFileSync(join(home, 'gateway.json'), JSON.stringify(note), { mode: 0o600 })
  const connect = createConnect({
    ...{ home, version: '0.0.0-test', store: own },
    operations: async () => operations,
    openStore: () => Promise.reject(OPENED),
  })
  const { kind, where } = await connect(options)
  return { kind, where }
}

describe('beside a gateway on a server', () => {
  test('a command without its address calls the gateway, and opens no store of its own', async () => {
    expect(await connectBeside(server(SHOP), embedded())).toEqual({ kind: 'gateway', where: front.url })
  })

  test('--local is refused where it would open another store, and says which, without the password', async () => {
    const refused = await connectBeside(server(SHOP), embedded(), { local: true }).catch((error) => error)
    expect(refused).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(
        `keeps its data in PostgreSQL at 127.0.0.1:5432/shop, and this command would open ${join(home, 'data')}`,
      ),
      fix: expect.stringMatching(/^Leave out --local/),
    })
    expect(JSON.stringify(refused) + refused.message).not.toContain('s3cret')
  })

  test('--local opens the same store, by whatever name of this machine', async () => {
    const own = server('postgres://bob@localhost/shop')
    await expect(connectBeside(server(SHOP), own, { local: true })).rejects.toBe(OPENED)
  })

  test('a command that names another database is refused, with --local as without', async () => {
    const own = server('postgres://127.0.0.1:5432/barn')
    for (const local of [true, false]) {
      await expect(connectBeside(server(SHOP), own, { local })).rejects.toMatchObject({
        code: 'invalid_input',
        fix: expect.stringContaining('the same DATABASE_URL'),
      })
    }
  })
})

test('beside a gateway on an embedded store, a command that names a database is refused', async () => {
  for (const local of [true, false]) {
    await expect(connectBeside(embedded(), server(SHOP), { local })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('would open PostgreSQL at 127.0.0.1:5432/shop'),
    })
  }
})

test('an older gateway says nothing of its store, and keeps nobody from theirs', async () => {
  await expect(connectBeside(undefined, embedded(), { local: true })).rejects.toBe(OPENED)
})
