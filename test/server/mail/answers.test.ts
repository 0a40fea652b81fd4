/** Answering by mail: a link shows what is asked, a button answers it once, as the person, and nobody else can. */
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { auditEntries } from '../../../src/domain/access/tables.ts'
import { LINK_PAGES } from '../../../src/domain/mail/mail-links.ts'
import { decideApproval } from '../../../src/tools/approvals/decide-approval.ts'
import { getApproval } from '../../../src/tools/approvals/get-approval.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { updatePerson } from '../../../src/tools/people/update-person.ts'
import { cancelRun } from '../../../src/tools/runs/cancel-run.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { listRunEvents } from '../../../src/tools/runs/list-run-events.ts'
import { startRun } from '../../../src/tools/runs/start-run.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { createRunDriver } from '../../support/world/drive-run.ts'
import { type MailWorld, openMailWorld } from './mail-world.ts'

let world: MailWorld
let round = 0
let id: string
let person: Partial<Actor>

beforeAll(async () => {
  world = await openMailWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  round += 1
  id = `ada-${round}`
  person = await world.person(id)
})

/** A run that waits for an approval, and the link to it that was mailed. */
async function asked() {
  const { runId, approvalId } = await world.asks(person)
  await world.send()
  const mail = world.mailTo(`${id}@example.com`)
  return { runId, approvalId, mail, link: world.linkIn(mail, LINK_PAGES.act.path) }
}

const stateOf = async (approvalId: string) =>
  (await world.run(getApproval, { approvalId }, person)).approval.state

test('the mail of an approval names the tasks that it is about', async () => {
  const { results } = await world.run(createTasks, { tasks: [{ title: 'Pay the rent' }] }, person)
  const [made] = results
  if (made === undefined || !('task' in made)) throw new Error('it was made')
  await world.asks(person, { input: { taskIds: [made.task.id] } })
  await world.send()
  expect(world.mailTo(`${id}@example.com`)?.text).toContain(`About: ${made.task.ref} Pay the rent`)
})

describe('an approval that is asked by mail', () => {
  test('is shown by its link, decided by a button, and the run goes on', async () => {
    const { runId, approvalId, mail, link } = await asked()
    expect(mail?.headers.subject).toMatch(/^assistant \(R-\d+\) asks for your approval of tasks\.delete/)
    expect(mail?.text).toMatch(/Approve: http.*\?choose=0\s+Reject: http.*\?choose=1/)
    const page = await world.get(link)
    expect(page.text).toContain(`This link is for ${id}, in whose name you answer.`)
    expect(page.text).toContain('wants tasks.delete {&quot;taskIds&quot;:[&quot;task_1&quot;]}')
    expect(page.text).not.toContain('<script')
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("script-src 'none'"),
    })
    expect(await stateOf(approvalId)).toBe('pending')
    const done = await world.press(link, { place: '0', note: 'Only these' })
    expect([done.status, done.text]).toEqual([200, expect.stringContaining(`approved (by ${id} at`)])
    const { approval } = await world.run(getApproval, { approvalId }, person)
    expect(approval).toMatchObject({ state: 'approved', decidedBy: id, note: 'Only these' })
    expect((await world.run(getRun, { runId }, person)).run.state).toBe('queued')
    const entries = await world.front.gateway.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.personId, id))
    expect(entries.find(({ door }) => door === 'mail')).toMatchObject({
      ...{ operation: 'approvals.decide', outcome: 'ok', actorId: id },
    })
    expect(JSON.stringify([entries, world.front.gateway.logged])).not.toContain(link.slice(30))
  })

  test('is decided once: later the page says by whom', async () => {
    const { approvalId, link } = await asked()
    await world.run(decideApproval, { approvalId, decision: 'reject', note: 'No' }, person)
    const late = await world.get(link)
    expect(late.text).toContain(`rejected (by ${id} at`)
    expect(late.text).toContain('There is nothing left to answer.')
    const pressed = await world.press(link, { place: '0' })
    expect([pressed.status, pressed.text]).toEqual([409, expect.stringContaining('nothing was done')])
    expect(await stateOf(approvalId)).toBe('rejected')
  })

  test('is not decided by somebody who saw something else', async () => {
    const { approvalId, link } = await asked()
    const pressed = await world.press(link, { place: '0', mark: 'of another page' })
    expect(pressed.status).toBe(409)
    expect(pressed.text).toContain('This has changed since you opened it')
    expect(pressed.text).toContain('name="place"')
    expect(await stateOf(approvalId)).toBe('pending')
  })

  test.each<[string, number, (link: string) => Promise<string>]>([
    [
      'changed by a letter',
      404,
      async (link) => link.replace(/.(?=.{9}\?)/, (last) => (last === 'A' ? 'B' : 'A')),
    ],
    [
      'of somebody who was deactivated',
      403,
      async (link) => {
        await world.run(deactivatePerson, { personId: id })
        return link
      },
    ],
    [
      'sent to an address that is no longer theirs',
      403,
      async (link) => {
        await world.run(updatePerson, { personId: id, emails: [] })
        return link
      },
    ],
    [
      'of a week ago',
      404,
      async (link) => {
        world.front.gateway.clock.advance(LINK_PAGES.act.maxMs)
        return link
      },
    ],
  ])('is not decided by a link %s', async (_, status, spoil) => {
    const { approvalId, link } = await asked()
    const spoilt = await spoil(link)
    for (const answer of [await world.get(spoilt), await world.press(spoilt, { place: '0' })]) {
      expect(answer.status).toBe(status)
      expect(answer.text).not.toContain('tasks.delete')
    }
    expect(await stateOf(approvalId)).toBe('pending')
  })

  test('of a run that has stopped can no longer be decided', async () => {
    const { runId, link } = await asked()
    await world.run(cancelRun, { runId }, person)
    const page = await world.get(link)
    expect(page.text).toContain('withdrawn')
    expect(page.text).toContain('There is nothing left to answer.')
  })
})

test('a question is answered in words, which the run gets', async () => {
  const { run: started } = await world.run(startRun, { agent: 'assistant', goal: 'Plan' }, person)
  const worker = createRunDriver(world.front.gateway)
  const hold = await worker.claim(started.id)
  const stepId = await worker.question(hold, 'Which bed?')
  await worker.release(hold, { state: 'waiting', reason: 'input' })
  await world.send()
  const link = world.linkIn(world.mailTo(`${id}@example.com`), LINK_PAGES.act.path)
  const page = await world.get(link)
  expect(page.text).toContain('Which bed?')
  expect(page.text).toMatch(/<textarea name="answer" required/)
  const empty = await world.press(link, { place: '0', answer: ' ' })
  expect([empty.status, empty.text]).toEqual([400, expect.stringContaining('role="alert"')])
  expect((await world.press(link, { place: '0', answer: 'The <b>south</b> bed' })).status).toBe(200)
  const { items } = await world.run(listRunEvents, { runId: started.id }, person)
  expect(items.find(({ type }) => type === 'question.answered')?.data).toMatchObject({
    ...{ stepId, answer: 'The <b>south</b> bed', by: id },
  })
})
