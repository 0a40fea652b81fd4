/**
 * A write that waits for a row's lock is judged by the rights that its caller has when it gets the lock: a right that
 * ended during the wait is not used. On a server two connections meet; the embedded store runs them one after the other.
 */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Operation } from '../../src/core/operation/operation.ts'
import { operations } from '../../src/tools/registry.ts'
import { defer } from '../support/defer.ts'
import { addPeople } from '../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { addTeam } from '../support/world/team.ts'

let gateway: TestGateway
let teamId: string
beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  await addPeople(gateway.db, ['ada', 'bob'])
  teamId = await addTeam(gateway.db, { ada: 'admin', bob: 'member' })
})
afterAll(() => gateway?.close())

async function call(personId: string, name: string, input: object): Promise<object> {
  const operation = operations.find((each) => each.name === name) as Operation
  const { output } = await gateway.invoke(operation, input, gateway.as({ id: personId, personId }))
  return output
}

/** The first id of a kind in an answer. */
function idIn(output: object, kind: string): string {
  const [id] = new RegExp(`${kind}_[0-7][0-9a-z]{25}`).exec(JSON.stringify(output)) ?? []
  if (id === undefined) throw new Error(`no ${kind} in ${JSON.stringify(output)}`)
  return id
}

const newProject = async () => idIn(await call('ada', 'projects.create', { name: 'Beds', teamId }), 'project')

interface Case {
  readonly table: string
  /** Makes the thing, and answers with its id. */
  make(): Promise<string>
  readonly operation: string
  input(id: string): object
}

const CASES: readonly Case[] = [
  {
    table: 'tasks',
    make: async () =>
      idIn(
        await call('ada', 'tasks.create', { tasks: [{ title: 'Dig', projectId: await newProject() }] }),
        'task',
      ),
    operation: 'tasks.update',
    input: (taskId) => ({ taskId, title: 'Mine' }),
  },
  {
    table: 'projects',
    make: newProject,
    operation: 'projects.update',
    input: (projectId) => ({ projectId, name: 'Mine' }),
  },
  {
    table: 'milestones',
    make: async () =>
      idIn(
        await call('ada', 'projects.add_milestone', { projectId: await newProject(), title: 'Spring' }),
        'milestone',
      ),
    operation: 'projects.update_milestone',
    input: (milestoneId) => ({ milestoneId, title: 'Mine' }),
  },
  {
    table: 'webhooks',
    make: async () =>
      idIn(
        await call('ada', 'webhooks.create', { url: 'https://example.com/', events: ['*'], teamId }),
        'webhook',
      ),
    operation: 'webhooks.update',
    input: (webhookId) => ({ webhookId, events: ['task.*'] }),
  },
]

const RIGHTS = {
  gone: sql`delete from grants where person_id = 'bob'`,
  'only to read': sql`update grants set role = 'viewer' where person_id = 'bob'`,
} as const
const CODES = { gone: 'not_found', 'only to read': 'forbidden' } as const

/** On a server: until another session waits for a lock. The embedded store has one session, which is taken. */
async function untilOneWaits(): Promise<void> {
  if (gateway.url === undefined) return
  for (;;) {
    const [waiting] = await gateway.db.execute<{
      n: number
    }>(sql`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`)
    if ((waiting?.n ?? 0) > 0) return
  }
}

const every = CASES.flatMap((each) =>
  (['gone', 'only to read'] as const).map((right) => ({ ...each, right })),
)

it.each(every)('$operation, where the right is $right after the wait', async (each) => {
  const id = await each.make()
  await gateway.db.execute(sql`insert into grants (person_id, space_id, role, owner_id)
    values ('bob', ${teamId}, 'editor', ${teamId}) on conflict (person_id, space_id) do update set role = 'editor'`)
  const isLocked = defer<void>()
  const mayEnd = defer<void>()
  const holder = gateway.database.transaction(async (db) => {
    await db.execute(sql`select 1 from ${sql.identifier(each.table)} where id = ${id} for update`)
    await db.execute(RIGHTS[each.right])
    isLocked.resolve()
    await mayEnd.promise
  })
  await isLocked.promise
  const write = call('bob', each.operation, each.input(id)).catch(({ code }) => code)
  await untilOneWaits()
  mayEnd.resolve()
  await holder
  expect(await write).toBe(CODES[each.right])
})
