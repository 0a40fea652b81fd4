/** The logs of runs count for their owner, and an owner whose share is full starts no run and loses none. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { assertStoredRoom, type StoredSums } from '../../../src/domain/limits/stored-room.ts'
import { deleteRemains } from '../../../src/domain/people/leaving/erase-remains.ts'
import { addArtifact } from '../../../src/domain/runs/artifacts/artifacts.ts'
import { lockRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { setLimit } from '../../../src/tools/access/set-limit.ts'
import { showUsage } from '../../../src/tools/access/show-usage.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { erasePerson } from '../../../src/tools/people/erase-person.ts'
import { createProject } from '../../../src/tools/projects/create-project.ts'
import { moveProject } from '../../../src/tools/projects/move-project.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { retryRun } from '../../../src/tools/runs/retry-run.ts'
import { settleStep } from '../../../src/tools/runs/settle-step.ts'
import { steerRun } from '../../../src/tools/runs/steer-run.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { readLogBytes } from '../../domain/runs/log-bytes.ts'
import { BOB, failure, openRunWorld, type RunWorld } from './support.ts'

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld()
})
afterAll(() => world?.close())

const CAROL: Partial<Actor> = { id: 'carol', personId: 'carol' }

async function stored(actor: Partial<Actor> = {}, input: object = {}): Promise<number> {
  const { items } = await world.run(showUsage, input, actor)
  return items[0]?.limits.find(({ name }) => name === 'stored_bytes')?.used ?? Number.NaN
}

/** Without the notifications of what happens to the runs. */
async function storedLogs(actor: Partial<Actor>, input: object = {}): Promise<number> {
  const [told] = await world.gateway.db.execute<{ bytes: number }>(
    `select coalesce(sum(pg_column_size(payload)), 0)::float8 as bytes from notifications where person_id = '${actor.personId}'`,
  )
  return (await stored(actor, input)) - ('teamId' in input ? 0 : (told?.bytes ?? 0))
}

async function assertCounted(runId: string): Promise<number> {
  const [bytes] = await readLogBytes(world.gateway.db, runId)
  expect(bytes?.counted).toBe(bytes?.stored)
  expect(bytes?.kept).toBe(bytes?.ended ? bytes?.counted : null)
  return bytes?.counted ?? Number.NaN
}

test('whatever people do with a run, the bytes of its log are those that are stored, and count for its owner', async () => {
  const before = await storedLogs(BOB)
  const runId = await world.start({ goal: 'Tidy up the "shed", und räume auf 🧹' }, BOB)
  const { worker } = world
  const asking = await worker.claim(runId)
  const asked = await worker.ask(asking)
  await worker.release(asking, { state: 'waiting', reason: 'approval' })
  await assertCounted(runId)
  await world.run(decideApproval, { approvalId: asked.approvalId, decision: 'approve' }, BOB)
  await assertCounted(runId)
  const lost = await worker.claim(runId)
  const stepId = await worker.losesTrack(lost)
  await assertCounted(runId)
  await world.run(settleStep, { runId, stepId, outcome: 'not_done' }, BOB)
  await world.run(steerRun, { runId, message: 'Also the "roof".' }, BOB)
  await assertCounted(runId)
  await world.run(cancelRun, { runId }, BOB)
  await worker.end(lost)
  await assertCounted(runId)
  await world.run(retryRun, { runId }, BOB)
  await worker.end(await worker.claim(runId))
  expect(await storedLogs(BOB)).toBe(before + (await assertCounted(runId)))
})

test('notifications, and what is on its way to a person through a channel, count for the person', async () => {
  const before = await stored(CAROL)
  await world.gateway.db.execute(`insert into notifications (person_id, id, event, thing, payload, happened_at, is_listed)
    values ('carol', 'n1', 'task.due', 'task://1', '{"title":"Weed"}', now(), true)`)
  const listed = await stored(CAROL)
  expect(listed).toBeGreaterThan(before)
  await world.gateway.db.execute(`insert into outbox (receiver_id, channel, event_id, event, version, thing, payload, happened_at,
      state, attempts, tried_before, next_at)
    values ('mail:carol', 'mail', 'e1', 'notification.bundle', 1, 'notifications://bundles',
      '{"personId":"carol","ids":["n1"]}', now(), 'waiting', 0, 0, now())`)
  expect(await stored(CAROL)).toBeGreaterThan(listed)
})

test('a log goes with its run: to the team that gets the project, and away with an erased person', async () => {
  const { team } = await world.run(createTeam, { name: 'Garden' }, BOB)
  const { project } = await world.run(createProject, { name: 'Shed' }, BOB)
  const own = await storedLogs(BOB)
  const runId = await world.start({ projectId: project.id }, BOB)
  await world.worker.end(await world.worker.claim(runId))
  const bytes = await assertCounted(runId)
  expect(await storedLogs(BOB)).toBe(own + bytes)
  await world.run(moveProject, { projectId: project.id, teamId: team.id }, BOB)
  expect([await storedLogs(BOB), await storedLogs(BOB, { teamId: team.id })]).toEqual([own, bytes])

  await world.start({}, CAROL)
  await world.run(deactivatePerson, { personId: 'carol' })
  const erasure = { personId: 'carol', confirm: true }
  await world.gateway.invoke(erasePerson, erasure, world.gateway.as())
  await deleteRemains(world.gateway.db)
  expect(await stored(CAROL)).toBe(0)
})

test('an owner whose share is full starts and retries no run, and those under way go on to their end', async () => {
  const failed = await world.start({}, BOB)
  await world.worker.end(await world.worker.claim(failed), { state: 'failed', reason: 'internal' })
  const runId = await world.start({}, BOB)
  const hold = await world.worker.claim(runId)
  await world.run(setLimit, { limit: 'stored_bytes', value: 1, personId: 'bob' })
  const full = failure('conflict', /bytes are stored for you, and the limit is 1\./)
  await expect(world.start({}, BOB)).rejects.toMatchObject({
    ...full,
    fix: expect.stringContaining('access.set_limit'),
  })
  await expect(world.run(retryRun, { runId: failed }, BOB)).rejects.toMatchObject(full)
  // Others are not concerned.
  await world.start()
  // It logs on, is steered, and ends; only its files are refused.
  const stepId = await world.worker.plan(runId, { name: 'save', operation: null, input: {} })
  const saving = world.worker.write(async (writes) =>
    addArtifact(writes, {
      ...{ run: await lockRun(writes.db, runId), stepId, name: 'plan.md' },
      ...{ mediaType: 'text/markdown', content: '# Plan' },
    }),
  )
  await expect(saving).rejects.toMatchObject({ code: 'payload_too_large' })
  await world.run(steerRun, { runId, message: 'Carry on.' }, BOB)
  await world.worker.end(hold)
  expect(await world.run(getRun, { runId }, BOB)).toMatchObject({ run: { state: 'succeeded' } })
  await assertCounted(runId)
  await world.run(setLimit, { limit: 'stored_bytes', value: null, personId: 'bob' })
  await world.start({}, BOB)
  await world.run(retryRun, { runId: failed }, BOB)
})

test('a process that has added up lately starts runs without adding up again, but not beyond a limit set meanwhile', async () => {
  const { db, clock } = world.gateway
  const now = clock.now()
  const storedSums: StoredSums = new Map([['bob', { used: 100, at: now }]])
  await world.run(setLimit, { limit: 'stored_bytes', value: 200, personId: 'bob' })
  await assertStoredRoom({ db, now, storedSums }, 'bob')
  const later = new Date(now.getTime() + 61_000)
  await expect(assertStoredRoom({ db, now: later, storedSums }, 'bob')).rejects.toMatchObject({
    code: 'conflict',
  })
  storedSums.set('bob', { used: 100, at: now })
  await world.run(setLimit, { limit: 'stored_bytes', value: 101, personId: 'bob' })
  await expect(assertStoredRoom({ db, now, storedSums }, 'bob')).rejects.toMatchObject({ code: 'conflict' })
})
