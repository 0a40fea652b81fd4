/** What no agent may do, whatever its file says and whoever started it; and who may not decide in a person's place. */

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { auditEntries } from '../../../src/domain/access/tables.ts'
import { agentScopes, whyWithheld } from '../../../src/domain/agents/spec/grants.ts'
import { approvals } from '../../../src/domain/runs/tables.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { operations } from '../../../src/tools/registry.ts'
import { isLong } from '../../support/form.ts'
import { openRunWorld, type RunWorld } from '../../workers/run-world.ts'

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld(operations)
})
afterAll(() => world?.close())

const withheld = operations.filter((operation) => whyWithheld(operation) !== undefined)

/** Calls that one answer of the model makes. */
const CALLS_AT_ONCE = 8

describe('an agent that was given everything by an admin', () => {
  it.runIf(isLong)('is offered none of what no agent may have, and calls none of it', async () => {
    expect(withheld.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...[
          'access.create_key',
          'access.list_keys',
          'access.revoke_key',
          'access.list_audit',
          'access.whoami',
        ],
        ...['access.update_profile', 'agents.create', 'agents.update', 'agents.delete', 'approvals.decide'],
        ...['budgets.set', 'budgets.remove', 'runs.start', 'runs.steer', 'runs.cancel', 'runs.wait'],
      ]),
    )
    const calls = withheld.map(({ toolName, example }) => ({ name: toolName, input: { ...example } }))
    const answers = []
    for (let at = 0; at < calls.length; at += CALLS_AT_ONCE)
      answers.push({ calls: calls.slice(at, at + CALLS_AT_ONCE) })
    world.provider.say(...answers, { text: 'None of it went.' })
    const { id } = await world.start({ tools: ['*'] })
    await world.worker().take(id)

    expect(await world.run(id)).toMatchObject({ state: 'succeeded' })
    const asked = world.provider.exchanges.filter(({ body }) => JSON.stringify(body).includes('Be brief.'))
    expect(asked).toHaveLength(answers.length + 1)
    const names = new Set(asked.flatMap(({ body }) => body.tools.map(({ name }: { name: string }) => name)))
    expect(names).toContain('tasks_create')
    expect(withheld.filter(({ toolName }) => names.has(toolName))).toEqual([])
    const steps = (await world.steps(id)).filter(({ kind }) => kind === 'tool')
    expect(steps).toHaveLength(withheld.length)
    for (const { state, result } of steps) {
      expect(state).toBe('failed')
      expect(result).toMatchObject({ isError: true })
    }
    expect(await world.gateway.db.select().from(auditEntries).where(eq(auditEntries.actorId, id))).toEqual([])
  })

  it.each(
    withheld
      .filter(({ name, audience }) => !['access.whoami', 'runs.wait'].includes(name) && audience !== 'runs')
      .map((operation) => [operation.name, operation] as const),
  )('is refused %s by its scopes, too', async (_name, operation) => {
    const scopes = agentScopes(['admin'], ['*'], operations)
    const actor: Partial<Actor> = { kind: 'agent', id: 'run_of_an_admin', scopes }
    const call = world.gateway.invoke(operation, operation.example, world.gateway.as(actor))
    await expect(call).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('gives no consent by saying that it is confirmed', async () => {
    world.provider.say({ calls: [{ name: 'tasks_empty_trash', input: { olderThanDays: 0, confirm: true } }] })
    const { id } = await world.start({ tools: ['*'] })
    await world.worker().take(id)
    expect(await world.run(id)).toMatchObject({ state: 'waiting', reason: 'approval' })
  })
})

describe('an approval', () => {
  it.each<[string, Partial<Actor>, string]>([
    ['a stranger', { id: 'carol', personId: 'carol' }, 'not_found'],
    ['an admin whom it does not concern', { id: 'root', personId: 'root', scopes: ['admin'] }, 'not_found'],
    ["the owner's agent", { kind: 'agent', id: 'run_1' }, 'forbidden'],
    ["an approver's agent", { kind: 'agent', id: 'run_2', personId: 'bob' }, 'forbidden'],
    ["the owner's key for tasks", { scopes: ['tasks:write', 'runs:write'] }, 'forbidden'],
    [
      "an approver's key without what the run acts with",
      { id: 'bob', personId: 'bob', scopes: ['approvals:decide'] },
      'forbidden',
    ],
    ['a service of a stranger', { kind: 'service', id: 'key_1', personId: 'carol' }, 'not_found'],
    ['somebody whose name begins alike', { id: 'bobby', personId: 'bobby' }, 'not_found'],
  ])('is not decided by %s', async (_who, actor, code) => {
    world.provider.say({ calls: [{ name: 'tasks_empty_trash', input: { olderThanDays: 1 } }] })
    const { id } = await world.start({
      tools: ['tasks:write'],
      approvals: { approvers: ['bob'] },
    })
    await world.worker().take(id)
    const [approval] = await world.gateway.db.select().from(approvals).where(eq(approvals.runId, id))
    const approvalId = approval?.id ?? ''
    const decided = world.gateway.invoke(
      decideApproval,
      { approvalId, decision: 'approve' },
      world.gateway.as(actor),
    )
    await expect(decided).rejects.toMatchObject({ code })
    const [after] = await world.gateway.db.select().from(approvals).where(eq(approvals.id, approvalId))
    expect(after).toEqual(approval)
    expect(after?.state).toBe('pending')
    expect(await world.run(id)).toMatchObject({ state: 'waiting' })
  })
})
