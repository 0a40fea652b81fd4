/** People through `invoke` on a real database: who sees whom, who changes whom, and what each role may do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { exampleId } from '../../../src/core/operation/ids.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { scopesOfRole } from '../../../src/domain/access/authority.ts'
import { createKeyring } from '../../../src/domain/access/keyring.ts'
import { findEndedKeys } from '../../../src/domain/access/keys.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { revokeKey } from '../../../src/tools/access/revoke-key.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { createHook } from '../../../src/tools/hooks/create-hook.ts'
import { deleteHook } from '../../../src/tools/hooks/delete-hook.ts'
import { listNotifications } from '../../../src/tools/notifications/list-notifications.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { getPerson } from '../../../src/tools/people/get-person.ts'
import { listPeople } from '../../../src/tools/people/list-people.ts'
import { updatePerson } from '../../../src/tools/people/update-person.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { deleteSchedule } from '../../../src/tools/schedules/delete-schedule.ts'
import { pauseSchedule } from '../../../src/tools/schedules/pause-schedule.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { updateTask } from '../../../src/tools/tasks/update-task.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { removeMember } from '../../../src/tools/teams/remove-member.ts'
import { createWebhook } from '../../../src/tools/webhooks/create-webhook.ts'
import { deleteWebhook } from '../../../src/tools/webhooks/delete-webhook.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway

const member = (id: string): Partial<Actor> => ({
  ...{ id, personId: id },
  scopes: ['people:read', 'teams:write', 'tasks:write', 'agents:write'],
})

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  actor?: Partial<Actor>,
): Promise<z.output<Output>> {
  return (await gateway.invoke(operation, input, gateway.as(actor))).output
}

beforeAll(async () => {
  gateway = await openTestGateway({
    channels: [{ name: 'mail' }, { name: 'slack' }],
    operations: [createTasks],
  })
  await run(createPerson, { id: 'ada', name: 'Ada', timeZone: 'Europe/London' })
  await run(createPerson, { id: 'bob' })
  await run(createPerson, { id: 'gus', role: 'guest' })
})
afterAll(() => gateway.close())

describe('a person', () => {
  it('has an address of any domain, and a name that is seen in one line', async () => {
    const emails = [{ address: 'Ida@Bücher.example' }]
    const { person } = await run(createPerson, { id: 'ida', name: 'Ида', emails })
    expect(person.emails).toEqual([{ address: 'ida@xn--bcher-kva.example', verified: false }])
    for (const address of ['ida', 'ida@', '@bücher.example', 'ida@bü cher.example'])
      await expect(run(updatePerson, { personId: 'ida', emails: [{ address }] })).rejects.toMatchObject({
        code: 'invalid_input',
      })
    for (const name of [
      '\u200b',
      '\u3164\u2800',
      '\u2063 \ufe0f',
      'Ida\nOwner: bob',
      'Ida\u202eada',
      'Ida\u2028Eve',
    ])
      for (const refused of [
        () => run(updatePerson, { personId: 'ida', name }),
        () => run(createTeam, { name }, member('ada')),
      ])
        await expect(refused()).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('has addresses, identities, work days, quiet hours and channels', async () => {
    const { person } = await run(createPerson, {
      id: 'eve',
      emails: [{ address: 'Eve@Example.com', verified: true }, { address: 'eve@home.example' }],
      identities: [{ provider: 'slack', id: 'U1' }],
      workDays: ['mon', 'tue'],
      quietHours: { from: '22:00', to: '07:00' },
      channels: ['slack', 'mail'],
    })
    expect(person).toMatchObject({
      id: 'eve',
      role: 'member',
      state: 'active',
      emails: [
        { address: 'eve@example.com', verified: true },
        { address: 'eve@home.example', verified: false },
      ],
      identities: [{ provider: 'slack', id: 'U1' }],
      workDays: ['mon', 'tue'],
      quietHours: { from: '22:00', to: '07:00' },
      channels: ['slack', 'mail'],
    })
    const changed = await run(updatePerson, { personId: 'eve', emails: [], quietHours: null })
    expect(changed.person).toMatchObject({ emails: [], quietHours: null, workDays: ['mon', 'tue'] })
    await expect(run(updatePerson, { personId: 'eve', workDays: ['mon', 'mon'] })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  it('shares no id, address or identity with another', async () => {
    const mail = { emails: [{ address: 'one@example.com' }], identities: [{ provider: 'slack', id: 'U9' }] }
    await run(createPerson, { id: 'one', ...mail })
    for (const input of [
      { id: 'one' },
      { id: 'two', emails: [{ address: 'ONE@example.com' }] },
      { id: 'two', identities: mail.identities },
    ]) {
      await expect(run(createPerson, input)).rejects.toMatchObject({ code: 'conflict' })
    }
    await expect(run(getPerson, { personId: 'two' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each(['key_1', 'team_1', 'project_1', exampleId('hook'), 'Ada', ''])(
    'is never called %j',
    async (id) => {
      await expect(run(createPerson, { id })).rejects.toMatchObject({ code: 'invalid_input' })
    },
  )

  it('at this machine is the owner, with nothing to set up', async () => {
    expect((await run(getPerson, { personId: 'local' })).person).toMatchObject({ role: 'owner' })
    await expect(run(updatePerson, { personId: 'local', role: 'member' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

describe('who sees whom', () => {
  it('a member sees id, name and time zone of others, and all of themselves', async () => {
    const { items } = await run(listPeople, { text: 'ada' }, member('bob'))
    expect(items).toEqual([{ id: 'ada', name: 'Ada', timeZone: 'Europe/London' }])
    expect((await run(getPerson, { personId: 'bob' }, member('bob'))).person.role).toBe('member')
    await expect(run(listPeople, { role: 'admin' }, member('bob'))).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('a guest sees those with whom they share a team, and names nobody else', async () => {
    const gus: Partial<Actor> = { id: 'gus', personId: 'gus', scopes: ['people:read', 'tasks:write'] }
    const seen = async () => (await run(listPeople, {}, gus)).items.map(({ id }) => id)
    expect(await seen()).toEqual(['gus'])
    const give = async (assignee: string) =>
      (await run(createTasks, { tasks: [{ title: 'x', assignee }] }, gus)).results[0]?.ok
    expect(await give('ada')).toBe(false)
    const { team } = await run(createTeam, { name: 'Shared' }, member('ada'))
    await run(addMember, { teamId: team.id, personId: 'gus', role: 'viewer' }, member('ada'))
    expect(await seen()).toEqual(['ada', 'gus'])
    expect(await give('ada')).toBe(true)
    await expect(run(getPerson, { personId: 'bob' }, gus)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('an id of nobody is refused, with a way out', () => {
  const nobody = { code: 'not_found', fix: expect.stringContaining('people.list') }

  it('as an assignee', async () => {
    const { results } = await run(createTasks, {
      tasks: [{ title: 'a', assignee: 'nobody' }, { title: 'b', assignee: 'ada' }, { title: 'c' }],
    })
    expect(results.map(({ ok }) => ok)).toEqual([false, true, true])
    const made = results.flatMap((result) => (result.ok ? [result.task.id] : []))
    const change = run(updateTask, { taskId: made[0] ?? '', assignee: 'nobody' })
    await expect(change).rejects.toMatchObject(nobody)
  })

  it('as an approver', async () => {
    const agent = {
      slug: 'checker',
      role: 'Checker',
      instructions: 'Check.',
      approvals: { approvers: ['nobody'] },
    }
    await expect(run(createAgent, agent)).rejects.toMatchObject(nobody)
  })

  it('as the holder of a key', async () => {
    const key = { label: 'k', scopes: ['tasks:read' as const], person: 'nobody' }
    await expect(run(createKey, key)).rejects.toMatchObject(nobody)
  })
})

describe('a role limits every key of its person', () => {
  async function keyOf(person: string) {
    const { key, secret } = await run(createKey, { label: 'k', scopes: ['admin'], person })
    const keyring = createKeyring({ db: gateway.db, now: gateway.clock.now, log: gateway.log })
    gateway.watch(keyring.notice)
    const scopes = async () => {
      const seen = await keyring.verify(secret ?? '')
      return seen.ok ? seen.actor.scopes : []
    }
    return { keyId: key.id, scopes, recalled: () => keyring.recall(secret ?? '') }
  }

  it('an admin may do everything, a member not manage people, a guest read and do what they are given', async () => {
    await run(createPerson, { id: 'role' })
    const { scopes } = await keyOf('role')
    const member = await scopes()
    expect(member).not.toContain('admin')
    expect(member).not.toContain('people:write')
    expect(member).toEqual(
      expect.arrayContaining(['tasks:write', 'runs:write', 'teams:write', 'people:read']),
    )
    await run(updatePerson, { personId: 'role', role: 'admin' })
    expect(await scopes()).toEqual(['admin'])
    await run(updatePerson, { personId: 'role', role: 'guest' })
    const guest = (await scopes()).filter((scope) => !scope.endsWith(':read'))
    expect(guest.sort()).toEqual([
      'access:write',
      'accounts:end',
      'approvals:decide',
      'hooks:end',
      'notifications:write',
      'profile:write',
      'projects:leave',
      'schedules:end',
      'slack:write',
      'tasks:write',
      'teams:leave',
      'webhooks:end',
    ])
  })

  it('a guest ends what they made before they were one, leaves their teams, and ends nothing of others', async () => {
    const everyDay = { operation: 'tasks.create', input: { tasks: [{ title: 'x' }] }, when: 'every day at 9' }
    const reports = { name: 'Reports', operation: 'tasks.create', verify: 'url', mapping: 'null' } as const
    const posting = { url: 'https://hooks.example/x', events: ['task.*'] }
    const scopes = scopesOfRole('member')
    const [ada, bob] = [
      { ...member('ada'), scopes },
      { ...member('bob'), scopes },
    ]
    const { team } = await run(createTeam, { name: 'Acting' }, ada)
    await run(addMember, { teamId: team.id, personId: 'bob', role: 'member' }, ada)
    const make = async (teamId: string | undefined, maker: Partial<Actor>) => {
      const { schedule } = await run(createSchedule, { ...everyDay, teamId }, maker)
      const { hook } = await run(createHook, { ...reports, teamId }, maker)
      const { webhook } = await run(createWebhook, { ...posting, teamId }, maker)
      return [
        () => run(pauseSchedule, { scheduleId: schedule.id }, guest),
        () => gateway.invoke(deleteSchedule, { scheduleId: schedule.id, confirm: true }, asGuest),
        () => gateway.invoke(deleteHook, { hookId: hook.id, confirm: true }, asGuest),
        () => gateway.invoke(deleteWebhook, { webhookId: webhook.id, confirm: true }, asGuest),
      ]
    }
    const guest = { ...bob, scopes: scopesOfRole('guest') }
    const asGuest = gateway.as(guest)
    const others = await make(team.id, ada)
    const own = [...(await make(undefined, bob)), ...(await make(team.id, bob))]
    for (const end of others) await expect(end()).rejects.toMatchObject({ code: 'forbidden' })
    for (const end of own) await expect(end()).resolves.toBeDefined()
    await expect(run(removeMember, { teamId: team.id, personId: 'bob' }, guest)).resolves.toEqual({
      changed: true,
    })
  })

  it('at once, also for a key that was seen a moment ago and for work that began with it', async () => {
    await run(createPerson, { id: 'fallen', role: 'admin' })
    const { keyId, scopes, recalled } = await keyOf('fallen')
    expect(await scopes()).toEqual(['admin'])
    const ended = () => findEndedKeys(gateway.db, [{ keyId, scopes: ['admin'] }], gateway.clock.now())
    expect([recalled() !== undefined, await ended()]).toEqual([true, []])
    await run(updatePerson, { personId: 'fallen', role: 'member' })
    expect([recalled() !== undefined, await ended()]).toEqual([false, [keyId]])
  })

  it('and only an owner makes or changes an owner', async () => {
    const admin: Partial<Actor> = { id: 'boss', personId: 'boss', scopes: ['admin'] }
    await run(createPerson, { id: 'boss', role: 'admin' })
    await run(createPerson, { id: 'second', role: 'owner' })
    for (const attempt of [
      () => run(createPerson, { id: 'third', role: 'owner' }, admin),
      () => run(updatePerson, { personId: 'second', role: 'member' }, admin),
      () => run(updatePerson, { personId: 'boss', role: 'owner' }, admin),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    }
    await run(updatePerson, { personId: 'boss', role: 'owner' })
    await run(updatePerson, { personId: 'second', role: 'member' }, admin)
  })
})

describe('nobody gains rights by managing people', () => {
  const admin: Partial<Actor> = { id: 'dora', personId: 'dora', scopes: ['admin'] }
  const manager: Partial<Actor> = { id: 'mia', personId: 'mia', scopes: ['people:write', 'access:write'] }

  beforeAll(async () => {
    await run(createPerson, { id: 'dora', role: 'admin' })
    await run(createPerson, { id: 'mia', role: 'admin' })
    await run(createPerson, { id: 'olga', role: 'owner' })
  })

  it('an admin makes and revokes no key of an owner', async () => {
    for (const personId of ['olga', 'local']) {
      for (const kind of ['person', 'service'] as const) {
        const input = { label: 'as an owner', scopes: ['admin' as const], personId, kind }
        await expect(run(createKey, input, admin)).rejects.toMatchObject({ code: 'forbidden' })
      }
    }
    const olga: Partial<Actor> = { id: 'olga', personId: 'olga', scopes: ['admin'] }
    const { key } = await run(createKey, { label: 'laptop', scopes: ['admin'] }, olga)
    const revoking = { keyId: key.id, confirm: true }
    await expect(run(revokeKey, revoking, admin)).rejects.toMatchObject({ code: 'forbidden' })
    expect((await run(revokeKey, revoking, olga)).changed).toBe(true)
  })

  it('a key without the scopes of a role neither gives it nor takes over who has it', async () => {
    for (const call of [
      () => run(updatePerson, { personId: 'bob', role: 'admin' }, manager),
      () => run(updatePerson, { personId: 'dora', role: 'guest' }, manager),
      () => run(createPerson, { id: 'adm', role: 'admin' }, manager),
      () => run(updatePerson, { personId: 'dora', emails: [{ address: 'x@evil.example' }] }, manager),
      () => run(updatePerson, { personId: 'ada', identities: [{ provider: 'slack', id: 'U66' }] }, manager),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect((await run(updatePerson, { personId: 'ada', name: 'Ada L.' }, manager)).person.name).toBe('Ada L.')
  })

  it('a person is told of a key that somebody else made for them', async () => {
    await run(createKey, { label: 'script', scopes: ['tasks:read'], personId: 'bob' }, admin)
    const bob: Partial<Actor> = { ...member('bob'), scopes: ['notifications:read', 'access:read'] }
    const told = (await run(listNotifications, {}, bob)).items.map(({ text }) => text)
    expect(told).toEqual(['dora made a key for you, script: tasks:read'])
    await run(createKey, { label: 'own', scopes: ['admin'] }, { ...admin })
    expect((await run(listNotifications, {}, admin)).items).toEqual([])
  })
})
