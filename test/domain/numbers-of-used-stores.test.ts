/** The migration that numbers what is there: in the order in which it was made, and what follows gets the next number. */
import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { openTestDatabase } from '../support/world/database.ts'

const MIGRATION = readFileSync('drizzle/0017_references.sql', 'utf8').split('--> statement-breakpoint')
const NUMBERED = ['projects', 'tasks', 'runs', 'approvals', 'schedules']

test('a store in use gets its numbers in the order of creation', async () => {
  const { db, close } = await openTestDatabase()
  onTestFinished(close)
  // As it was before.
  for (const table of NUMBERED) await db.execute(sql.raw(`alter table ${table} drop column number`))
  await db.execute(sql`alter table tasks drop column owner_id, drop column space_id`)
  const add = (id: string, day: number) =>
    db.execute(sql`insert into tasks (id, person_id, title, status, priority, due_sort, labels, source, created_at, updated_at)
      values (${id}, 'ana', 'Dig', 'open', 4, 'z', '{}', 'cli', make_date(2026, 1, ${day}::int), now())`)
  await add('task_b', 3)
  await add('task_c', 1)
  await add('task_a', 2)
  await db.execute(sql`update tasks set title = 'Dig again' where id = 'task_c'`)

  for (const statement of MIGRATION) await db.execute(sql.raw(statement))
  await db.execute(sql`insert into tasks (id, person_id, title, status, priority, due_sort, labels, source, created_at, updated_at)
    select 'task_d', person_id, title, status, priority, due_sort, labels, source, created_at, updated_at from tasks limit 1`)
  const rows = await db.execute(sql`select id, number from tasks order by number`)
  expect(rows.map(({ id, number }) => [id, number])).toEqual([
    ['task_c', 1],
    ['task_a', 2],
    ['task_b', 3],
    ['task_d', 4],
  ])
  await expect(db.execute(sql`insert into tasks (number) values (1)`)).rejects.toThrow()
  const [empty] = await db.execute(sql`select nextval('schedules_number_seq') as next`)
  expect(empty?.next).toBe(1)
})
