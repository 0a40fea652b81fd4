/** `switchboard chat`: a message, or a conversation, on a real database. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ERROR_KINDS } from '../../src/core/errors.ts'
import { areas, operations } from '../../src/tools/registry.ts'
import { deleteTasks } from '../../src/tools/tasks/delete-tasks.ts'
import { emptyTrash } from '../../src/tools/tasks/empty-trash.ts'
import { listTasks } from '../../src/tools/tasks/list-tasks.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { createTyping } from './typing.ts'

let gateway: TestGateway
let type: ReturnType<typeof createTyping>

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  type = createTyping(gateway, { areas: async () => areas })
})
afterAll(() => gateway.close())

async function titles(): Promise<string[]> {
  return (await gateway.invoke(listTasks, {}, gateway.as())).output.items.map(({ title }) => title).reverse()
}

beforeEach(async () => {
  const { items } = (await gateway.invoke(listTasks, {}, gateway.as())).output
  if (items.length === 0) return
  await gateway.invoke(deleteTasks, { taskIds: items.map(({ id }) => id) }, gateway.as())
  await gateway.invoke(emptyTrash, { confirm: true }, gateway.as())
})

describe('one message', () => {
  it('is done, and its answer is shown', async () => {
    const shown = await type(['chat', 'call the bank tomorrow 15m p1'])
    expect(shown).toMatchObject({ exitCode: 0, err: '', asked: [] })
    expect(shown.out).toMatch(
      /^Created: T-\d+ call the bank \(P1, due 2026-03-05, 15 min\)\n→ 1 Undo\n {2}for example: switchboard chat 1\n$/,
    )
    expect(await titles()).toEqual(['call the bank'])
  })

  it('is answered by the next one', async () => {
    await type(['chat', 'call mom 5m, and paint the fence 2h'])
    expect(await titles()).toEqual([])
    await type(['chat', 'accept'])
    expect(await titles()).toEqual(['call mom', 'paint the fence'])
    await type(['chat', 'undo'])
    expect(await titles()).toEqual([])
    await type(['chat', 'plan the trip'])
    await type(['chat', '10'])
    await type(['chat', 'yes'])
    expect(await titles()).toEqual(['plan the trip'])
  })

  it('that asks for several things offers each answer once', async () => {
    await type(['chat', 'buy milk 5m'])
    await type(['chat', 'buy bread 5m'])
    const { out } = await type(['chat', 'done milk and snooze bread to monday'])
    expect(out).toMatch(/Done:.*\nMoved:.*\n→ 1 Undo\n/)
  })

  it('may be several words without quotes', async () => {
    await type(['chat', 'buy', 'milk', '5m'])
    expect(await titles()).toEqual(['buy milk'])
  })

  it('shows a list as the table of its operation', async () => {
    await type(['chat', 'buy milk 5m'])
    const { out } = await type(['chat', 'list'], { width: 80, isTerminal: true })
    expect(out).toMatch(/^Ref +Task +P +Due +Min +Labels\nT-\d+ +\[ \] +buy milk/)
  })

  it('that is not understood ends with the exit code of a wrong input', async () => {
    expect((await type(['chat', 'xyzzy'])).exitCode).toBe(ERROR_KINDS.invalid_input.exitCode)
  })

  it('that no gateway takes ends with the exit code of its error', async () => {
    const aborted = AbortSignal.abort()
    const { exitCode, err } = await type(['chat', 'buy milk 5m'], { signal: aborted })
    expect(exitCode).toBe(ERROR_KINDS.cancelled.exitCode)
    expect(err).toContain('cancelled')
    expect(await titles()).toEqual([])
  })
})

describe('a conversation', () => {
  it('goes on line by line, with choices by their numbers, until a word ends it', async () => {
    const input = 'call mom 5m, and paint the fence 2h\n1\n\ndone fence\nexit\nbuy milk 5m'
    const { exitCode, out } = await type(['chat'], { input })
    expect(exitCode).toBe(0)
    expect(out).toContain('→ 1 Accept  2 Break down  3 Discard')
    expect(out).toMatch(/Done: T-\d+ \[x\] paint the fence/)
    expect(await titles()).toEqual(['call mom', 'paint the fence'])
  })

  it('takes a number for minutes where minutes are asked for', async () => {
    const { out } = await type(['chat'], { input: 'plan the trip\n2\naccept' })
    expect(out).toContain('→ say 2  10  30  accept  breakdown  discard')
    const { items } = (await gateway.invoke(listTasks, {}, gateway.as())).output
    expect(items).toMatchObject([{ title: 'plan the trip', minutes: 2 }])
  })

  it('asks a person for each line, and a script for none', async () => {
    const person = await type(['chat'], { input: 'hi\nexit', isTerminal: true })
    expect(person.asked).toEqual(['› '])
    expect(person.err).toContain('Ctrl-C or exit ends')
    expect(await type(['chat'], { input: 'hi\nexit' })).toMatchObject({ asked: [], err: '' })
  })

  it('shows no character that would control the terminal', async () => {
    const { out } = await type(['chat'], { input: 'buy \u001b[2Jmilk\u202e 5m\nlist' })
    expect(out).toContain('milk')
    expect(out).not.toContain('\u001b')
    expect(out).not.toContain('\u202e')
  })
})
