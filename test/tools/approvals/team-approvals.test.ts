/** Approvals of runs of a team: roles that may decide, four eyes, and people who have left. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'
import { listApprovals } from '../../../src/tools/approvals/list-approvals.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { isLong } from '../../support/form.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { addSharedProject, addTeam, leaveTeam } from '../../support/world/team.ts'
import { failure, openRunWorld, type RunWorld } from '../runs/support.ts'

const person = (id: string): Partial<Actor> => ({ id, personId: id })
const PEOPLE = ['ada', 'bob', 'cy', 'vic', 'out']

let world: RunWorld
let team: string
beforeAll(async () => {
  world = await openRunWorld()
  await addPeople(world.gateway.db, PEOPLE)
  team = await addTeam(world.gateway.db, { ada: 'admin', bob: 'member', cy: 'member', vic: 'viewer' })
  const agent = { role: 'Gardener', instructions: 'Weed.', teamId: team }
  await create({ ...agent, slug: 'plain' })
  await create({ ...agent, slug: 'by-admins', approvals: { approvers: ['team:admin'], notStarter: true } })
  await create({ ...agent, slug: 'by-members', approvals: { approvers: ['team:member'], notStarter: true } })
  await create({ ...agent, slug: 'by-vic', approvals: { approvers: ['vic', 'out'] } })
  await create({ ...agent, slug: 'by-nobody', approvals: { notStarter: true } })
})
afterAll(() => world?.close())

const create = (
  input: Parameters<typeof world.run<typeof createAgent.input, typeof createAgent.output>>[1],
) => world.run(createAgent, input, person('ada'))

/** Who started the run of each approval, and so may read it, while they see the run. */
const starters = new Map<string, string | undefined>()

/** A call of a run that somebody started, which waits for a decision. */
async function ask(
  agent: string,
  starter: Partial<Actor>,
  where: object = { teamId: team },
): Promise<string> {
  const hold = await world.worker.claim(await world.start({ agent, ...where }, starter))
  const { approvalId } = await world.worker.ask(hold)
  await world.worker.release(hold, { state: 'waiting', reason: 'approval' })
  starters.set(approvalId, starter.personId)
  return approvalId
}

/** Who finds the approval, in each of the ways. */
async function deciders(approvalId: string, people = PEOPLE): Promise<string[]> {
  const found: string[] = []
  for (const id of people) {
    const { items } = await world.run(listApprovals, {}, person(id))
    const isListed = items.some((item) => item.id === approvalId)
    const got = world.run(getApproval, { approvalId }, person(id))
    const isReader = isListed || starters.get(approvalId) === id
    const seen = { approval: { id: approvalId, mayDecide: isListed } }
    if (isReader) await expect(got).resolves.toMatchObject(seen)
    else await expect(got).rejects.toMatchObject({ code: 'not_found' })
    if (isListed) found.push(id)
    else {
      const decided = world.run(decideApproval, { approvalId, decision: 'approve' }, person(id))
      await expect(decided).rejects.toMatchObject({ code: isReader ? 'forbidden' : 'not_found' })
    }
  }
  return found
}

describe('an approval of a run of a team', () => {
  it('is decided by the starter, as any other', async () => {
    expect(await deciders(await ask('plain', person('bob')))).toEqual(['bob'])
  })

  it('is decided by a member of the team where one of its services started the run', async () => {
    const service: Partial<Actor> = { kind: 'service', id: 'key_1', personId: team }
    const approvalId = await ask('plain', service)
    expect(await deciders(approvalId)).toEqual(['ada', 'bob', 'cy'])
    const { approval } = await world.run(getApproval, { approvalId }, service)
    expect(approval.mayDecide).toBe(false)
  })

  it('is decided by a role that the agent names, and not by the starter where it wants four eyes', async () => {
    expect(await deciders(await ask('by-admins', person('bob')))).toEqual(['ada'])
    expect(await deciders(await ask('by-admins', person('ada')))).toEqual([])
    expect(await deciders(await ask('by-members', person('bob')))).toEqual(['ada', 'cy'])
  })

  it('is offered for a decision to those who may make it alone', async () => {
    const approvalId = await ask('by-members', person('bob'))
    const { runId } = (await world.run(getApproval, { approvalId }, person('bob'))).approval
    for (const [id, mayDecide] of [
      ['bob', false],
      ['cy', true],
    ] as const) {
      const run = await world.run(getRun, { runId }, person(id))
      expect(run.waitingFor.approvals).toMatchObject([{ id: approvalId, mayDecide }])
      const offered = getRun.next?.(run, { runId }).map(({ operation }) => operation)
      expect(offered?.includes('approvals.decide')).toBe(mayDecide)
      const { items } = await world.run(listApprovals, { runId }, person(id))
      expect(items).toMatchObject([{ id: approvalId, mayDecide }])
    }
  })

  it('is decided by people whom the agent names only if they see the run', async () => {
    expect(await deciders(await ask('by-vic', person('bob')))).toEqual(['bob', 'vic'])
  })

  it.runIf(isLong)(
    'is decided within a restricted project by members of the team who see the project',
    async () => {
      const projectId = await addSharedProject(world.gateway.db, team, {
        ada: 'admin',
        bob: 'editor',
        gus: 'editor',
      })
      const approvalId = await ask('by-members', person('ada'), { projectId })
      expect(await deciders(approvalId, [...PEOPLE, 'gus'])).toEqual(['bob'])
    },
  )

  it('is decided once, and lets the run continue', async () => {
    const approvalId = await ask('by-members', person('bob'))
    const { approval } = await world.run(decideApproval, { approvalId, decision: 'approve' }, person('cy'))
    expect(approval).toMatchObject({ state: 'approved', decidedBy: 'cy', approvers: ['team:member'] })
    const again = world.run(decideApproval, { approvalId, decision: 'reject' }, person('ada'))
    await expect(again).rejects.toMatchObject(failure('conflict', /cy has already approved/))
  })

  it('is lost with the team', async () => {
    const { db } = world.gateway
    const left = await addTeam(db, { ada: 'admin', kim: 'member' })
    const approvalId = await ask('assistant', person('kim'), { teamId: left })
    expect(await deciders(approvalId, ['kim'])).toEqual(['kim'])
    await leaveTeam(db, left, 'kim')
    starters.delete(approvalId)
    expect(await deciders(approvalId, ['kim'])).toEqual([])
  })
})

it('a run whose calls nobody could approve is not started', async () => {
  const start = { agent: 'by-nobody', goal: 'Weed', teamId: team }
  await expect(world.run(startRun, start, person('bob'))).rejects.toMatchObject(
    failure('invalid_input', /Nobody but you/),
  )
  const alone = { ...start, agent: 'by-admins', teamId: undefined }
  await expect(world.run(startRun, alone, person('bob'))).rejects.toMatchObject({ code: 'invalid_input' })
})
