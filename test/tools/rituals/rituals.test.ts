/** The rituals of a day and a week through `invoke`, over tasks here and in the mirror of a Todoist account. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { answerOf } from '../../../src/chat/answer.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { listNotifications } from '../../../src/tools/notifications/list-notifications.ts'
import { checkIn } from '../../../src/tools/rituals/check-in.ts'
import { listOutcomes } from '../../../src/tools/rituals/list-outcomes.ts'
import { markOutcome } from '../../../src/tools/rituals/mark-outcome.ts'
import { markTask } from '../../../src/tools/rituals/mark-task.ts'
import { listDeepWork } from '../../../src/tools/rituals/review/list-deep-work.ts'
import { listHabits } from '../../../src/tools/rituals/review/list-habits.ts'
import { listSomeday } from '../../../src/tools/rituals/review/list-someday.ts'
import { listUnsorted } from '../../../src/tools/rituals/review/list-unsorted.ts'
import { scoreTask } from '../../../src/tools/rituals/review/score-task.ts'
import { showAudit } from '../../../src/tools/rituals/review/show-audit.ts'
import { showReview } from '../../../src/tools/rituals/review/show-review.ts'
import { takeStep } from '../../../src/tools/rituals/review/take-step.ts'
import { setOutcomes } from '../../../src/tools/rituals/set-outcomes.ts'
import { setPreferences } from '../../../src/tools/rituals/set-preferences.ts'
import { showBrief } from '../../../src/tools/rituals/show-brief.ts'
import { showProgress } from '../../../src/tools/rituals/show-progress.ts'
import { showWrap } from '../../../src/tools/rituals/show-wrap.ts'
import { tellPeople } from '../../../src/tools/rituals/tell-people.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { planTasks } from '../../../src/tools/tasks/plan-tasks.ts'
import { remindPeople } from '../../../src/tools/tasks/remind-people.ts'
import { suggestTasks } from '../../../src/tools/tasks/suggest-tasks.ts'
import { resync } from '../../../src/tools/todoist/sync/resync.ts'
import { addPeople } from '../../support/world/add-people.ts'
import { type OpenTodoist, openTodoist } from '../todoist/open-todoist.ts'

let open: OpenTodoist

beforeAll(async () => {
  open = await openTodoist()
  await open.connect()
  await addPeople(open.gateway.db, ['bea', 'cy', 'dan', 'eve'])
})
afterAll(() => open?.close())

/** A person of its own for each test keeps them apart; `local` has the account. */
async function invoke<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  of = 'local',
): Promise<z.output<Output>> {
  const scopes = ['tasks:write', 'todoist:write', 'notifications:read'] as const
  const as = of === 'local' ? {} : open.gateway.as({ id: of, personId: of, scopes })
  return await open.call(operation, input, as)
}

async function create(of: string, ...tasks: z.input<typeof createTasks.input>['tasks']): Promise<string[]> {
  const { results } = await invoke(createTasks, { tasks }, of)
  return results.map((result) => (result.ok ? result.task.ref : JSON.stringify(result.error)))
}

test('a day is planned over tasks here and at Todoist alike', async () => {
  open.ada.add('Pay the rent', { priority: 4, due: { date: '2026-03-02' } })
  open.ada.add('Read a book')
  await open.call(resync, {})
  const [chosen = ''] = await create(
    'local',
    { title: 'Sketch the logo', due: '2026-03-20' },
    { title: 'Call Ana', due: '2026-03-04' },
    { title: 'Write the strategy', priority: 1 },
  )
  await invoke(setOutcomes, { outcomes: ['Pay rent'] })
  await invoke(markTask, { task: chosen, decision: 'today' })

  const plan = await invoke(planTasks, {})
  const titles = (tasks: readonly { title: string }[]) => tasks.map(({ title }) => title)
  expect(titles(plan.overdue)).toEqual(['Pay the rent'])
  expect(titles(plan.today)).toEqual(['Call Ana'])
  expect(titles(plan.carryover)).toEqual(['Sketch the logo'])
  expect(titles(plan.undated)).toEqual(['Write the strategy'])

  const brief = await invoke(showBrief, {})
  expect(brief).toMatchObject({ overdue: 1, today: 1, carryover: 1, outcomes: ['Pay rent'] })
  expect(brief.top[0]).toMatchObject({ task: { title: 'Pay the rent', service: 'todoist' }, score: 1200 })
  const { actions } = answerOf([markTask], { operation: showBrief, input: {}, output: brief })
  expect(actions.map(({ label }) => label)).toContain('Mark Pay the rent: done')
  const { suggestions } = await invoke(suggestTasks, { minutes: 30 })
  expect(suggestions[0]?.task.title).toBe('Pay the rent')
  expect(await invoke(listOutcomes, {})).toMatchObject({ week: '2026-03-02', items: [{ open: 1, done: 0 }] })
})

test('each decision changes the task where it is kept', async () => {
  const item = (content: string) => open.ada.find(content)
  open.ada.add('Water the plants', { due: { string: 'every day', date: '2026-03-04' } })
  const rent = open.ada.add('Fix the tap', { due: { date: '2026-03-03' }, labels: ['today', 'home'] })
  const attic = open.ada.add('Clear the attic', { due: { date: '2026-03-03' } })
  await open.call(resync, {})
  await invoke(markTask, { task: rent.id, decision: 'tomorrow' })
  expect(item('Fix the tap')).toMatchObject({ due: { date: '2026-03-05' }, labels: ['home'] })
  await invoke(markTask, { task: attic.id, decision: 'pause' })
  expect(item('Clear the attic')).toMatchObject({ due: null, labels: ['someday'] })
  const plants = item('Water the plants').id
  const { todoist } = await invoke(markTask, { task: plants, decision: 'done' })
  expect(todoist).toMatchObject([{ ok: true, state: 'done' }])
  expect(item('Water the plants').due?.date).toBe('2026-03-05')
  const { todoist: gone } = await invoke(markTask, { task: plants, decision: 'archive' })
  expect(gone).toMatchObject([{ ok: true, state: 'queued' }])
  expect((await invoke(showWrap, {})).open.map(({ ref }) => ref)).not.toContain(plants)

  const [later = '', paused = '', dropped = '', done = ''] = await create(
    'bea',
    { title: 'Later', due: '2026-03-04T16:00' },
    { title: 'Paused', due: '2026-03-04' },
    { title: 'Dropped', due: '2026-03-04' },
    { title: 'Done', due: '2026-03-04' },
  )
  const mark = async (task: string, decision: 'tomorrow' | 'pause' | 'archive' | 'done') =>
    (await invoke(markTask, { task, decision }, 'bea')).task
  expect(await mark(later, 'tomorrow')).toMatchObject({ due: { date: '2026-03-05', time: '16:00' } })
  expect(await mark(paused, 'pause')).toMatchObject({ due: null, labels: ['someday'] })
  expect(await mark(dropped, 'archive')).toMatchObject({ status: 'cancelled' })
  expect(await mark(done, 'done')).toMatchObject({ status: 'done' })
  await expect(invoke(markTask, { task: 'T-999', decision: 'done' }, 'bea')).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a wrap tells what is completed and what is left, a check-in how long that takes', async () => {
  const [first = '', second = ''] = await create(
    'cy',
    { title: 'First', due: '2026-03-04', minutes: 20 },
    { title: 'Second', due: '2026-03-04', minutes: 45 },
    { title: 'Third', due: '2026-03-03' },
    { title: 'Another day', due: '2026-03-09' },
  )
  await invoke(markTask, { task: first, decision: 'done' }, 'cy')
  await invoke(setPreferences, { newTaskLimit: 2 }, 'cy')
  expect(await invoke(checkIn, {}, 'cy')).toMatchObject({
    ...{ done: [{ title: 'First' }], leftCount: 2, leftMinutes: 45, unestimated: 1 },
    advice: 'Take on nothing new today: 2 tasks, and your limit is 2.',
  })
  const wrap = await invoke(showWrap, {}, 'cy')
  expect(wrap).toMatchObject({ completedCount: 1, completedMinutes: 20, openCount: 2 })
  expect(showWrap.next?.(wrap, {}).map(({ input }) => `${input.task} ${input.decision}`)).toContain(
    `${second} pause`,
  )
  const { figures, before, days } = await invoke(showProgress, { period: 'week' }, 'cy')
  expect(figures).toMatchObject({ completed: 1, minutes: 20, deep: 1, activeDays: 1 })
  expect(before).toMatchObject({ completed: 0 })
  expect(days.map(({ completed }) => completed)).toEqual([0, 0, 1])
})

test('outcomes of a week are replaced as a whole, and keep whether they were achieved', async () => {
  await invoke(setOutcomes, { outcomes: ['Ship the beta', 'Hire Bo'] }, 'bea')
  await invoke(markOutcome, { number: 2 }, 'bea')
  const { items } = await invoke(setOutcomes, { outcomes: ['Hire Bo', 'Rest'] }, 'bea')
  expect(items).toMatchObject([
    { number: 1, text: 'Hire Bo', achievedAt: expect.any(String) },
    { number: 2, text: 'Rest', achievedAt: null },
  ])
  expect((await invoke(listOutcomes, { week: 'next' }, 'bea')).items).toEqual([])
  await expect(invoke(markOutcome, { number: 3 }, 'bea')).rejects.toMatchObject({ code: 'not_found' })
  await expect(invoke(setOutcomes, { outcomes: ['a', 'b', 'c', 'd'] }, 'bea')).rejects.toMatchObject({
    code: 'invalid_input',
  })
})

test('an audit counts what its lists show, here and in the inbox of Todoist', async () => {
  open.ada.add('Loose end')
  await open.call(resync, {})
  const inbox = await invoke(listUnsorted, {})
  expect(inbox.items.map(({ title }) => title)).toContain('Loose end')
  const audit = await invoke(showAudit, {})
  expect(audit.inbox).toBe(inbox.count)
  expect(audit.someday).toBe((await invoke(listSomeday, {})).count)
  const loose = open.ada.find('Loose end')
  await invoke(scoreTask, { task: loose.id, impact: 4, urgency: 2, energy: 'am' })
  await invoke(scoreTask, { task: loose.id, impact: 5 })
  expect(open.ada.find('Loose end').labels.toSorted()).toEqual(['am', 'impact-5', 'urgency-2'])
  const { items } = await invoke(listDeepWork, {})
  expect(items[0]).toMatchObject({ task: { title: 'Loose end' }, impact: 5, urgency: 2, energy: 'am' })
})

test('a weekly review goes on where it was left, and ends with its last open step', async () => {
  expect(await invoke(showReview, {}, 'eve')).toMatchObject({ step: 'collect', startedAt: null })
  await invoke(takeStep, { step: 'collect' }, 'eve')
  await invoke(takeStep, { step: 'inbox', state: 'skipped' }, 'eve')
  const left = await invoke(showReview, {}, 'eve')
  expect(left).toMatchObject({ step: 'head', finishedAt: null })
  expect(left.steps).toHaveLength(11)
  await invoke(takeStep, { step: 'collect', state: 'open' }, 'eve')
  expect(await invoke(showReview, {}, 'eve')).toMatchObject({ step: 'collect' })
  for (const { step } of left.steps) await invoke(takeStep, { step }, 'eve')
  expect(await invoke(showReview, {}, 'eve')).toMatchObject({ step: null, finishedAt: expect.any(String) })
})

test('habits are told by their days', async () => {
  const [stretch = ''] = await create('eve', { title: 'Stretch', repeat: 'every day', due: '2026-03-03' })
  await invoke(markTask, { task: stretch, decision: 'done' }, 'eve')
  const { items } = await invoke(listHabits, { days: 3 }, 'eve')
  expect(items).toMatchObject([{ title: 'Stretch', kept: 2, missed: 0, streak: 2 }])
})

test('those who may not read Todoist are shown nothing of it', async () => {
  const mayNot = open.gateway.as({ scopes: ['tasks:read'] })
  const { overdue, top } = await open.call(planTasks, {}, mayNot)
  expect([...overdue, ...top.map(({ task }) => task)].map(({ service }) => service)).not.toContain('todoist')
})

test('the brief comes once a day at the time that a person set, in place of the reminder', async () => {
  const tell = async () => (await invoke(tellPeople, {})).told
  const told = async (of: string) => (await invoke(listNotifications, {}, of)).items
  await create('dan', { title: 'Call Ana', due: '2026-03-05' }, { title: 'Done early', due: '2026-03-05' })
  await invoke(setPreferences, { brief: 'usual' }, 'dan')
  open.gateway.clock.set('2026-03-05T08:29:00Z')
  expect(await tell()).toBe(0)
  open.gateway.clock.set('2026-03-05T08:30:00Z')
  const both = await Promise.all([tell(), tell()])
  expect(both.toSorted()).toEqual([0, 1])
  await invoke(remindPeople, {})
  const [message, ...others] = await told('dan')
  expect(others).toEqual([])
  expect(message).toMatchObject({
    event: 'ritual.due',
    text: 'Good morning: 2 tasks due today, 0 overdue, 0 outcomes to achieve this week',
  })
  expect(message?.details).toEqual([
    expect.stringMatching(/^1\. T-\d+: Call Ana$/),
    expect.stringMatching(/^2\. T-\d+: Done early$/),
  ])
  open.gateway.clock.set('2026-03-05T11:00:00Z')
  expect(await tell()).toBe(0)
  open.gateway.clock.set('2026-03-06T08:31:00Z')
  expect(await tell()).toBe(1)
  await invoke(setPreferences, { brief: null }, 'dan')
  open.gateway.clock.set('2026-03-07T08:31:00Z')
  expect(await tell()).toBe(0)
})
