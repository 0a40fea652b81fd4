/** A limit on how many of something a person may have holds however many calls add to them at once. */
import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SHIPPED_AGENTS } from '../../../src/domain/agents/shipped/shipped.ts'
import { AGENTS_PER_OWNER } from '../../../src/domain/agents/spec/agent.ts'
import { BUDGETS_PER_OWNER } from '../../../src/domain/budgets/store.ts'
import { TEMPLATE_LIMITS } from '../../../src/domain/projects/templates/template.ts'
import { SCHEDULES_PER_OWNER } from '../../../src/domain/schedules/schedule.ts'
import { operations } from '../../../src/tools/registry.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'

/** More than a test's pool has connections, and fewer than there are shipped agents. */
const AT_ONCE = 6

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway({ operations, models: SOME_MODEL })
})
afterAll(() => gateway.close())

async function add(name: string, input: object): Promise<void> {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`there is no operation ${name}`)
  await gateway.invoke(operation, input, gateway.as())
}

interface Limited {
  readonly operation: string
  readonly input: (index: number) => object
  readonly max: number
  /** Copies the one row that is there so many times. */
  readonly copy: (times: number) => SQL
}

const copies = (table: string, columns: SQL) => (times: number) =>
  sql`insert into ${sql.identifier(table)} overriding user value select (jsonb_populate_record(t, jsonb_build_object(${columns}))).*
    from ${sql.identifier(table)} t, generate_series(1, ${times}::int) as n`

const LIMITED: Readonly<Record<string, Limited>> = {
  schedules: {
    operation: 'schedules.create',
    input: () => ({ agent: 'assistant', goal: 'Plan', when: 'daily at 9' }),
    max: SCHEDULES_PER_OWNER,
    copy: copies('schedules', sql`'id', t.id || n`),
  },
  agents: {
    operation: 'agents.create',
    input: (index) => ({ slug: `agent-${index}`, role: 'Tester', instructions: 'Be brief.' }),
    max: AGENTS_PER_OWNER,
    copy: copies('agents', sql`'id', t.id || n, 'slug', 'copy-' || n`),
  },
  templates: {
    operation: 'projects.create_template',
    input: (index) => ({ name: `Template ${index}`, tasks: [{ title: 'Dig' }] }),
    max: TEMPLATE_LIMITS.perOwner,
    copy: copies('project_templates', sql`'id', t.id || n`),
  },
  budgets: {
    operation: 'budgets.set',
    input: (index) => ({ agent: [...SHIPPED_AGENTS.keys()][index], usdPerDay: 1 }),
    max: BUDGETS_PER_OWNER,
    copy: copies('budgets', sql`'agent_slug', 'copy-' || n`),
  },
}

test.each(Object.entries(LIMITED))('%s', async (_name, { operation, input, max, copy }) => {
  await add(operation, input(0))
  await gateway.db.execute(copy(max - 2))
  const adding = Array.from({ length: AT_ONCE }, (_, index) => add(operation, input(index + 1)))
  const outcomes = await Promise.allSettled(adding)
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(refusals).toHaveLength(AT_ONCE - 1)
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ code: 'conflict', fix: expect.stringMatching(/^(Delete|Remove) one/) })
  }
})
