/** A paid model is asked once for one fault: what fails on our side, or is refused for good, is not asked again. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { writeJson } from '../clients/models/protocol-server.ts'
import { openRunWorld, type RunWorld, type TestWorker } from './run-world.ts'

let world: RunWorld
let worker: TestWorker
beforeAll(async () => {
  world = await openRunWorld([createTasks])
  worker = world.worker()
})
afterAll(() => world.close())

async function ended(options: Parameters<RunWorld['start']>[0] = {}) {
  const before = world.provider.exchanges.length
  const { id } = await world.start(options)
  await world.drain(worker)
  return { run: await world.run(id), asked: world.provider.exchanges.length - before }
}

describe('an answer that holds what no store takes', () => {
  test.each([
    ['a NUL', 'so\0be it', 'so\uFFFDbe it'],
    ['half a surrogate pair', 'so \ud83c', 'so \uFFFD'],
    [
      'an emoji across the bound of an event',
      `${'x'.repeat(1_999)}🎉 and more`,
      `${'x'.repeat(1_999)}🎉 and more`,
    ],
  ])('%s is asked for once, and stored with U+FFFD in its place', async (_what, text, summary) => {
    world.provider.say({ text })
    expect(await ended()).toMatchObject({ asked: 1, run: { state: 'succeeded', summary } })
  })

  test('in a call is made with U+FFFD in its place, in names, fields and values', async () => {
    world.provider.say(
      {
        calls: [
          { name: 'tasks_create', input: { tasks: [{ title: 'a\0b' }] } },
          { name: 'tasks\0', input: { 'x\ud800': ['\udc00'] } },
        ],
      },
      { text: 'Done.' },
    )
    const { run, asked } = await ended()
    expect({ asked, state: run.state }).toEqual({ asked: 2, state: 'succeeded' })
    const stored = JSON.stringify(await world.steps(run.id))
    expect(stored).toContain('a\uFFFDb')
    expect(stored).toContain('x\uFFFD')
  })
})

test('an answer that the store refuses ends the run, paid for, and is not asked for again', async () => {
  const { db } = world.gateway
  await db.execute(sql`
    create function refuse_answer() returns trigger language plpgsql as $$
    begin
      if new.result::text like '%unwelcome%' then raise exception 'no' using errcode = '22023'; end if;
      return new;
    end $$`)
  await db.execute(
    sql`create trigger refuse before update on run_steps for each row execute function refuse_answer()`,
  )
  world.provider.say({ text: 'unwelcome' }, { text: 'again' })
  const { run, asked } = await ended()
  await db.execute(sql`drop trigger refuse on run_steps`)

  expect(asked).toBe(1)
  expect(run).toMatchObject({ state: 'failed', reason: 'internal', spentTokens: 110, treeReservedTokens: 0 })
})

describe('a provider that refuses for good', () => {
  test.each([
    [400, 'invalid_request_error', 'tools.0: too odd'],
    [401, 'authentication_error', 'invalid x-api-key'],
    [402, 'billing_error', 'no money is left'],
    [403, 'permission_error', 'not for you'],
    [404, 'not_found_error', 'model: nope'],
    [422, 'invalid_request_error', 'cannot be processed'],
    [429, 'exceeded_current_quota_error', 'check your account balance'],
    [501, 'api_error', 'not implemented'],
  ])('with %i (%s) is asked once, and its own words are in the detail', async (status, type, message) => {
    world.provider.say(({ response }) => {
      writeJson(response, { status, body: { type: 'error', error: { type, message } } })
      return undefined
    })
    const { run, asked } = await ended()
    expect(asked).toBe(1)
    expect(run).toMatchObject({ state: 'failed', reason: 'provider_failed' })
    expect(run.detail).toContain(`“${message}”`)
  })

  test('has its words shown in one line, short, and without a key', async () => {
    const message = `Wrong\n\n## key sk-abcdefghijklmnopqrstuvwxyz\0 ${'🎉'.repeat(400)}`
    world.provider.say(({ response }) => {
      writeJson(response, { status: 400, body: { error: { message } } })
      return undefined
    })
    const { run } = await ended()
    expect(run.detail).toMatch(/“Wrong ## key \[redacted\]\uFFFD? ?🎉+…”/u)
    expect(run.detail?.length).toBeLessThan(600)
    expect(run.detail?.isWellFormed()).toBe(true)
  })
})
