/** Erasing a person: what goes, at once and with the housekeeping, and what stays of them for others. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiKeys, auditEntries, people } from '../../../src/domain/access/tables.ts'
import { personEmails } from '../../../src/domain/people/tables.ts'
import { tasks } from '../../../src/domain/tasks/tables.ts'
import { createKey } from '../../../src/tools/access/create-key.ts'
import { people as peopleArea } from '../../../src/tools/people/area.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { erasePerson } from '../../../src/tools/people/erase-person.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations })
})
afterAll(() => gateway.close())

const erase = async (personId: string) =>
  (await gateway.invoke(erasePerson, { personId, confirm: true }, gateway.as())).output

test('Only a deactivated person is erased: at once who they were, then what was theirs', async () => {
  const { db } = gateway
  const ada = gateway.as({ id: 'ada', personId: 'ada' })
  const person = { id: 'ada', name: 'Ada Lovelace', emails: [{ address: 'ada@example.com' }] }
  await gateway.invoke(createPerson, person, gateway.as())
  await gateway.invoke(createKey, { label: 'k', scopes: ['tasks:write'], person: 'ada' }, gateway.as())
  await gateway.invoke(createTasks, { tasks: [{ title: 'A secret of Ada' }] }, ada)
  await gateway.invoke(createTasks, { tasks: [{ title: 'A task of the owner' }] }, gateway.as())
  await expect(erase('ada')).rejects.toMatchObject({ code: 'conflict' })
  await gateway.invoke(deactivatePerson, { personId: 'ada' }, gateway.as())

  expect(await erase('ada')).toMatchObject({ deleted: { emails: 1, keys: 1 }, remaining: { tasks: 1 } })
  expect(await db.select().from(people).where(eq(people.id, 'ada'))).toMatchObject([
    { name: null, erasedAt: expect.any(Date) },
  ])
  expect(await db.select().from(personEmails)).toEqual([])
  expect(await db.select().from(apiKeys).where(eq(apiKeys.personId, 'ada'))).toEqual([])
  await expect(erase('ada')).rejects.toMatchObject({ code: 'not_found' })
  await expect(gateway.invoke(createPerson, person, gateway.as())).rejects.toMatchObject({ code: 'conflict' })

  const [expiry] = peopleArea.expires
  await expiry?.deletePast(gateway.runtime.resources, gateway.clock.now())
  expect(await db.select({ title: tasks.title }).from(tasks)).toEqual([{ title: 'A task of the owner' }])
  const entries = await db.select().from(auditEntries).where(eq(auditEntries.personId, 'ada'))
  expect(entries.map(({ operation, input }) => [operation, input])).toEqual([['tasks.create', {}]])
  expect(await expiry?.deletePast(gateway.runtime.resources, gateway.clock.now())).toBe(0)
})
