/** What a Redis that refuses is told as, each with what to change. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createQueue } from '../../src/clients/queue/queue.ts'
import { openQueueBackend } from '../../src/clients/queue/queue-backend.ts'
import { type OwnServer, programOf, startRedis } from '../support/system-servers.ts'
import { redisPlace } from '../support/world/queue-place.ts'

describe.skipIf(programOf('redis-server') === undefined)('a Redis', () => {
  let server: OwnServer
  let admin: Redis
  beforeAll(async () => {
    server = await startRedis()
    admin = new Redis(server.port)
  })
  afterAll(async () => {
    admin.disconnect()
    await server.stop()
  })

  const url = (user = '', path = '') => `redis://${user}127.0.0.1:${server.port}${path}`

  /** Sets it up in a way that it does not go on with. */
  async function setUp(...settings: [name: string, value: string, before: string][]): Promise<void> {
    for (const [name, value, before] of settings) {
      await admin.config('SET', name, value)
      onTestFinished(() => void admin.config('SET', name, before))
    }
  }

  async function addJob(): Promise<void> {
    const backend = await openQueueBackend(redisPlace(url()))
    const queue = await createQueue(backend, { onError: () => undefined })
    try {
      await queue.add('nothing', {})
    } finally {
      await queue.close()
    }
  }

  test('that is full, or saves nothing, refuses the job', async () => {
    await addJob()
    await setUp(['maxmemory', '1', '0'])
    await expect(addJob()).rejects.toMatchObject({
      ...{ code: 'unavailable', message: 'Redis is full.', fix: expect.stringContaining('maxmemory') },
    })
  })

  test('that is a replica takes no jobs', async () => {
    await admin.replicaof('127.0.0.1', 1)
    onTestFinished(() => void admin.replicaof('NO', 'ONE'))
    await expect(addJob()).rejects.toMatchObject({
      ...{
        code: 'unavailable',
        message: expect.stringContaining('replica'),
        fix: expect.stringContaining('REDIS_URL'),
      },
    })
  })

  test('that wants a password gets the one of its address, and refuses others', async () => {
    await setUp(['requirepass', 'p@ss/w#rd', ''])
    await (await openQueueBackend(redisPlace(url(':p%40ss%2Fw%23rd@')))).close()
    for (const user of ['', ':wrong@', 'nobody:wrong@']) {
      await expect(openQueueBackend(redisPlace(url(user)))).rejects.toMatchObject({
        ...{
          code: 'unavailable',
          message: expect.stringContaining('password'),
          fix: expect.stringContaining('REDIS_URL'),
        },
      })
    }
  })

  test('that does not have a database of this number says so', async () => {
    await (await openQueueBackend(redisPlace(url('', '/3')))).close()
    await expect(openQueueBackend(redisPlace(url('', '/99')))).rejects.toMatchObject({
      ...{ code: 'unavailable', message: expect.stringContaining('number') },
    })
  })

  test('is reached through its Unix socket', async () => {
    await (await openQueueBackend(redisPlace(`unix://${server.folder}/redis.sock?db=1`))).close()
  })
})
