/** Runs that belong to a team: who sees and changes them, what they reach, and when they stop. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { exampleId } from '../../../src/core/operation/ids.ts'
import { actorOf } from '../../../src/domain/runs/hold/acting-run.ts'
import { renewLeases } from '../../../src/domain/runs/hold/hold-run.ts'
import { endRevoked, findRevoked } from '../../../src/domain/runs/moves/end-revoked.ts'
import { runs } from '../../../src/domain/runs/tables.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { listArtifacts } from '../../../src/tools/artifacts/list-artifacts.ts'
import { readArtifact } from '../../../src/tools/artifacts/read-artifact.ts'
import { reportRuns } from '../../../src/tools/reports/report-runs.ts'
import { answerRun } from '../../../src/tools/runs/answer-run.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { getRunResult } from '../../../src/tools/runs/get-run-result.ts'
import { listRunEvents } from '../../../src/tools/runs/list-run-events.ts'
import { listRunSteps } from '../../../src/tools/runs/list-run-steps.ts'
import { listRuns } from '../../../src/tools/runs/list-runs.ts'
import { saveArtifact } from '../../../src/tools/runs/own/save-artifact.ts'
import { pauseRun } from '../../../src/tools/runs/pause-run.ts'
import { rateRun } from '../../../src/tools/runs/rate-run.ts'
import { resumeRun } from '../../../src/tools/runs/resume-run.ts'
import { retryRun } from '../../../src/tools/runs/retry-run.ts'
import { settleStep } from '../../../src/tools/runs/settle-step.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { steerRun } from '../../../src/tools/runs/steer-run.ts'
import { waitRun } from '../../../src/tools/runs/wait-run.ts'
import { addSharedProject, addTeam, leaveTeam } from '../../support/world/team.ts'
import { failure, openRunWorld, type RunWorld } from './support.ts'

const person = (id: string): Partial<Actor> => ({ id, personId: id })
const [ADA, BOB, VIC, OUT] = ['ada', 'bob', 'vic', 'out'].map(person) as [object, object, object, object]
const service = (teamId: string): Partial<Actor> => ({ kind: 'service', id: 'key_1', personId: teamId })

let world: RunWorld
let team: string
beforeAll(async () => {
  world = await openRunWorld()
  team = await addTeam(world.gateway.db, { ada: 'admin', bob: 'member', vic: 'viewer' })
})
afterAll(() => world?.close())

const storedRun = async (runId: string) => {
  const [run] = await world.gateway.db.select().from(runs).where(eq(runs.id, runId))
  if (run === undefined) throw new Error('no run')
  return run
}

async function endedRun(): Promise<string> {
  const runId = await world.start({ teamId: team }, ADA)
  await world.worker.end(await world.worker.claim(runId), { state: 'failed', reason: 'internal' })
  return runId
}

describe('a run of a team', () => {
  it('says whose it is', async () => {
    const { run } = await world.run(startRun, { agent: 'assistant', goal: 'Weed', teamId: team }, BOB)
    expect(run.teamId).toBe(team)
    const own = await world.run(startRun, { agent: 'assistant', goal: 'Weed' }, BOB)
    expect(own.run.teamId).toBeNull()
  })

  it('is started by those who may change the things of the team', async () => {
    const start = { agent: 'assistant', goal: 'Weed', teamId: team }
    await expect(world.run(startRun, start, VIC)).rejects.toMatchObject(failure('forbidden', /may read/))
    await expect(world.run(startRun, start, OUT)).rejects.toMatchObject(failure('not_found', /no team/))
    const nowhere = { ...start, teamId: exampleId('team') }
    await expect(world.run(startRun, nowhere, ADA)).rejects.toMatchObject(failure('not_found', /no team/))
  })

  it('belongs to the team when a service of the team starts it', async () => {
    const runId = await world.start({}, service(team))
    expect(await storedRun(runId)).toMatchObject({ ownerId: team, spaceId: team, personId: team })
    expect((await world.run(getRun, { runId }, VIC)).run.teamId).toBe(team)
  })

  it('is seen by everybody in the team and by nobody else', async () => {
    const runId = await world.start({ teamId: team }, ADA)
    for (const actor of [ADA, BOB, VIC, service(team)]) {
      expect((await world.run(getRun, { runId }, actor)).run.id).toBe(runId)
      expect((await world.run(listRuns, {}, actor)).items.map(({ id }) => id)).toContain(runId)
    }
    expect((await world.run(listRuns, {}, OUT)).items).toEqual([])
  })

  const reads = [getRun, waitRun, listRunEvents, listRunSteps, listArtifacts, getRunResult] as const
  it.each(reads.map((operation) => [operation.name, operation] as const))(
    'looks to an outsider as if it were not there: %s',
    async (_name, operation) => {
      const runId = await endedRun()
      const input = { runId } as never
      await expect(world.run(operation as typeof getRun, input, OUT)).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(world.run(operation as typeof getRun, input, VIC)).resolves.toBeDefined()
    },
  )

  const stepId = exampleId('step')
  const writes = [
    [cancelRun, {}],
    [pauseRun, {}],
    [resumeRun, {}],
    [retryRun, {}],
    [steerRun, { message: 'Faster' }],
    [answerRun, { answer: 'Yes' }],
    [settleStep, { stepId, outcome: 'done' }],
    [rateRun, { rating: 5 }],
  ] as const
  it.each(writes.map(([operation, input]) => [operation.name, operation, input] as const))(
    'is not changed by a viewer, and not found by an outsider: %s',
    async (_name, operation, more) => {
      const runId = await endedRun()
      const input = { runId, ...more } as never
      const attempt = (actor: object) => world.run(operation as typeof cancelRun, input, actor)
      await expect(attempt(VIC)).rejects.toMatchObject(failure('forbidden', /You may read run R-\d+/))
      await expect(attempt(OUT)).rejects.toMatchObject({ code: 'not_found' })
    },
  )

  it('is directed by all its editors', async () => {
    const runId = await world.start({ teamId: team }, ADA)
    await world.run(steerRun, { runId, message: 'Faster' }, BOB)
    expect((await world.run(pauseRun, { runId }, BOB)).changed).toBe(true)
    expect((await world.run(resumeRun, { runId }, service(team))).changed).toBe(true)
    expect((await world.run(cancelRun, { runId }, BOB)).run.state).toBe('cancelled')
  })

  it('acts for the editor who retries it', async () => {
    const runId = await endedRun()
    await world.run(retryRun, { runId }, { ...BOB, keyId: 'key_bob' })
    const run = await storedRun(runId)
    expect(run).toMatchObject({ personId: 'bob', ownerId: team, starter: { id: 'bob', keyId: 'key_bob' } })
  })

  it('shows its files to those who see it', async () => {
    const runId = await world.start({ teamId: team }, ADA)
    await world.worker.claim(runId)
    const stepId = await world.worker.plan(runId, { name: 'x', operation: 'runs.save_artifact', input: {} })
    const file = { name: 'plan.md', mediaType: 'text/markdown', content: 'Weed' }
    const call = { ...world.gateway.as(actorOf(await storedRun(runId))), stepId, idempotencyKey: stepId }
    const { output } = await world.gateway.invoke(saveArtifact, file, call)
    const artifactId = output.artifact.id
    expect((await world.run(readArtifact, { artifactId }, VIC)).content).toBe('Weed')
    await expect(world.run(readArtifact, { artifactId }, OUT)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('counts in the reports of those who see it', async () => {
    const other = await addTeam(world.gateway.db, { eve: 'admin', fay: 'viewer' })
    const runId = await world.start({ teamId: other }, person('eve'))
    await world.worker.end(await world.worker.claim(runId))
    await world.run(rateRun, { runId, rating: 4 }, person('eve'))
    const totals = async (id: string) => (await world.run(reportRuns, {}, person(id))).totals
    expect(await totals('fay')).toMatchObject({ runs: 1, rating: 4, ratings: 1 })
    expect(await totals('gil')).toMatchObject({ runs: 0 })
  })

  it('has its workspace together with the other runs of the team', async () => {
    const [first, second] = [
      await world.start({ teamId: team, workspace: 'shed' }, ADA),
      await world.start({ teamId: team, workspace: 'shed' }, BOB),
    ]
    await world.worker.claim(first)
    await expect(world.worker.claim(second)).rejects.toThrow()
    await world.worker.claim(await world.start({ workspace: 'shed' }, BOB))
  })
})

describe('what a run reaches', () => {
  it('of a team is the things of the team, not what is its person’s own', async () => {
    const [ofTeam, own] = [await world.start({ teamId: team }, ADA), await world.start({}, ADA)]
    const seenBy = async (runId: string) => {
      const { items } = await world.run(listRuns, {}, actorOf(await storedRun(runId)))
      return items.map(({ id }) => id)
    }
    expect(await seenBy(ofTeam)).toContain(ofTeam)
    expect(await seenBy(ofTeam)).not.toContain(own)
    expect(await seenBy(own)).toContain(own)
    expect(await seenBy(own)).not.toContain(ofTeam)
  })

  it('is in the space of its project, and belongs to whom the project belongs', async () => {
    const projectId = await addSharedProject(world.gateway.db, team, {
      ada: 'admin',
      gus: 'editor',
      hal: 'viewer',
    })
    const runId = await world.start({ projectId }, person('gus'))
    expect(await storedRun(runId)).toMatchObject({ ownerId: team, spaceId: projectId, personId: 'gus' })
    expect((await world.run(getRun, { runId }, ADA)).run.teamId).toBe(team)
    await expect(world.run(getRun, { runId }, BOB)).rejects.toMatchObject({ code: 'not_found' })
    const start = { agent: 'assistant', goal: 'Dig', projectId }
    await expect(world.run(startRun, start, person('hal'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(world.run(startRun, start, OUT)).rejects.toMatchObject({ code: 'not_found' })
    const other = await addTeam(world.gateway.db, { ada: 'admin' })
    await expect(world.run(startRun, { ...start, teamId: other }, ADA)).rejects.toMatchObject(
      failure('invalid_input', /does not belong/),
    )
    // Its person sees nothing else of the team, so it makes nothing there.
    const make = { slug: 'digger', role: 'Digger', instructions: 'Dig.' }
    const actor = { ...actorOf(await storedRun(runId)), kind: 'person' as const }
    await expect(world.run(createAgent, make, actor)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('a person who leaves the team', () => {
  it('ends the runs that act for them there, with a reason, and no others', async () => {
    const { db } = world.gateway
    const left = await addTeam(db, { ada: 'admin', ivy: 'member' })
    const ivy = person('ivy')
    const [idle, atWork, own] = [
      await world.start({ teamId: left }, ivy),
      await world.start({ teamId: left }, ivy),
      await world.start({}, ivy),
    ]
    const hold = await world.worker.claim(atWork)
    await leaveTeam(db, left, 'ivy')
    await expect(world.worker.ask(hold)).rejects.toThrow(/may no longer change/)
    const pulses = await renewLeases(db, [atWork], { worker: 'one', leaseMs: 60_000 })
    expect(pulses).toMatchObject([{ isShutOut: true, isRevoked: false }])
    const found = await findRevoked(db, world.gateway.clock.now())
    expect(found.map(({ id }) => id)).toEqual([idle])
    for (const run of found) await world.worker.write((writes) => endRevoked(writes, run))
    expect((await world.run(getRun, { runId: idle }, ADA)).run).toMatchObject({
      ...{ state: 'failed', reason: 'access_revoked' },
      detail: expect.stringContaining('may no longer change what belongs to'),
    })
    expect((await world.run(getRun, { runId: own }, ivy)).run.state).toBe('queued')
    await expect(world.run(getRun, { runId: idle }, ivy)).rejects.toMatchObject({ code: 'not_found' })
  })
})

it('a change of a run of a team is announced to the space of the team', async () => {
  const runId = await world.start({ teamId: team }, ADA)
  expect(world.gateway.changes.at(-1)).toEqual({ uris: [`run://${runId}`], spaceId: team })
})
