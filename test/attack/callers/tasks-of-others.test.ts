/**
 * Of what another person keeps for themselves, no answer, refusal, notice or audit entry shows a word, and no call changes
 * anything, also where a task that was given away leads to it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError, errorBody } from '../../../src/core/errors.ts'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { newId } from '../../../src/core/operation/ids.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { listAudit } from '../../../src/tools/access/list-audit.ts'
import { operations } from '../../../src/tools/registry.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { cases } from '../../support/form.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { type Input, idFields, isGiven, withValue } from '../support/id-fields.ts'
import {
  linkToGiven,
  makeThings,
  ownRows,
  type Person,
  personAndAgent,
  secretOf,
  type Things,
} from '../support/two-people.ts'

const ana = personAndAgent('ana')
const bob = personAndAgent('bob')

let gateway: TestGateway
let of: Record<string, Things>

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  await addPeople(gateway.db, ['ana', 'bob'])
  const [anas, bobs] = [await makeThings(gateway, ana, bob), await makeThings(gateway, bob, ana)]
  const [anasToo, bobsToo] = [
    await linkToGiven(gateway, ana, bobs.given),
    await linkToGiven(gateway, bob, anas.given),
  ]
  of = {
    ana: { ...anas, tasks: [...anas.tasks, ...anasToo] },
    bob: { ...bobs, tasks: [...bobs.tasks, ...bobsToo] },
  }
})
afterAll(() => gateway.close())

const AREAS = ['tasks', 'projects']
/** In the long form whatever reads as well, in case it reads tasks. */
const concerned = operations.filter(
  ({ area, effect }) => AREAS.includes(area) || (effect === 'read' && cases(0, 1) === 1),
)

describe.each([
  { caller: bob, other: ana },
  { caller: ana, other: bob },
])('$caller.id, by themselves and through an agent,', ({ caller, other }) => {
  it.each(concerned.map((operation) => [operation.name, operation] as const))(
    `learns nothing of ${other.id}'s and changes nothing of it through %s`,
    async (_name, operation) => {
      const before = await ownRows(gateway, other, of[other.id] as Things)
      for (const [index, input] of (await inputsFor(operation, caller, other)).entries()) {
        // A person and their agent take turns; in the long form each makes every call.
        for (const actor of caller.actors.filter((_, turn) => cases((index + turn) % 2, 1) === 1)) {
          await callAndLook(operation, input, { actor, other })
        }
      }
      expect(await ownRows(gateway, other, of[other.id] as Things)).toEqual(before)
    },
  )

  it(`finds of ${other.id}'s in the audit nothing but what they themselves named`, async () => {
    const { output } = await gateway.invoke(listAudit, { limit: 100 }, gateway.as(caller.actors[0]))
    const shown = output.items.map(({ input, ...entry }) =>
      entry.requestId === null ? { ...entry, input } : entry,
    )
    expectNothingOf(other, shown, {})
  })
})

describe('what somebody else keeps', () => {
  it.each(
    concerned
      .flatMap((operation) => idFields(operation).map((field) => ({ operation, field })))
      .filter(({ field }) => field.kind in HIDDEN)
      .map(
        ({ operation, field }) => [`${operation.name} ${field.path.join('.')}`, operation, field] as const,
      ),
  )('looks as if it were not there: %s', async (_name, operation, field) => {
    const base = await baseFor(operation, bob, ana)
    const actor = bob.actors[0]
    for (const id of some(HIDDEN[field.kind]?.(of.ana as Things) ?? [], field.path.length)) {
      const hidden = await outcomeOf(operation, withValue(base, field.path, id), actor)
      const absent = await outcomeOf(operation, withValue(base, field.path, newId(field.kind)), actor)
      expect(withoutIds(hidden)).toEqual(withoutIds(absent))
    }
  })
})

/** What of a person's things is hidden from the other, by kind. */
const HIDDEN: Partial<Record<string, (things: Things) => readonly string[]>> = {
  task: ({ tasks }) => tasks,
  project: ({ project }) => [project],
  milestone: ({ milestone }) => [milestone],
  template: ({ template }) => [template],
}

/** One of them, another at each turn; in the long form all. */
function some<Item>(items: readonly Item[], turn: number): readonly Item[] {
  return items.filter((_, index) => index === turn % items.length || cases(0, 1) === 1)
}

/** The example of an operation on what the caller may see: the given task, or things of their own. */
async function baseFor(operation: Operation, caller: Person, other: Person): Promise<Input> {
  const { tasks: _, ...own } = of[caller.id] as Things
  const seen: Readonly<Record<string, string | undefined>> = { ...own, task: (of[other.id] as Things).given }
  return idFields(operation).reduce((input, { path, kind }) => {
    const id = seen[kind]
    return id !== undefined && isGiven(input, path) ? withValue(input, path, id) : input
  }, structuredClone(operation.example) as Input)
}

/** Inputs that name every hidden thing in every place that takes its kind, on the given task and on one of their own. */
async function inputsFor(operation: Operation, caller: Person, other: Person): Promise<Input[]> {
  const given = await baseFor(operation, caller, other)
  const fields = idFields(operation)
  const own = await makeOwn(caller)
  const onOwn = fields.reduce(
    (input, { path, kind }) =>
      kind === 'task' && isGiven(input, path) ? withValue(input, path, own) : input,
    given,
  )
  const variants = fields.flatMap(({ path, kind }, turn) => {
    const hidden = some(HIDDEN[kind]?.(of[other.id] as Things) ?? [], turn)
    return [given, onOwn].flatMap((base) => hidden.map((id) => withValue(base, path, id)))
  })
  return [given, onOwn, ...variants]
}

async function makeOwn(caller: Person): Promise<string> {
  const tasks = [{ title: secretOf(caller) }]
  const { output } = await gateway.invoke(createTasks, { tasks }, gateway.as(caller.actors[0]))
  const [result] = output.results
  if (!result?.ok) throw new Error(result?.error.message)
  return result.task.id
}

async function outcomeOf(operation: Operation, input: Input, actor: Actor | undefined): Promise<unknown> {
  try {
    const { output } = await gateway.invoke(operation, input, gateway.as(actor))
    return { output, told: operation.tell(output), table: operation.table?.(output) }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    expect(thrown.code).not.toBe('internal')
    return errorBody(thrown)
  }
}

async function callAndLook(
  operation: Operation,
  input: Input,
  { actor, other }: { actor: Actor; other: Person },
): Promise<void> {
  const told = gateway.changes.length
  const outcome = await outcomeOf(operation, input, actor)
  const notices = gateway.changes.slice(told).filter(({ spaceId }) => spaceId === actor.personId)
  expectNothingOf(other, [outcome, notices], input)
}

/** No text of theirs, and none of their ids but those that the caller named. */
function expectNothingOf(other: Person, shown: unknown, named: unknown): void {
  const text = JSON.stringify(shown)
  const { given, tasks, ...things } = of[other.id] as Things
  const ids = [...tasks, ...Object.values(things)].filter((id) => !JSON.stringify(named).includes(id))
  expect([secretOf(other), ...ids].filter((secret) => text.includes(secret))).toEqual([])
}

function withoutIds(outcome: unknown): unknown {
  return JSON.parse(JSON.stringify(outcome).replace(/\b([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g, '$1'))
}
