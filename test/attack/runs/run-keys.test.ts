/** The key of a run opens what that run may do while its worker holds it, and nothing else at any other time. */
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashKey, isRunKey, makeKey, makeRunKey } from '../../../src/domain/access/key-form.ts'
import { hasActiveKey } from '../../../src/domain/access/keys.ts'
import { idempotencyKeys } from '../../../src/domain/access/tables.ts'
import { artifacts } from '../../../src/domain/runs/artifacts/tables.ts'
import { findRunsByKey } from '../../../src/domain/runs/hold/run-keys.ts'
import { listSteps } from '../../../src/domain/runs/steps/steps.ts'
import { runKeys, runs } from '../../../src/domain/runs/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { listKeys } from '../../../src/tools/access/list-keys.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { operations } from '../../../src/tools/registry.ts'
import { answerRun } from '../../../src/tools/runs/answer-run.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { saveArtifact } from '../../../src/tools/runs/own/save-artifact.ts'
import { pauseRun } from '../../../src/tools/runs/pause-run.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { httpRequest } from '../../parity/doors.ts'
import { defer } from '../../support/defer.ts'
import { some } from '../../support/form.ts'
import { type KeyWorld, openKeyWorld, type Process } from '../../support/key-world.ts'

let world: KeyWorld
beforeAll(async () => {
  world = await openKeyWorld()
})
afterAll(() => world.close())

const FILE = { name: 'plan.md', mediaType: 'text/markdown', content: '# Plan' }
const OWN = ['runs.ask_person', 'runs.delegate', 'runs.save_artifact']

/** What a saved artifact is answered with: a status, and an error's code. */
async function save(key: string, headers: Record<string, string> = {}, file: object = FILE) {
  const response = await world.send(key, '/v1/run/artifacts', file, headers)
  const body = (await response.json()) as { readonly code?: string; readonly artifact?: { id: string } }
  return { status: response.status, code: body.code, id: body.artifact?.id }
}

const REFUSED = { status: 401, code: 'unauthenticated' }

async function connects(key: string): Promise<boolean> {
  try {
    await (await world.connect(key)).close()
    return true
  } catch {
    return false
  }
}

const artifactsOf = (runId: string) => world.db.select().from(artifacts).where(eq(artifacts.runId, runId))

/** Has a process work on a run until `release` is called. */
async function hold(runId: string) {
  const given = defer<string>()
  const released = defer<void>()
  const process: Process = async (key) => {
    given.resolve(key)
    await released.promise
  }
  const working = world.take(runId, process)
  const key = await given.promise
  return {
    key,
    async release() {
      released.resolve()
      await working
    },
  }
}

describe('the key of a run is dead', () => {
  test('once its run has ended, over HTTP and MCP', async () => {
    const runId = await world.start({ tools: OWN })
    const { key, release } = await hold(runId)
    expect(await save(key)).toMatchObject({ status: 200 })
    await release()
    expect(await save(key)).toMatchObject(REFUSED)
    expect(await connects(key)).toBe(false)
    expect(await artifactsOf(runId)).toHaveLength(1)
  })

  test.each([
    ['cancelled', cancelRun],
    ['paused', pauseRun],
  ])('as soon as its run is asked to be %s, while its process goes on', async (_, stop) => {
    const runId = await world.start({ tools: OWN })
    const { key, release } = await hold(runId)
    await world.gateway.invoke(stop, { runId }, world.gateway.as())
    expect(await save(key)).toMatchObject(REFUSED)
    await release()
    expect(await save(key)).toMatchObject(REFUSED)
    expect(await artifactsOf(runId)).toEqual([])
  })

  test('while its run is parked, and for good: the run continues with another key', async () => {
    const runId = await world.start({ tools: OWN })
    let first = ''
    await world.take(runId, async (key) => {
      first = key
      await world.send(key, '/v1/run/questions', { question: 'Which?' })
    })
    expect(await save(first)).toMatchObject(REFUSED)
    await world.gateway.invoke(answerRun, { runId, answer: 'This' }, world.gateway.as())
    const { key, release } = await hold(runId)
    expect(await save(first)).toMatchObject(REFUSED)
    expect(await save(key)).toMatchObject({ status: 200 })
    await release()
  })

  test('once another key of its run was made', async () => {
    const runId = await world.start({ tools: OWN })
    const seen: unknown[] = []
    await world.take(runId, async (first, session) => {
      const second = await session.createKey()
      seen.push(await save(first), await save(second))
    })
    expect(seen).toMatchObject([REFUSED, { status: 200 }])
  })

  test('once the lease of its worker has run out, and when another worker has taken over', async () => {
    const runId = await world.start({ tools: OWN })
    const { key, release } = await hold(runId)
    await world.db.execute(
      sql`update ${runs} set lease_until = clock_timestamp() - interval '1 second' where id = ${runId}`,
    )
    expect(await save(key)).toMatchObject(REFUSED)
    const later = { leaseUntil: sql`clock_timestamp() + interval '1 minute'`, fence: sql`${runs.fence} + 1` }
    await world.db.update(runs).set(later).where(eq(runs.id, runId))
    expect(await save(key)).toMatchObject(REFUSED)
    await release()
  })

  test.each(['revoked', 'expired'])('once the key that its run was started with is %s', async (how) => {
    const scopes = ['runs:write' as const]
    const made = await world.gateway.invoke(createKey, { label: 'k', scopes }, world.gateway.as())
    const keyId = made.output.key.id
    const runId = await world.start({ tools: OWN }, { scopes, keyId })
    const { key, release } = await hold(runId)
    expect(await save(key)).toMatchObject({ status: 200 })
    if (how === 'revoked') await world.gateway.invoke(revokeKey, { keyId, confirm: true }, world.gateway.as())
    else await world.db.execute(sql`update api_keys set expires_at = created_at where id = ${keyId}`)
    expect(await save(key)).toMatchObject(REFUSED)
    await release()
  })

  test('where it was never made, or is mistyped', async () => {
    const runId = await world.start({ tools: OWN })
    const { key, release } = await hold(runId)
    const swapped = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`
    for (const wrong of [makeRunKey(), swapped, key.slice(0, -1), key.replace('sb_run_', 'sb_')]) {
      expect(await save(wrong)).toMatchObject(REFUSED)
    }
    await release()
  })
})

describe('the key of a run opens', () => {
  test('its own run, and no other that continues beside it', async () => {
    const [one, other] = [await world.start({ tools: OWN }), await world.start({ tools: OWN })]
    const held = await hold(one)
    const beside = await hold(other)
    expect(await save(held.key)).toMatchObject({ status: 200 })
    expect(await artifactsOf(other)).toEqual([])
    expect(await save(held.key, {}, { ...FILE, runId: other })).toMatchObject({ code: 'invalid_input' })
    await Promise.all([held.release(), beside.release()])
  })

  test('none of the operations that its agent was not granted, and none that no agent may have', async () => {
    const runId = await world.start({ tools: ['tasks:read', 'runs.save_artifact'] })
    const { key, release } = await hold(runId)
    const client = await world.connect(key)
    const granted = [
      'runs.save_artifact',
      ...operations.filter(({ scope }) => scope === 'tasks:read').map(({ name }) => name),
    ]
    const others = operations.filter(({ name }) => !granted.includes(name))
    expect(others.length).toBeGreaterThan(40)
    for (const operation of some(others)) {
      const request = httpRequest(operation, operation.example, world.url)
      request.headers.set('authorization', `Bearer ${key}`)
      const response = await fetch(request)
      expect([operation.name, response.status]).toEqual([operation.name, 403])
      await expect(client.callTool({ name: operation.toolName, arguments: {} })).rejects.toThrow(
        'There is no tool',
      )
    }
    await client.close()
    await release()
  })

  test('no more scopes than the starter of its run had', async () => {
    const scopes = ['runs:write' as const, 'tasks:read' as const]
    const runId = await world.start({ tools: ['*'] }, { scopes })
    const { key, release } = await hold(runId)
    const create = await world.send(key, '/v1/tasks', { tasks: [{ title: 'x' }] })
    const list = await world.send(key, '/v1/projects')
    const own = await world.send(key, '/v1/tasks')
    expect([create.status, list.status, own.status]).toEqual([403, 403, 200])
    await release()
  })

  test('nothing that the policy refuses', async () => {
    const rules = [{ operation: 'save_artifact', verdict: 'refuse' } as const]
    const runId = await world.start({ tools: OWN, approvals: { rules } })
    const { key, release } = await hold(runId)
    expect(await save(key)).toMatchObject({ status: 403, code: 'forbidden' })
    await release()
    expect(await artifactsOf(runId)).toEqual([])
  })

  test('no operation for runs to people, with whichever key', async () => {
    const made = await world.gateway.invoke(
      createKey,
      { label: 'admin', scopes: ['admin'] },
      world.gateway.as(),
    )
    expect(await save(made.output.secret ?? '')).toMatchObject({ status: 403, code: 'forbidden' })
  })
})

describe('a call with the key of a run that is repeated', () => {
  const repeat = { 'idempotency-key': 'save-1' }

  test('under its idempotency key is done once, and gets its answer again', async () => {
    const runId = await world.start({ tools: OWN })
    const { key, release } = await hold(runId)
    const answers = [await save(key, repeat), await save(key, repeat)]
    expect(answers[0]).toEqual(answers[1])
    expect(await save(key, repeat, { ...FILE, content: 'other' })).toMatchObject({
      code: 'idempotency_mismatch',
    })
    await release()
    expect(await artifactsOf(runId)).toHaveLength(1)
    expect(await listSteps(world.db, runId)).toHaveLength(1)
  })

  test('at the same moment is done once', async () => {
    const runId = await world.start({ tools: OWN })
    const { key, release } = await hold(runId)
    const found = await findRunsByKey(world.db, [hashKey(key)], { operations, now: new Date() })
    const { actor } = found[0] ?? {}
    if (actor === undefined) throw new Error('the key is not good')
    const call = { actor, door: 'http', idempotencyKey: 'save-1' } as const
    const saves = Array.from({ length: 8 }, () => world.gateway.invoke(saveArtifact, FILE, call))
    const outcomes = await Promise.allSettled(saves)
    const codes = outcomes.flatMap((each) => (each.status === 'rejected' ? each.reason.code : []))
    expect(codes.length).toBeLessThan(8)
    expect(new Set(codes)).toEqual(new Set(['in_progress']))
    await release()
    expect(await artifactsOf(runId)).toHaveLength(1)
    expect(await listSteps(world.db, runId)).toHaveLength(1)
  })

  test('with another input than was approved is refused, also after its stored answer is gone', async () => {
    const rules = [{ operation: 'tasks.create', verdict: 'ask' } as const]
    const runId = await world.start({ tools: ['tasks'], approvals: { rules } })
    const create = (key: string, title: string) =>
      world.send(key, '/v1/tasks', { tasks: [{ title }] }, repeat)
    await world.take(runId, (key) => create(key, 'Approved'))
    const [approval] = (await world.run(runId)).waitingFor.approvals
    const decision = { approvalId: approval?.id, decision: 'approve' }
    await world.gateway.invoke(decideApproval, decision, world.gateway.as())
    const statuses: number[] = []
    await world.take(runId, async (key) => {
      statuses.push((await create(key, 'Approved')).status, (await create(key, 'Slipped in')).status)
      await world.db.delete(idempotencyKeys)
      statuses.push((await create(key, 'Slipped in')).status)
    })
    expect(statuses).toEqual([200, 422, 422])
    const { output } = await world.gateway.invoke(listTasks, {}, world.gateway.as())
    expect(output.items.map(({ title }) => title)).toEqual(['Approved'])
  })

  test('asks a person once, and leaves nothing where it fails', async () => {
    const rules = [{ operation: 'tasks.create', verdict: 'ask' } as const]
    const runId = await world.start({ tools: ['tasks', ...OWN], approvals: { rules } })
    const { key, release } = await hold(runId)
    const create = () => world.send(key, '/v1/tasks', { tasks: [{ title: 'Asked' }] }, repeat)
    expect([(await create()).status, (await create()).status]).toEqual([428, 428])
    expect(await save(key, {}, { ...FILE, name: '../plan.md' })).toMatchObject({ code: 'invalid_input' })
    await release()
    expect((await world.run(runId)).waitingFor.approvals).toHaveLength(1)
    expect(await listSteps(world.db, runId)).toHaveLength(1)
  })
})

describe('the key of a run is no key of a person', () => {
  test('it is not listed, cannot be revoked by its id, and opens no gateway that needs a key', async () => {
    const runId = await world.start({ tools: OWN })
    await world.db.execute(sql`delete from api_keys`)
    const { key, release } = await hold(runId)
    const [row] = await world.db.select().from(runKeys).where(eq(runKeys.runId, runId))
    const { output } = await world.gateway.invoke(listKeys, { everyone: true }, world.gateway.as())
    expect(output.items).toEqual([])
    const revoking = world.gateway.invoke(revokeKey, { keyId: row?.id, confirm: true }, world.gateway.as())
    await expect(revoking).rejects.toMatchObject({ code: 'not_found' })
    expect(await hasActiveKey(world.db, new Date())).toBe(false)
    expect(await save(key)).toMatchObject({ status: 200 })
    await release()
  })

  test('it is stored nowhere but as a hash', async () => {
    const runId = await world.start({ tools: OWN })
    const { key, release } = await hold(runId)
    await save(key, {}, { ...FILE, content: `My key is ${key}` })
    await release()
    const [{ found = '' } = {}] = await world.db.execute<{ found: string }>(sql`
      select concat((select string_agg(k::text, '') from run_keys k), (select string_agg(a::text, '') from audit_entries a),
        (select string_agg(s::text, '') from run_steps s), (select string_agg(e::text, '') from run_events e)) as found`)
    expect(found).toContain('runs.save_artifact')
    expect(found).not.toContain(key)
  })

  test('no key of a person has its form', () => {
    expect(Array.from({ length: 2_000 }, makeKey).filter(isRunKey)).toEqual([])
    expect(isRunKey(`sb_run_${makeKey().slice('sb_run_'.length)}`)).toBe(false)
    expect(isRunKey(makeRunKey())).toBe(true)
  })
})

test('what a run watches with its key ends with the run', async () => {
  const runId = await world.start({ tools: ['runs:read'] })
  const { key, release } = await hold(runId)
  const accept = { accept: 'text/event-stream' }
  const other = await world.start({ tools: OWN })
  const stream = await world.send(key, `/v1/runs/${other}/events`, undefined, accept)
  expect(stream.status).toBe(200)
  const read = stream.text()
  await release()
  expect(await read).toContain('unauthenticated')
})
