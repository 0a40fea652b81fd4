/** Conversations without a model on a real database: what is typed becomes work. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ChatState } from '../../src/chat/chat-state.ts'
import { createPerson } from '../../src/tools/people/create-person.ts'
import { operations } from '../../src/tools/registry.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { startTalking, type Talking } from './talking.ts'

let gateway: TestGateway
let ana: Talking

beforeAll(async () => {
  gateway = await openTestGateway({ timeZone: 'Europe/Paris', operations })
})
afterAll(() => gateway.close())
beforeEach(() => {
  ana = startTalking(gateway)
})

const BOTH = 'call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep'

describe('capture', () => {
  it('creates one clear task at once, and offers to undo it', async () => {
    const { replies } = await ana.say('call the bank tomorrow 15m p1')
    expect(await ana.tasks()).toMatchObject([
      { title: 'call the bank', minutes: 15, priority: 1, due: { date: '2026-03-05' } },
    ])
    expect(replies).toMatchObject([{ actions: [{ label: 'Undo', say: 'undo' }] }])
    const undo = replies[0]?.actions[0]
    if (undo === undefined || !('say' in undo)) throw new Error('there is nothing to undo it')
    await ana.say(undo.say)
    expect(await ana.titles()).toEqual([])
  })

  it('shows several tasks first, and creates them when they are accepted', async () => {
    const { replies } = await ana.say(BOTH)
    expect(await ana.titles()).toEqual([])
    expect(replies[0]?.actions.map(({ label }) => label)).toEqual(['Accept', 'Break down', 'Discard'])
    await ana.say('accept')
    expect(await ana.titles()).toEqual(['call the bank', 'draft the launch post'])
    expect(await ana.hear('accept')).toBe('Nothing waits for an answer here.')
  })

  it('asks how long a task takes, and takes a bare number for the answer', async () => {
    const { replies } = await ana.say('plan the summer trip')
    expect(replies[0]?.text).toContain('How long does "plan the summer trip" take?')
    expect(replies[0]?.actions.slice(0, 3).map(({ label }) => label)).toEqual(['2 min', '10 min', '30 min'])
    await ana.say('2h')
    await ana.say('make that 90 min')
    await ana.say('yes')
    expect(await ana.tasks()).toMatchObject([{ title: 'plan the summer trip', minutes: 90 }])
    await ana.say('make that 30')
    expect(await ana.tasks()).toMatchObject([{ minutes: 30 }])
  })

  it('breaks down what takes long into three to six subtasks', async () => {
    await ana.say(BOTH)
    await ana.say('breakdown')
    await ana.say('accept')
    const tasks = await ana.tasks()
    const post = tasks.find(({ title }) => title === 'draft the launch post')
    expect(tasks.filter(({ parentId }) => parentId === post?.id).map(({ title }) => title)).toEqual([
      'Collect what is needed for the launch post',
      'Outline the launch post',
      'Draft the launch post',
      'Review the launch post',
      'Finalize the launch post',
    ])
  })

  it('forgets what is discarded, and takes up an earlier preview again', async () => {
    await ana.say(BOTH)
    await ana.say('paint the fence')
    expect(await ana.hear('discard')).toContain('One more waits')
    expect(await ana.hear('resume')).toContain('Would create: call the bank')
    expect(await ana.hear('hello')).toContain('Something still waits')
    await ana.say('start over')
    expect(await ana.hear('yes')).toBe('Nothing waits for an answer here.')
    expect(await ana.titles()).toEqual([])
  })

  it('creates on the next day what was shown, with the dates that were shown', async () => {
    await ana.say(BOTH)
    gateway.clock.advance(24 * 60 * 60 * 1000)
    await ana.say('accept')
    gateway.clock.advance(-24 * 60 * 60 * 1000)
    expect(await ana.tasks()).toMatchObject([
      { due: { date: '2026-03-05' } },
      { due: { date: '2026-03-06' } },
    ])
  })

  it('shows everything or nothing first, as the person wishes', async () => {
    await ana.say('previews on')
    await ana.say('call the bank 5m')
    expect(await ana.titles()).toEqual([])
    await ana.say('discard')
    await ana.say('previews off')
    const { replies } = await ana.say('paint the fence')
    expect(await ana.titles()).toEqual(['paint the fence'])
    expect(replies[0]?.text).toContain('How long does "paint the fence" take?')
    await ana.say('30')
    expect(await ana.tasks()).toMatchObject([{ minutes: 30 }])
  })
})

describe('a task that is meant', () => {
  beforeEach(async () => {
    await ana.say('call the bank 15m')
    await ana.say('call the dentist 15m')
    await ana.say('start over')
  })

  it('is found by its words, with typing errors', async () => {
    expect(await ana.hear('snoze call teh bnk tomorrow')).toContain('Moved')
    expect(await ana.tasks()).toMatchObject([{ due: { date: '2026-03-05', time: '09:30' } }, { due: null }])
    await ana.say('do today the dentist')
    expect(await ana.tasks()).toMatchObject([{}, { due: { date: '2026-03-04' } }])
    await ana.say('undate the dentist')
    expect(await ana.tasks()).toMatchObject([{}, { due: null }])
  })

  it('is asked for where several match', async () => {
    const { replies } = await ana.say('done call')
    expect(replies[0]?.text).toContain('Which task do you mean?')
    expect(replies[0]?.actions).toMatchObject([{ say: /^done T-\d+$/ }, { say: /^done T-\d+$/ }])
    await ana.say('the second one')
    expect((await ana.tasks()).filter(({ status }) => status === 'done')).toHaveLength(1)
  })

  it('is not made up where none matches', async () => {
    const { replies } = await ana.say('done walk the cat')
    expect(replies[0]?.text).toContain('No task of yours matches "walk the cat"')
    expect(replies[0]?.actions).toEqual([{ label: 'Add it as a task', say: 'add task: done walk the cat' }])
  })

  it('is seen by those only who may see it', async () => {
    const bob = startTalking(gateway)
    expect(await bob.hear('done call the bank')).toContain('No task of yours matches')
    expect(await bob.hear((await ana.tasks()).map(({ ref }) => String(ref))[0] ?? '')).toContain(
      'There is no task',
    )
  })
})

describe('undo', () => {
  it('takes back the last thing, then what came before it, and says what', async () => {
    await ana.say('call the bank 15m')
    await ana.say('move it to friday')
    await ana.say('done bank')
    expect(await ana.hear('undo')).toMatch(/^Undo "done bank":\nOpen again: T-\d+ \[ \] call the bank/)
    expect(await ana.hear('undo that')).toContain('Undo "move it to friday":\nWithout a date now')
    expect(await ana.tasks()).toMatchObject([{ status: 'open', due: null }])
    expect(await ana.hear('oops')).toContain('Undo "call the bank 15m":\nIn the trash')
    expect(await ana.hear('undo')).toContain('Nothing was done in this conversation')
  })

  it('takes back every field that was changed', async () => {
    await ana.say('call the bank friday 15m p2 @calls')
    const [before] = await ana.tasks()
    for (const said of ['rename it to x', 'make it p1', 'tag it with y', 'make it 45 min', 'cancel T'])
      await ana.say(said.replace(/T$/, String(before?.ref)))
    await ana.say('undate it')
    expect(await ana.hear('undo')).toContain('Undo "cancel')
    for (let count = 0; count < 4; count += 1) await ana.say('undo')
    expect(await ana.tasks()).toMatchObject([{ ...before, updatedAt: expect.any(String) }])
  })

  it('takes back the next task of a repeating one, unless it was used since', async () => {
    await ana.say('stretch every weekday 9am 5m')
    await ana.say('done stretch')
    expect(await ana.hear('undo')).toMatch(/Open again: T-\d+ .*\nTaken back: T-\d+/)
    expect(await ana.titles()).toEqual(['stretch'])
    await ana.say('done stretch')
    gateway.clock.advance(1000)
    await ana.say('make stretch p1')
    await ana.say('start over')
    const past = (await ana.tasks()).find(({ status }) => status === 'done')
    expect(await ana.hear(`reopen ${past?.ref}`)).toContain('The next one stays, because it was changed')
    expect(await ana.titles()).toEqual(['stretch', 'stretch'])
  })

  it('forgets what is only shown, and undoes by an old button what that button was about', async () => {
    const first = (await ana.say('call the bank 15m')).replies[0]?.actions[0]
    await ana.say('call the dentist 15m')
    await ana.say('paint the fence')
    expect(await ana.hear('undo')).toBe('Forgotten: "paint the fence". Nothing was changed.')
    if (first === undefined || !('say' in first)) throw new Error('there is no button')
    const turn = await ana.press(first)
    expect(turn.replies[0]?.text).toContain('call the bank')
    expect(await ana.titles()).toEqual(['call the dentist'])
  })

  it('says of what cannot be undone that it cannot', async () => {
    await ana.say('call the bank 15m')
    await ana.say('delete it')
    await ana.say('empty the trash')
    await ana.say('yes')
    expect(await ana.hear('undo')).toMatch(/^"empty the trash" cannot be undone\. Say undo once more/)
  })
})

describe('words that may be about a task or a new one', () => {
  it('are about the task that they find', async () => {
    await ana.say('write the newsletter 15m')
    for (const [said, told] of [
      ['complete newsletter', 'Done'],
      ['reopen newsletter', 'Open again'],
      ['make newsletter p1', 'Updated'],
      ['do newsletter tomorrow', 'Moved'],
      ['is the newsletter done?', 'write the newsletter'],
    ] as const)
      expect(await ana.hear(said)).toContain(told)
    expect(await ana.titles()).toEqual(['write the newsletter'])
  })

  it('are asked about where they only describe it', async () => {
    await ana.say('write the newsletter 15m')
    const { replies } = await ana.say('cancel newsletter')
    expect(replies[0]?.text).toMatch(/something new\?\n1\. T-\d+ write the newsletter\n2\. Add it as a task$/)
    await ana.say('1')
    expect(await ana.tasks()).toMatchObject([{ status: 'cancelled' }])
  })

  it('are a new task where they find none, and "complete" says that there is none', async () => {
    expect(await ana.hear('cancel my gym membership')).toContain('Would create: cancel my gym membership')
    await ana.say('discard')
    const { replies } = await ana.say('finish the budget')
    expect(replies[0]?.text).toContain('No task of yours matches "budget"')
    expect(replies[0]?.actions).toEqual([{ label: 'Add it as a task', say: 'add task: finish the budget' }])
  })
})

it('corrects the day of what is shown and of what was done last, and keeps what else they say', async () => {
  await ana.say('prepare the talk tomorrow 3pm')
  expect(await ana.hear('no, friday')).toContain('due 2026-03-06 15:00')
  await ana.say('accept')
  await ana.say('sorry, i meant monday')
  await ana.say('move it to 4pm')
  expect(await ana.tasks()).toMatchObject([
    { title: 'prepare the talk', due: { date: '2026-03-09', time: '16:00' } },
  ])
  await ana.say('what about tomorrow?')
  expect(await ana.hear('no, friday')).toContain('I am not sure')
  expect(await ana.hear('milk')).toBe('Add "milk" as a task?')
  expect(await ana.hear('no, friday')).toContain('I am not sure')
  expect(await ana.hear('yes')).toBe('Nothing waits for an answer here.')
  expect(await ana.hear('talk')).toContain('Do you mean this task, or something new?')
})

it('offers to give a task to a person who is here, and adds notes to those that are there', async () => {
  await gateway.invoke(createPerson, { id: 'jo', name: 'Joan Ross' }, gateway.as())
  expect(await ana.hear('tell joan to paint the fence tomorrow')).toContain('for jo')
  await ana.say('accept')
  expect(await ana.hear('tell nobody to paint it')).toContain('Would create: tell nobody to paint it')
  await ana.say('discard')
  await ana.say('call the bank 15m')
  await ana.say('add a note to bank: ask for Ms Lee')
  expect(await ana.hear('add a note to bank: before noon')).toContain('ask for Ms Lee\nbefore noon')
  expect(await ana.tasks()).toMatchObject([{ assignee: 'jo', title: 'paint the fence' }, { assignee: null }])
})

it('reads two hours after a day as a span of time, and not as other numbers', async () => {
  expect(await ana.hear('meeting tomorrow 10-11')).toContain('due 2026-03-05 10:00 Europe/Paris, 60 min')
  expect(await ana.hear('lunch with Ana friday 12-1')).toContain('due 2026-03-06 12:00 Europe/Paris, 60 min')
  expect(await ana.hear('workshop on monday 14-16')).toContain('due 2026-03-09 14:00 Europe/Paris, 120 min')
  expect(await ana.hear('read pages 10-20 tomorrow')).toContain('read pages 10-20 (P2, due 2026-03-05, how')
})

it('has the clock call what people name, and takes it back', async () => {
  expect(await ana.hear('every morning at 8 run the brief')).toContain('rituals.brief')
  expect(await ana.hear('schedules')).toContain('rituals.brief')
  await ana.say('undo')
  expect(await ana.hear('schedules')).toBe('No schedules.')
  expect(await ana.hear('every morning at 8 run 5 km')).toContain('Would create: run 5 km')
})

it('does with all tasks of a day what it was told, once that is confirmed', async () => {
  for (const title of ['call the bank', 'call the dentist']) await ana.say(`${title} today 15m`)
  await ana.say('paint the fence 15m')
  expect(await ana.hear('push everything from today to tomorrow')).toMatch(
    /is about 2 tasks:\nT-\d+ call the bank\nT-\d+ call the dentist\nDo it\?$/,
  )
  await ana.say('yes')
  expect(await ana.tasks()).toMatchObject([
    { due: { date: '2026-03-05' } },
    { due: { date: '2026-03-05' } },
    { due: null },
  ])
  await ana.say('undo')
  expect(await ana.hear('tasks due this week')).toMatch(/bank .*due 2026-03-04.*\n.*dentist .*due 2026-03-04/)
  expect(await ana.hear('what did i do yesterday')).toBe('No tasks here.')
  expect(await ana.hear('move all overdue tasks to today')).toContain('so nothing was changed')
  expect(await ana.hear('make everything p1')).toContain('is about 3 tasks')
  await ana.say('yes')
  expect((await ana.tasks()).filter(({ priority }) => priority === 1)).toHaveLength(3)
  expect(await ana.hear('undo')).toContain('Undo "make everything p1"')
  expect((await ana.tasks()).filter(({ priority }) => priority === 1)).toHaveLength(0)
})

describe('several asks in one message', () => {
  beforeEach(async () => {
    for (const title of ['call the bank 15m', 'go to the dentist 15m', 'write the report 15m'])
      await ana.say(title)
  })
  const open = async () =>
    (await ana.tasks()).filter(({ status }) => status === 'open').map(({ title }) => title)

  it('are done one after the other, and can each be undone', async () => {
    const { replies } = await ana.say('mark bank done and move the report to friday')
    expect(replies.map(({ text }) => text)).toEqual([
      expect.stringContaining('Done: '),
      expect.stringContaining('Moved: '),
    ])
    expect(await open()).toEqual(['go to the dentist', 'write the report'])
    await ana.say('undo')
    await ana.say('undo')
    expect(await open()).toHaveLength(3)
  })

  it('are told from lists of things, and from words that are taken as they are', async () => {
    await ana.say('done bank, dentist and report')
    expect(await open()).toEqual([])
    await ana.say('add task: write to Ann and list the prices 5m')
    expect(await open()).toEqual(['write to Ann and list the prices'])
  })

  it('are taken line by line from several lines, and other lines stay one list', async () => {
    const { replies } = await ana.say('done bank\nbuy milk\nbuy bread\nwhat now')
    expect(replies).toHaveLength(3)
    expect(replies[1]?.text).toMatch(/buy milk.*\n.*buy bread/)
    expect(await open()).toEqual(['go to the dentist', 'write the report'])
  })

  it.each([
    "don't delete the bank",
    'tell me a joke',
    'turn notifications off',
    'approve AP-2',
    'add to todoist: buy milk',
  ])('"%s" changes nothing, and no task is made of it', async (said) => {
    await ana.say(said)
    expect(ana.state().waiting).toEqual([])
    expect(await open()).toHaveLength(3)
  })
})

it('names an agent, and a task with its project, by their words', async () => {
  await ana.say('new project Launch')
  await ana.say('write the report 15m')
  expect(await ana.hear('move the report to launch')).toContain('It is in the project launch now.')
  await ana.say('add to launch: buy stamps 5m')
  expect(await ana.hear('tasks in launch')).toMatch(/report[\s\S]*stamps|stamps[\s\S]*report/)
  expect(await ana.hear('ask the researcher to compare CRMs')).toContain('the agent researcher')
  expect(await ana.hear('ask Bob to compare CRMs')).toContain('Would create: ask Bob')
})

it('confirms what cannot be undone', async () => {
  await ana.say('call the bank 15m')
  await ana.say('delete it')
  expect(await ana.hear('trash empty')).toContain('This cannot be undone')
  expect(await ana.hear('trash')).toContain('call the bank')
  expect(await ana.hear('yes')).toContain('Permanently deleted: 1')
})

it('says so when it does not understand, and offers a way out', async () => {
  const turn = await ana.say('the weather is lovely')
  expect(turn.isUnderstood).toBe(false)
  expect(turn.replies[0]?.actions).toEqual([
    { label: 'Add it as a task', say: 'add task: the weather is lovely' },
    { label: 'Help', say: 'help' },
  ])
})

it('helps with the first things that people say, and with an area on request', async () => {
  const [first] = (await ana.say('help')).replies
  expect(first?.table?.rows.length).toBeLessThanOrEqual(12)
  expect(first?.actions).toContainEqual({ label: 'Runs', say: 'help runs' })
  const runs = await ana.hear('help with runs')
  expect(runs).toContain('run')
  expect(runs).not.toContain('call the bank')
})

it('keeps a state that can be stored as JSON', async () => {
  await ana.say(BOTH)
  expect(ChatState.parse(JSON.parse(JSON.stringify(ana.state())))).toEqual(
    JSON.parse(JSON.stringify(ana.state())),
  )
})
