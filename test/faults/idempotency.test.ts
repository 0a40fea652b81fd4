/** One effect a key, whatever is called in whatever order, and however much of it at once. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { createTasks } from '../../src/tools/tasks/create-tasks.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { cases } from '../support/form.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'

const NUM_RUNS = cases(10, 100)

let gateway: TestGateway

beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

interface Attempt {
  readonly key: string
  readonly title: string
  /** The caller is gone before it is committed. */
  readonly cancelled: boolean
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  key: fc.constantFrom('k1', 'k2', 'k3'),
  title: fc.constantFrom('apples', 'pears'),
  cancelled: fc.boolean(),
})

/** Attempts that are made together, one group after the other. */
const groups = fc.array(fc.array(attempt, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })

let person = 0

it('leaves one task for each key that was ever answered, with the input of the first answer', async () => {
  await fc.assert(
    fc.asyncProperty(groups, async (script) => {
      person += 1
      const caller = gateway.as({ id: `person-${person}`, personId: `person-${person}` })
      const answers = new Map<string, Stored>()

      for (const together of script) {
        const outcomes = await Promise.all(together.map((each) => tryOnce(caller, each)))
        for (const [index, outcome] of outcomes.entries()) judge(together[index], outcome, answers)
      }

      const { output } = await gateway.invoke(listTasks, {}, caller)
      const expected = [...answers.values()].map(({ title }) => title).sort()
      expect(output.items.map(({ title }) => title).sort()).toEqual(expected)
    }),
    { numRuns: NUM_RUNS },
  )
})

interface Stored {
  readonly title: string
  readonly output: unknown
}

/** An answer is the first of its key or the same as that; only what is under way, or another input's, is refused. */
function judge(
  made: Attempt | undefined,
  outcome: Awaited<ReturnType<typeof tryOnce>>,
  answers: Map<string, Stored>,
): void {
  if (made === undefined) throw new Error('an outcome of no attempt')
  if (made.cancelled) {
    expect(outcome).toBe('cancelled')
  } else if (typeof outcome === 'string') {
    expect(['in_progress', 'idempotency_mismatch']).toContain(outcome)
  } else {
    const stored = { title: made.title, output: outcome.output }
    expect(stored).toEqual(answers.get(made.key) ?? stored)
    answers.set(made.key, stored)
  }
}

async function tryOnce(caller: ReturnType<TestGateway['as']>, { key, title, cancelled }: Attempt) {
  const signal = cancelled ? AbortSignal.abort() : new AbortController().signal
  try {
    return await gateway.invoke(
      createTasks,
      { tasks: [{ title }] },
      { ...caller, idempotencyKey: key, signal },
    )
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}
