import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { AppError } from '../../src/core/errors.ts'
import { createLog, createTerminalStream } from '../../src/start/log.ts'
import { openTestDatabase } from '../support/world/database.ts'

function collect(): { stream: Writable; text: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  return { stream, text: () => text }
}

function openLog(level: Config['logLevel'] = 'info') {
  const { stream, text } = collect()
  const log = createLog({ level, destination: stream })
  const lines = () =>
    text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { log, text, lines }
}

test('a line says when, how grave, what, and what belongs to it', () => {
  const { log, lines } = openLog()
  log.info({ requestId: 'req_1', status: 404 }, 'request refused')

  expect(lines()).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      msg: 'request refused',
      requestId: 'req_1',
      status: 404,
    },
  ])
})

test('what is below the level is not written', () => {
  const { log, text } = openLog('warn')
  log.info({}, 'quiet')
  expect(text()).toBe('')
})

test('no secret is written, wherever it stands', () => {
  const { log, text } = openLog()
  const key = 'sb_abcdefghijklmnopqrstuvwxyz0123456789'
  const error = new AppError('internal', `refused ${key}`, { cause: new Error(`because of ${key}`) })
  log.error(
    { headers: { authorization: 'Bearer hunter2' }, deep: [{ password: 'hunter2' }], err: error },
    'failed',
  )

  expect(text()).not.toContain('hunter2')
  expect(text()).not.toContain(key)
})

test('an error is written with its causes, and without the values of the statement that failed', async () => {
  const { log, text, lines } = openLog()
  const database = await openTestDatabase()
  const failure = await database.db
    .execute(sql`select ${'very private'}::integer`)
    .catch((err: unknown) => err)
  await database.close()
  log.error({ err: failure }, 'failed')

  expect(lines()).toMatchObject([{ err: { cause: { code: '22P02' } } }])
  expect(text()).toContain('Failed query: select $1::integer')
  expect(text()).not.toContain('very private')
})

test('who looks at a terminal sees a short line', () => {
  const { stream, text } = collect()
  const log = createLog({ level: 'info', destination: createTerminalStream(stream) })
  log.warn({ port: 3000, err: new Error('lost'), tags: ['a'] }, 'the queue does not answer')

  expect(text()).toMatch(
    /^\d\d:\d\d:\d\d warn {2}the queue does not answer {2}port=3000 {2}err=lost {2}tags=\["a"\]\n$/,
  )
})

test('trouble that lasts is written once a minute, while every call that failed for its own reason is written', () => {
  const { log, lines } = openLog()
  for (const at of [1, 2, 3]) {
    log.warn({ err: new Error(`away\nparams: ${at}`), step: 'due' }, 'a step of the sweep failed')
    log.error({ requestId: `req_${at}`, code: 'unavailable', err: new Error('away') }, 'operation failed')
    log.error({ requestId: `req_${at}`, code: 'internal', err: new Error('broken') }, 'operation failed')
  }
  log.warn({ err: new Error('away'), step: 'stale' }, 'a step of the sweep failed')

  expect(lines().map(({ step, code, requestId }) => [step ?? code, requestId])).toEqual([
    ['due', undefined],
    ['unavailable', 'req_1'],
    ['internal', 'req_1'],
    ['internal', 'req_2'],
    ['internal', 'req_3'],
    ['stale', undefined],
  ])
})

test.runIf(existsSync('/dev/full'))('a log that cannot be written ends nothing', () => {
  const full = openSync('/dev/full', 'w')
  onTestFinished(() => closeSync(full))
  const script = fileURLToPath(new URL('../support/log-lines.ts', import.meta.url))
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, '50', '50000'], {
    stdio: ['ignore', 'ignore', full],
  })
  expect(status).toBe(0)
})
