/** A whole gateway on a socket with the keys of two people, and of Ana one thing of every kind that is stored. */
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { allScopes, type Scope } from '../../../src/core/operation/scopes.ts'
import { connectedAccounts } from '../../../src/domain/accounts/tables.ts'
import { hookUrls, inboxEvents } from '../../../src/domain/inbox/tables.ts'
import { invitations } from '../../../src/domain/people/tables.ts'
import { addArtifact } from '../../../src/domain/runs/artifacts/artifacts.ts'
import { lockRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { todoistConflicts, todoistLinks } from '../../../src/domain/todoist/links/tables.ts'
import { todoistAccounts } from '../../../src/domain/todoist/tables.ts'
import { operations } from '../../../src/tools/registry.ts'
import { httpRequest } from '../../parity/doors.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { createRunDriver } from '../../support/world/drive-run.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'
import type { Input } from './id-fields.ts'

/** What a member of a shared gateway has: everything but to run it. */
const PERSONS_SCOPES: readonly Scope[] = allScopes().filter(
  (scope) => scope !== 'admin' && scope !== 'people:write',
)

/** One id of each kind that is Ana's; of an agent its name. */
export type AnasThings = Readonly<Record<string, string | undefined>>

export type Names = 'ana' | 'bob'

export interface AnaAndBob {
  readonly front: TestFront
  readonly things: AnasThings
  readonly keys: Readonly<Record<Names, string>>
  actor(name: Names): Actor
  /** Calls an operation in process, and answers with its output. */
  call(name: Names, operation: string, input: object): Promise<Record<string, unknown>>
  /** Sends a call over HTTP, with a key. */
  send(name: Names, operation: Operation, input: Input, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

export function operationNamed(name: string): Operation {
  const operation = operations.find((each) => each.name === name)
  if (!operation) throw new Error(`there is no operation ${name}`)
  return operation
}

/** Calls a minute that no test comes near to. */
const RATE = { SWITCHBOARD_RATE_LIMIT: '1000000' }

export async function openAnaAndBob(): Promise<AnaAndBob> {
  const front = await openFront(RATE, { models: SOME_MODEL })
  await addPeople(front.gateway.db, ['ana', 'bob'])
  const actor = (name: Names): Actor => ({ kind: 'person', id: name, personId: name, scopes: PERSONS_SCOPES })
  const call: AnaAndBob['call'] = async (name, operation, input) => {
    const made = await front.gateway.invoke(operationNamed(operation), input, {
      actor: actor(name),
      door: 'process',
    })
    return made.output as Record<string, unknown>
  }
  const keyOf = async (person: Names): Promise<string> => {
    const input = { label: person, person, scopes: [...PERSONS_SCOPES] }
    const response = await front.send('POST', '/v1/keys', input, front.asOwner)
    return ((await response.json()) as { secret: string }).secret
  }
  const keys = { ana: await keyOf('ana'), bob: await keyOf('bob') }
  return {
    front,
    keys,
    actor,
    call,
    things: await makeAnasThings(front, call),
    send(name, operation, input, headers = {}) {
      const request = httpRequest(operation, input, front.url)
      request.headers.set('authorization', `Bearer ${keys[name]}`)
      for (const [header, value] of Object.entries(headers)) request.headers.set(header, value)
      return fetch(request)
    },
    close: () => front.close(),
  }
}

type Made = Readonly<Record<string, { readonly id: string }>>

async function makeAnasThings({ gateway }: TestFront, call: AnaAndBob['call']): Promise<AnasThings> {
  const make = async (operation: string, input: object, field: string): Promise<string> =>
    ((await call('ana', operation, input)) as Made)[field]?.id ?? ''
  const project = await make('projects.create', { name: 'Garden' }, 'project')
  const milestone = await make('projects.add_milestone', { projectId: project, title: 'Dug' }, 'milestone')
  const template = (await call('ana', 'projects.create_template', { name: 'Bed', tasks: [{ title: 'Dig' }] }))
    .id
  const created = await call('ana', 'tasks.create', { tasks: [{ title: 'Buy seeds', projectId: project }] })
  const [task] = created.results as { task: { id: string } }[]
  await call('ana', 'agents.create', { slug: 'anas-agent', role: 'Gardener', instructions: 'Weed.' })
  const scheduled = { agent: 'anas-agent', goal: 'Weed.', when: 'every monday at 9' }
  const schedule = await make('schedules.create', scheduled, 'schedule')
  const key = await make('access.create_key', { label: 'phone', scopes: ['tasks:read'] }, 'key')
  const team = await make('teams.create', { name: 'Gardeners' }, 'team')
  const hook = { url: 'https://example.com/hook', events: ['task.*'] }
  const receiving = { name: 'Shop', operation: 'tasks.create', mapping: 'null', verify: 'github' }
  const hookId = await make('hooks.create', receiving, 'hook')
  const webhook = await make('webhooks.create', hook, 'webhook')
  const tried = await call('ana', 'webhooks.test', { webhookId: webhook })
  const { eventId: event } = (tried as { delivery: { eventId: string } }).delivery
  const inbox = gateway.runtime.newId('inbox')
  const run = await make('runs.start', { agent: 'anas-agent', goal: 'Weed.' }, 'run')
  const worker = createRunDriver(gateway)
  const hold = await worker.claim(run)
  const { stepId, approvalId } = await worker.ask(hold)
  const artifact = await worker.write(async (writes) =>
    addArtifact(writes, {
      run: await lockRun(writes.db, run),
      stepId,
      ...{ name: 'plan.md', mediaType: 'text/markdown', content: '# Plan' },
    }),
  )
  await worker.release(hold, { state: 'waiting', reason: 'approval' })
  const { items } = await call('ana', 'notifications.list', {})
  const [notification] = items as { id: string }[]
  const now = new Date()
  const account = gateway.runtime.newId('account')
  await gateway.db.insert(connectedAccounts).values({
    ...{ id: account, personId: 'ana', ownerId: 'ana', spaceId: 'ana', connector: 'garden-centre' },
    ...{ name: 'Ana', outsideId: '1', scopes: [], state: 'connected' },
    ...{ createdAt: now, updatedAt: now, checkedAt: now },
  })
  const invitation = gateway.runtime.newId('invitation')
  await gateway.db.insert(invitations).values({
    ...{ id: invitation, hash: 'none', role: 'member', invitedBy: 'ana', createdAt: now, expiresAt: now },
  })
  await gateway.db.insert(inboxEvents).values({
    ...{ id: inbox, source: 'seed-shop', eventId: '1', ownerId: 'ana', spaceId: 'ana' },
    ...{ operation: 'tasks.create', body: '{}', state: 'failed', attempts: 1, round: 0 },
    ...{ nextAt: now, receivedAt: now, endedAt: now },
  })
  const hookurl = gateway.runtime.newId('hookurl')
  await gateway.db.insert(hookUrls).values({
    ...{ id: hookurl, hook: 'seed-shop', name: 'Shop', personId: 'ana', ownerId: 'ana', spaceId: 'ana' },
    ...{ hash: 'none', createdAt: now },
  })
  await gateway.db.insert(todoistAccounts).values({ accountId: account, spaceId: 'ana', nextAt: now })
  const link = gateway.runtime.newId('link')
  await gateway.db.insert(todoistLinks).values({
    ...{ id: link, accountId: account, projectId: project, outsideId: '1', personId: 'ana' },
    ...{ mode: 'off', createdAt: now },
  })
  const conflict = gateway.runtime.newId('conflict')
  await gateway.db.insert(todoistConflicts).values({
    ...{ id: conflict, linkId: link, taskId: task?.task.id ?? '', itemId: '2', title: 'Buy seeds' },
    ...{ field: 'title', took: 'here', because: 'later', at: now },
  })
  return {
    ...{ project, milestone, template: String(template), task: task?.task.id ?? '', agent: 'anas-agent' },
    ...{ schedule, key, team, run, step: stepId, approval: approvalId, artifact: artifact.id, account },
    ...{ hook: hookId, hookurl, webhook, event, inbox, invitation, notification: notification?.id ?? '' },
    ...{ link, conflict },
  }
}
