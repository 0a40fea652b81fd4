/** Statements are written as drizzle itself writes them. */
import { and, asc, desc, eq, exists, ilike, inArray, isNull, lte, not, notExists, or, sql } from 'drizzle-orm'
import { alias, PgDialect } from 'drizzle-orm/pg-core'
import { expect, it } from 'vitest'
import { apiKeys } from '../../src/domain/access/tables.ts'
import type { Db } from '../../src/domain/db/db.ts'
import { renderStatements } from '../../src/domain/db/render-statements.ts'
import { runEvents, runSteps, runs } from '../../src/domain/runs/tables.ts'

const drizzles = new PgDialect()
const dialect = new PgDialect()
const ours = renderStatements({ dialect } as unknown as Db) as unknown as { dialect: PgDialect }

const other = alias(runs, 'other')
const at = new Date('2026-03-01T10:00:00Z')
const nested = sql`${runs.fence} + ${1} and ${sql`${runs.agent} = ${'a'}`}`

const STATEMENTS = {
  'texts, names and values': sql`select ${runs.id}, ${runs}, ${other.id}, ${other} from ${runs} as ${sql.identifier('a "name"')}`,
  'values of every type': sql`select ${1}, ${'a'}, ${null}, ${true}, ${at}, ${12n}, ${{ a: 1 }}, ${undefined}`,
  lists: sql`select ${[1, 'two', runs.id]} ${sql.join([sql`a`, sql`${3}`], sql`, `)}`,
  conditions: sql`where ${and(eq(runs.id, 'run'), or(isNull(runs.parentId), lte(runs.startAfter, at)), not(ilike(runs.goal, '%a%')))}`,
  'encoded values': sql`where ${and(eq(runs.agent, { slug: 'a' } as never), inArray(runs.state, ['queued', 'running']), eq(apiKeys.scopes, ['admin']))}`,
  'nested statements': sql`update ${runs} set ${nested} where ${exists(sql`select from ${runSteps}`)}`,
  'parts that drizzle writes': sql`where ${notExists(sql`select ${runEvents.position}`.as('x') as never)} ${sql`${5}`.inlineParams()} ${sql.placeholder('later')}`,
  'an order': sql`order by ${asc(runs.id)}, ${desc(runs.number)}`,
  nothing: sql``,
}

it.each(Object.entries(STATEMENTS))('with %s', (_name, statement) => {
  const { sql: text, params } = drizzles.sqlToQuery(statement)
  expect(ours.dialect.sqlToQuery(statement)).toMatchObject({ sql: text, params })
})
