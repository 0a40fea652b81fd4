import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Changes, createChanges, type Wire } from '../../src/clients/changes.ts'
import type { Change } from '../../src/core/operation/context.ts'
import { openServerDatabase, type ServerDatabase } from '../../src/domain/db/server/server-database.ts'
import { codePoint } from '../support/code-point.ts'
import { openTestDatabase } from '../support/world/database.ts'

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }

/** A wire between processes that live in this one, which records what passes. */
function createTestWire(): Wire & { readonly sent: string[]; down: boolean } {
  const wire = new EventEmitter().setMaxListeners(0)
  const sent: string[] = []
  return {
    sent,
    down: false,
    async send(text) {
      if (this.down) throw new Error('down')
      sent.push(text)
      wire.emit('text', text)
    },
    async listen(listener) {
      wire.on('text', listener)
      return async () => {
        wire.off('text', listener)
      }
    },
  }
}

function hear(changes: Changes): Change[] {
  const heard: Change[] = []
  changes.watch((change) => heard.push(change))
  return heard
}

describe('a change', () => {
  test('is heard at once by every watcher of its process, also when one of them fails', async () => {
    const changes = await createChanges({ log })
    changes.watch(() => {
      throw new Error('broken')
    })
    const heard = hear(changes)
    changes.publish({ uris: ['task://1'], spaceId: 'ann' })

    expect(heard).toEqual([{ uris: ['task://1'], spaceId: 'ann' }])
    await changes.close()
  })

  test('is not heard any more by who stopped', async () => {
    const changes = await createChanges({ log })
    const heard: Change[] = []
    const listener = (change: Change) => heard.push(change)
    const stop = changes.watch(listener)
    changes.watch(listener)
    stop()
    changes.publish({ uris: ['task://1'], spaceId: 'ann' })

    expect(heard).toHaveLength(1)
    await changes.close()
  })

  test('is heard once by each other process and never a second time by its own', async () => {
    const wire = createTestWire()
    const [here, there] = await Promise.all([createChanges({ wire, log }), createChanges({ wire, log })])
    const heardHere = hear(here)
    const heardThere = hear(there)
    here.publish({ uris: ['task://1', 'task://2'], spaceId: 'ann' })
    here.publish({ uris: ['task://2'], spaceId: 'ann' })
    here.publish({ uris: ['task://3'], spaceId: 'bob' })
    await here.close()

    expect(heardHere).toHaveLength(3)
    expect(heardThere).toEqual([
      { uris: ['task://1', 'task://2'], spaceId: 'ann' },
      { uris: ['task://3'], spaceId: 'bob' },
    ])
    expect(wire.sent).toHaveLength(1)
    await there.close()
  })

  test('stays within a message of PostgreSQL, and all of it arrives, however many there are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            spaceId: fc.string({ maxLength: 200 }),
            uris: fc.array(fc.string({ unit: codePoint, maxLength: 300 }), { minLength: 1, maxLength: 60 }),
          }),
          { maxLength: 20 },
        ),
        async (published) => {
          const wire = createTestWire()
          const [here, there] = await Promise.all([
            createChanges({ wire, log }),
            createChanges({ wire, log }),
          ])
          const heard = hear(there)
          for (const change of published) here.publish(change)
          await here.close()
          await there.close()

          const flat = (changes: readonly Change[]) =>
            new Set(changes.flatMap(({ spaceId, uris }) => uris.map((uri) => JSON.stringify([spaceId, uri]))))
          expect(flat(heard)).toEqual(flat(published))
          for (const text of wire.sent) expect(Buffer.byteLength(text)).toBeLessThan(8000)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('is told elsewhere although somebody else changes more than can be told', async () => {
    const wire = createTestWire()
    const [here, there] = await Promise.all([createChanges({ wire, log }), createChanges({ wire, log })])
    const heard = hear(there)
    for (let sent = 0; sent < 300; sent += 1) {
      here.publish({
        uris: Array.from({ length: 100 }, (_, index) => `task://${sent}-${index}`),
        spaceId: 'eve',
      })
    }
    here.publish({ uris: ['key://1'], spaceId: 'ann' })
    await here.close()

    expect(heard).toContainEqual({ uris: ['key://1'], spaceId: 'ann' })
    expect(heard.flatMap(({ uris }) => uris).length).toBeLessThanOrEqual(2_001)
    await there.close()
  })

  test('that cannot be sent, or text that is none of ours, disturbs nobody', async () => {
    const wire = createTestWire()
    const changes = await createChanges({ wire, log })
    const heard = hear(changes)
    await wire.send('{')
    await wire.send('{"from":1}')
    wire.down = true
    changes.publish({ uris: ['task://1'], spaceId: 'ann' })
    await changes.close()

    expect(heard).toHaveLength(1)
    expect(log.warn).toHaveBeenCalled()
  })
})

describe('on a server', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>
  const servers: ServerDatabase[] = []

  beforeAll(async () => {
    database = await openTestDatabase()
    if (database.url === undefined) return
    servers.push(openServerDatabase(database.url), openServerDatabase(database.url))
  })
  afterAll(async () => {
    for (const server of servers) await server.close()
    await database.close()
  })

  test('a change made in one process is heard in another', async (context) => {
    const [one, two] = servers
    if (!one || !two) return context.skip()
    const wireOf = (server: ServerDatabase): Wire => ({
      send: (text) => server.notify('switchboard_changes', text),
      listen: (listener) => server.listen('switchboard_changes', listener),
    })
    const here = await createChanges({ wire: wireOf(one), log })
    const there = await createChanges({ wire: wireOf(two), log })
    const arrived = new Promise<Change>((resolve) => there.watch(resolve))
    here.publish({ uris: ['task://1'], spaceId: 'ann' })

    expect(await arrived).toEqual({ uris: ['task://1'], spaceId: 'ann' })
    await here.close()
    await there.close()
  })
})
