/** The secret of an account is in the clear nowhere but in requests to its service. */
import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorBody, toAppError } from '../../../src/core/errors.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { createLog } from '../../../src/start/log.ts'
import { areas } from '../../../src/tools/registry.ts'
import { CREATE_BEDS, greenhouse, sensors } from '../../area/greenhouse.ts'
import { isLong } from '../../support/form.ts'
import { type SensorService, startSensorService } from '../../support/sensor-service.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

/** It has no form by which it could be recognized as a secret. */
const MARKER = 'quiet marmalade on a window sill'

const operations = [...areas, greenhouse].flatMap((area) => area.operations)
const context = new Set<string>()

let gateway: TestGateway
let service: SensorService

beforeAll(async () => {
  service = await startSensorService()
  service.accounts.set(MARKER, { id: 'one', name: 'the box one' })
  const environment = { GREENHOUSE_SENSORS_URL: service.url }
  const watched = operations.map(watchRun)
  gateway = await openTestGateway({
    operations: watched,
    connectors: [sensors],
    areas: [greenhouse],
    environment,
  })
  await gateway.db.execute(CREATE_BEDS)
})
afterAll(async () => {
  await gateway.close()
  await service.close()
})

/** The operation, with a look at all that `run` could find in its context. */
function watchRun(operation: Operation): Operation {
  return {
    ...operation,
    run(input, ctx, reached) {
      context.add(JSON.stringify(reachable(ctx)))
      return operation.run(input, ctx, reached)
    },
  }
}

/** Plain data of everything that can be reached from a value, without the database's own objects. */
function reachable(value: unknown, seen = new Set<unknown>()): unknown {
  if (typeof value === 'function') return reachable({ ...value }, seen)
  if (typeof value !== 'object' || value === null || seen.has(value))
    return typeof value === 'object' ? null : value
  seen.add(value)
  const names = Object.getOwnPropertyNames(value).filter((name) => name !== 'db' && name !== 'signal')
  return names.map((name) => [name, reachable((value as Record<string, unknown>)[name], seen)])
}

/** What the log writes of the lines so far. */
function written(): string {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = createLog({ level: 'debug', destination })
  for (const { level, fields, message } of gateway.logged) log[level](fields, message)
  return lines.join('')
}

/** Every row of every table, as text. */
async function stored(): Promise<string> {
  const tables = await gateway.db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public'`,
  )
  const texts = []
  for (const { name } of tables)
    texts.push(
      JSON.stringify([...(await gateway.db.execute(sql.raw(`select to_jsonb(t)::text from "${name}" t`)))]),
    )
  return texts.join('\n')
}

test.runIf(isLong)(
  'the secret of an account is not in the store, the log, an answer, an error or a context',
  async () => {
    const answers: string[] = []
    const { operations: watched } = gateway
    async function call(name: string, input: object, idempotencyKey?: string): Promise<void> {
      const operation = watched.find((each) => each.name === name)
      if (operation === undefined) throw new Error(`there is no ${name}`)
      const call = { ...gateway.as(), ...(idempotencyKey && { idempotencyKey }) }
      const answered = await gateway.invoke(operation, input, call).catch((thrown: unknown) => {
        const error = toAppError(thrown)
        return { ...errorBody(error), fix: error.fix }
      })
      answers.push(JSON.stringify(answered))
    }

    const input = { connector: 'sensors', token: MARKER }
    await call('accounts.connect', input, 'the same key')
    await call('accounts.connect', input, 'the same key')
    await call('accounts.connect', { ...input, token: `${MARKER} no more` })
    for (const { name, example } of greenhouse.operations)
      if (!name.includes('accounts')) await call(name, example)
    for (const status of [500, 403, 401]) {
      service.status = status
      await call('greenhouse.measure', {}, `a key for ${status}`)
      await call('accounts.connect', input)
    }
    service.status = undefined
    await call('greenhouse.accounts.connect', { token: MARKER })
    await call('accounts.list', {})
    await call('access.rotate_secrets', {})
    await call('access.list_audit', {})
    await call('greenhouse.measure', {})

    expect(service.seen).toContain(MARKER)
    expect(context.size).toBeGreaterThan(5)
    const everything = {
      answers: answers.join(),
      log: written(),
      store: await stored(),
      context: [...context].join(),
    }
    for (const [where, text] of Object.entries(everything)) {
      expect(text.length, where).toBeGreaterThan(100)
      // The reached account and the input of the call that brings the token are the call's own.
      if (where !== 'context') expect(text.includes('marmalade'), where).toBe(false)
    }
    expect(everything.context.includes('marmalade')).toBe(false)
  },
)
