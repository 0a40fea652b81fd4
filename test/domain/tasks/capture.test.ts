/** Capture: FlowCoach's rules by example, and what holds for any text. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CapturedTask,
  parseCapture,
  todoistPriority,
} from '../../../src/domain/tasks/capture/capture.ts'
import { formatCaptured } from '../../../src/domain/tasks/capture/format.ts'
import type { Moment } from '../../../src/domain/time/due.ts'
import { codePoint } from '../../support/code-point.ts'
import { cpuMsOf } from '../../support/cpu-time.ts'
import { cases, isLong } from '../../support/form.ts'

/** A Friday, ten in the morning in New York. */
const FRIDAY: Moment = { now: new Date('2026-05-01T14:00:00Z'), timeZone: 'America/New_York' }

const capture = (text: string, moment = FRIDAY): CapturedTask[] => parseCapture(text, moment).tasks
const titles = (text: string): string[] => capture(text).map(({ title }) => title)

function only(text: string): CapturedTask {
  const [task, ...more] = capture(text)
  if (task === undefined || more.length > 0) throw new Error(`not one task: ${text}`)
  return task
}

/** "title | minutes | priority | due | repeat | labels | project", leaving out what is null. */
function summary(text: string): string {
  const { title, minutes, priority, due, repeat, labels, project } = only(text)
  const when = due && [due.date, due.time].filter((part) => part !== null).join(' ')
  const parts = [minutes && `${minutes}m`, priority && `P${priority}`, when, repeat]
  return [title, ...parts, ...labels.map((label) => `@${label}`), project && `#${project}`]
    .filter(Boolean)
    .join(' | ')
}

describe('one message into tasks', () => {
  test.each([
    ['call mom\nbuy milk\r\n\n- write report', ['call mom', 'buy milk', 'write report']],
    ['1) call mom 2) buy milk 3) pay rent', ['call mom', 'buy milk', 'pay rent']],
    ['todo: 1) call mom 2) buy milk', ['call mom', 'buy milk']],
    ['1. call mom\n2. buy milk', ['call mom', 'buy milk']],
    ['• call mom • buy milk', ['call mom', 'buy milk']],
    ['- [ ] call mom\n- [x] buy milk', ['call mom', 'buy milk']],
    ['Todo:\ncall mom\nbuy milk', ['call mom', 'buy milk']],
    ['buy milk, eggs, call mom', ['buy milk, eggs', 'call mom']],
    ['buy milk, and call mom', ['buy milk', 'call mom']],
    ['send invoice; call Bob', ['send invoice', 'call Bob']],
    ['deck edits 30m, expense report 15 min', ['deck edits', 'expense report']],
    ['buy milk, eggs and bread', ['buy milk, eggs and bread']],
    ['Invite Ann, Mark and Bill', ['Invite Ann, Mark and Bill']],
    ['If it rains, cancel the picnic', ['If it rains, cancel the picnic']],
    ['Tomorrow, call mom and dad', ['call mom and dad']],
    ['Upgrade to version 2) of the tool', ['Upgrade to version 2) of the tool']],
    ['', []],
    [' \n\t ', []],
    ['-\n•\n', []],
  ])('%j', (text, expected) => {
    expect(titles(text)).toEqual(expected)
  })

  test.each([
    ['remind me to call mom', 'call mom'],
    ['Remind me to: call mom', 'Remind me to: call mom'],
    ['I need to call mom', 'call mom'],
    ['please add task to call mom', 'call mom'],
    ['Create a task to call mom', 'call mom'],
    ['todo: call mom', 'call mom'],
    ["don't forget to call mom", 'call mom'],
    ['2) I should remind me to call mom', 'call mom'],
    ['remind me to', 'remind me to'],
    ['Create a presentation', 'Create a presentation'],
    ['Add eggs to the list', 'Add eggs to the list'],
  ])('lead-ins go: %j', (text, title) => {
    expect(titles(text)).toEqual([title])
  })
})

describe('how long', () => {
  test.each([
    ['email Aaron about invoice - 5 mins', 'email Aaron about invoice | 5m'],
    ['quick email (2m)', 'quick email | 2m'],
    ['half hour deck edits', 'deck edits | 30m'],
    ['deck edits half an hour', 'deck edits | 30m'],
    ['deck edits, quarter hour', 'deck edits | 15m'],
    ['deck edits a quarter of an hour', 'deck edits | 15m'],
    ['budget thing ~20 minutes', 'budget thing | 20m'],
    ['budget thing about 20 min', 'budget thing | 20m'],
    ['budget thing roughly 20m', 'budget thing | 20m'],
    ['15-30 mins to clean CRM', 'clean CRM | 30m'],
    ['clean CRM 15–30 min', 'clean CRM | 30m'],
    ['clean CRM 10 to 15 minutes', 'clean CRM | 15m'],
    ['clean CRM 1-2 hours', 'clean CRM | 120m'],
    ['write spec 2h', 'write spec | 120m'],
    ['write spec 1h30', 'write spec | 90m'],
    ['write spec 1h 30m', 'write spec | 90m'],
    ['write spec 1.5 hours', 'write spec | 90m'],
    ['write spec an hour and a half', 'write spec | 90m'],
    ['write spec two hours', 'write spec | 120m'],
    ['write spec - 30+', 'write spec | 30m'],
    ['meditate for 10 minutes', 'meditate | 10m'],
    ['call Bob for 20 min about taxes', 'call Bob for 20 min about taxes | 20m'],
    ['write spec - 10', 'write spec | 10m'],
  ])('%j', (text, expected) => {
    expect(summary(text)).toBe(expected)
  })

  test('minutes decide the bucket; else a quick verb; else we ask', () => {
    expect(only('draft plan 5m')).toMatchObject({ bucket: '2min', ask: null, isProjectCandidate: false })
    expect(only('draft plan 15m')).toMatchObject({ bucket: '10min', ask: null })
    expect(only('draft plan 16m')).toMatchObject({ bucket: '30plus', ask: null, isProjectCandidate: true })
    expect(only('review plan')).toMatchObject({ minutes: null, bucket: '10min', ask: null })
    expect(only('draft plan')).toMatchObject({ minutes: null, bucket: null, ask: 'minutes' })
  })
})

describe('how important', () => {
  test.each([
    ['Call doctor — 10m — P2', 'Call doctor | 10m | P2'],
    ['Call doctor—10m—P2', 'Call doctor | 10m | P2'],
    ['Call doctor | 10m | p2', 'Call doctor | 10m | P2'],
    ['Call doctor; 10m; P2', 'Call doctor | 10m | P2'],
    ['Call doctor, 10m, P2', 'Call doctor | 10m | P2'],
    ['Call doctor 10m P2', 'Call doctor | 10m | P2'],
    ['Call doctor - urgent', 'Call doctor | P1'],
    ['Call doctor asap!!', 'Call doctor | P1'],
    ['URGENT: call doctor', 'call doctor | P1'],
    ['Call doctor - critical', 'Call doctor | P1'],
    ['Call doctor - high', 'Call doctor | P2'],
    ['Call doctor, medium', 'Call doctor | P3'],
    ['Call doctor - normal', 'Call doctor | P3'],
    ['Call doctor - low', 'Call doctor | P4'],
    ['Call doctor low priority', 'Call doctor | P4'],
    ['Call doctor priority: high', 'Call doctor | P2'],
    ['Call doctor soon', 'Call doctor | P2'],
    ['Call doctor later', 'Call doctor | P4'],
    ['Call doctor someday', 'Call doctor | P4'],
    ['Call doctor today', 'Call doctor | P2 | 2026-05-01'],
    ['Call doctor tomorrow', 'Call doctor | P2 | 2026-05-02'],
    ['Call doctor this week', 'Call doctor | P4 | 2026-05-03'],
    ['Call doctor must do today', 'Call doctor | P1 | 2026-05-01'],
    ['Call doctor today - P4', 'Call doctor | P4 | 2026-05-01'],
    ['Call doctor urgent - P3', 'Call doctor | P3'],
  ])('%j', (text, expected) => {
    expect(summary(text)).toBe(expected)
  })

  test("a person's P1 is Todoist's 4, and back", () => {
    expect(([1, 2, 3, 4] as const).map(todoistPriority)).toEqual([4, 3, 2, 1])
  })
})

describe('when', () => {
  test.each([
    ['Pay tax by friday', 'Pay tax | 2026-05-08'],
    ['Pay tax next friday', 'Pay tax | 2026-05-15'],
    ['Pay tax 12/24', 'Pay tax | 2026-12-24'],
    ['Pay tax 4/30', 'Pay tax | 2027-04-30'],
    ['Pay tax 6/3/27 at 3pm', 'Pay tax | 2027-06-03 15:00'],
    ['Pay tax Jan 15', 'Pay tax | 2027-01-15'],
    ['Pay tax - January 15th, 2027', 'Pay tax | 2027-01-15'],
    ['Pay tax in 3 weeks', 'Pay tax | 2026-05-22'],
    ['Pay tax end of month', 'Pay tax | 2026-05-31'],
    ['Pay tax next week', 'Pay tax | 2026-05-10'],
    ['Pay tax tomorrow 9am', 'Pay tax | P2 | 2026-05-02 09:00'],
    ['Pay tax at 14:30', 'Pay tax | 2026-05-01 14:30'],
    ['Pay tax at 9:30', 'Pay tax | 2026-05-02 09:30'],
    ['Pay tax in 30 minutes', 'Pay tax | 2026-05-01 10:30'],
    ['Tomorrow: pay tax', 'pay tax | P2 | 2026-05-02'],
    ['tomorrow pay tax 20m', 'pay tax | 20m | P2 | 2026-05-02'],
    ['remind me on friday to pay tax', 'pay tax | 2026-05-08'],
    ['Call Bob tomorrow about the invoice', 'Call Bob tomorrow about the invoice | P2 | 2026-05-02'],
    ['Prepare slides for Friday', 'Prepare slides for Friday | 2026-05-08'],
    ['Plan tomorrow', 'Plan tomorrow | P2 | 2026-05-02'],
    ['Gym every mon, wed & fri at 7am', 'Gym | 2026-05-04 07:00 | FREQ=WEEKLY;BYDAY=MO,WE,FR'],
    ['Standup every weekday 9:30 15m', 'Standup | 15m | 2026-05-04 09:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
    ['every monday water plants', 'water plants | 2026-05-04 | FREQ=WEEKLY;BYDAY=MO'],
    ['Pay rent every month on the 15th', 'Pay rent | 2026-05-15 | FREQ=MONTHLY;BYMONTHDAY=15'],
    ['Run 5k daily starting monday', 'Run 5k | 2026-05-04 | FREQ=DAILY'],
  ])('%j', (text, expected) => {
    expect(summary(text)).toBe(expected)
  })

  test('a date that may not be used leaves its words and sets nothing', () => {
    expect(summary('Pay tax 4/30/20')).toBe('Pay tax 4/30/20')
    expect(summary('Pay tax 2026-02-30')).toBe('Pay tax 2026-02-30')
    expect(summary('Pay tax today 9am')).toBe('Pay tax today 9am')
    expect(summary('Pay tax 2031-01-01')).toBe('Pay tax 2031-01-01')
  })

  test("dates are read in the person's zone", () => {
    const moment = { ...FRIDAY, timeZone: 'Pacific/Auckland' }
    expect(capture('Pay tax tomorrow 9am', moment)[0]?.due).toEqual({
      date: '2026-05-03',
      time: '09:00',
      timeZone: 'Pacific/Auckland',
      at: '2026-05-02T21:00:00.000Z',
    })
  })
})

describe('labels and projects', () => {
  test.each([
    ['Fix sink @home #Flat', 'Fix sink | @home | #Flat'],
    ['Fix @home sink #Flat 20m @Home', 'Fix sink | 20m | @home | #Flat'],
    ['Fix sink - 20m - @home - #Flat', 'Fix sink | 20m | @home | #Flat'],
    ['Email bob@x.com about issue #12', 'Email bob@x.com about issue #12'],
    ['Learn C# @ work', 'Learn C# @ work'],
    ['Fix #one #two', 'Fix #two | #one'],
    ['@home #Flat', '@home #Flat'],
    ['Räume auf @büro', 'Räume auf | @büro'],
  ])('%j', (text, expected) => {
    expect(summary(text)).toBe(expected)
  })
})

describe("a title's own words", () => {
  test.each([
    ...[
      'Review the 20 page report',
      'Email Jan',
      'Call May about March figures',
      'Buy 2 soon-to-expire tickets',
    ],
    ...[
      'Fix the bug because it is urgent',
      'Watch Black Friday',
      'Set volume low',
      'Back to normal',
      'Get well soon',
    ],
    ...[
      'Reduce time to 5 minutes',
      'Finish part 1/2',
      'Work 24/7',
      'Mon - Fri schedule',
      'Vacation Jan 5 - Jan 10',
    ],
    ...[
      'Raise 5M',
      'Read Psalm 3:16',
      'Sit in the sun',
      'Read the Daily',
      '20 minute workout',
      'Sell 3 day passes',
    ],
    ...['Compare high, medium, low', 'Plan next year', 'Watch the 10 minute video', 'Decide now or later'],
    ...[
      'P1 incident postmortem',
      'Today show prep',
      'Well-known 2-hour drive',
      'Write about urgent',
      'Buy size 10',
    ],
  ])('%j stays whole, and nothing is read from it', (title) => {
    expect(summary(title)).toBe(title)
  })

  test.each([
    'today',
    'tomorrow 9am',
    '20m',
    'urgent',
    'P1',
    'every monday',
    '@home',
    '20m - P1',
    'friday - 20m',
  ])('tokens alone leave a title: %j', (text) => {
    expect(only(text).title).not.toBe('')
  })

  test('a title in quotes is taken as it stands', () => {
    expect(summary('"Buy milk, call mom tomorrow" - 20m')).toBe('Buy milk, call mom tomorrow | 20m')
    expect(summary('"Say \\"hi\\" today"')).toBe('Say "hi" today')
    expect(summary('Read "Dune" - 2h')).toBe('Read "Dune" | 120m')
  })

  test('what particles belong to a verb stay with it', () => {
    expect(summary('Log in tomorrow')).toBe('Log in | P2 | 2026-05-02')
    expect(summary('Stop by tomorrow')).toBe('Stop by | P2 | 2026-05-02')
  })
})

const PLAIN = fc.constantFrom(
  ...'Report budget Ann with garden the letters Zoë about 17 big-picture v2.0 naïve 日本 🎉 C++ (draft) plan B slides'.split(
    ' ',
  ),
)
const TRICKY = fc.constantFrom(
  ...[
    ...'today tomorrow friday mon sun jan may 15 12/24 9am at 14:30 3:15 noon in 3 days next week this month every'.split(
      ' ',
    ),
    ...'monday weekday other and daily monthly on the 15th 20m 2h half an hour about roughly 15-30 min for to of 30+'.split(
      ' ',
    ),
    ...'urgent asap critical high low medium soon later someday priority p1 P4 must do @home #Flat @ # - — – | ; , ,x'.split(
      ' ',
    ),
    ...'" "a b" \\ ( ) (2m) : due: by Plan Review call Buy remind me please task 1) 2) • * [ ] 1. -- RRULE:FREQ=DAILY'.split(
      ' ',
    ),
    ...'2026-05-04 2026-11-01 01:30 2026-11-01T01:30-05:00 2026-02-30 starting until end month todo: If I need {friday} { } deadline at the latest'.split(
      ' ',
    ),
  ],
)
const MIXED = fc.array(fc.oneof(PLAIN, TRICKY), { maxLength: 14 }).map((words) => words.join(' '))
const ANY_TEXT = fc.oneof(
  MIXED,
  MIXED,
  fc.string({ unit: codePoint, maxLength: 200 }),
  fc.string({ maxLength: 80 }),
)
const ZONED = fc
  .tuple(
    fc.constantFrom('America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'),
    fc.integer({ min: 0, max: 400 }),
  )
  .map(([timeZone, days]): Moment => ({ timeZone, now: new Date(FRIDAY.now.getTime() + days * 86_400_000) }))

describe('for any text', () => {
  test('it never throws, and every task has a title on one line', () => {
    fc.assert(
      fc.property(ANY_TEXT, ZONED, (text, moment) => {
        for (const task of capture(text, moment)) {
          expect(task.title.trim()).not.toBe('')
          expect(task.title).not.toMatch(/[\n\r]/)
        }
      }),
      { numRuns: cases(150, 2_000) },
    )
  })

  const DAYS: readonly (readonly [string, string])[] = [
    ['friday', '2026-05-08'],
    ['on Friday', '2026-05-08'],
    ['next tuesday', '2026-05-12'],
    ['tomorrow', '2026-05-02'],
    ['Dec 4', '2026-12-04'],
    ['4 December', '2026-12-04'],
    ['2026-12-04', '2026-12-04'],
    ['12/4', '2026-12-04'],
    ['in 3 days', '2026-05-04'],
  ]
  const TIMES: readonly (readonly [string, string])[] = [
    ['at 18:30', '18:30'],
    ['18:30', '18:30'],
    ['6:30pm', '18:30'],
    ['at 6.30 pm', '18:30'],
    ['@ 6:30pm', '18:30'],
    ['at 9', '09:00'],
    ['9 am', '09:00'],
    ['at noon', '12:00'],
    ['in the evening', '18:00'],
  ]
  const BEFORE = fc.constantFrom(
    '',
    'Flight',
    'Meet Zoe',
    'Book a table for 2',
    'Pay the 30 invoices',
    'Call Jan and May',
  )
  const AFTER = fc.constantFrom('', 'to Oslo', 'in the cafe', 'with Zoe', 'for 4 people', 'about chapter 9')

  test('a time beside a day is read as the time of that day or not at all', () => {
    const order = fc.boolean()
    let read = 0
    fc.assert(
      fc.property(
        BEFORE,
        AFTER,
        fc.constantFrom(...DAYS),
        fc.constantFrom(...TIMES),
        order,
        (left, right, ...rest) => {
          const [[day, date], [time, clock], isDayFirst] = rest
          const when = isDayFirst ? `${day} ${time}` : `${time} ${day}`
          const said = `${left} ${when} ${right}`.trim()
          const { due, title } = only(said)
          if (due === null) expect(title).toBe(said)
          else expect([due.date, due.time]).toEqual([date, clock])
          if (due !== null) read += 1
        },
      ),
      { numRuns: cases(100, 5_000) },
    )
    expect(read).toBeGreaterThan(cases(40, 2_000))
  })

  test('a time with a zone is read in that zone or not at all', () => {
    const zones: readonly (readonly [string, string])[] = [
      ['PDT', 'T16:00:00.000Z'],
      ['PT', 'T16:00:00.000Z'],
      ['UTC+2', 'T07:00:00.000Z'],
      ['GMT-3', 'T12:00:00.000Z'],
      ['+05:30', 'T03:30:00.000Z'],
      ['UTC', 'T09:00:00.000Z'],
      ['Europe/Paris', 'T07:00:00.000Z'],
      ['Tokyo time', 'T00:00:00.000Z'],
      ['JST', 'T00:00:00.000Z'],
      ['CST', ''],
      ['IST', ''],
      ['Springfield time', ''],
    ]
    fc.assert(
      fc.property(
        BEFORE,
        AFTER,
        fc.constantFrom(...zones),
        fc.boolean(),
        (left, right, [zone, at], isDayLast) => {
          const when = isDayLast ? `9am ${zone} tomorrow` : `tomorrow 9am ${zone}`
          const { due, title } = only(`${left} ${when} ${right}`.trim())
          if (due === null || due.time === null) expect(title).toContain(zone)
          else expect(due.at).toBe(`2026-05-02${at}`)
        },
      ),
      { numRuns: cases(60, 3_000) },
    )
  })

  test('the formatted task reads back as the same task', () => {
    fc.assert(
      fc.property(ANY_TEXT, ZONED, (text, moment) => {
        for (const task of capture(text, moment))
          expect(capture(formatCaptured(task), moment)).toEqual([task])
      }),
      { numRuns: cases(200, 3_000) },
    )
  })

  test('a title of odd punctuation reads back too', () => {
    for (const task of capture('20m 1), for ')) expect(capture(formatCaptured(task))).toEqual([task])
  })

  test('no word of a title is lost, whatever tokens follow it', () => {
    const title = fc
      .array(PLAIN, { minLength: 1, maxLength: 6 })
      .map((words) => ['Draft', ...words, 'memo'].join(' '))
    const tokens = fc.subarray(['20m', 'P2', '2026-06-01', 'every monday', '{2026-06-09}', '@home', '#Flat'])
    const separator = fc.constantFrom(' - ', ' — ', ' | ', '; ', ' ')
    fc.assert(
      fc.property(title, tokens, separator, (words, list, mark) => {
        const task = only([words, ...list].join(mark))
        expect(task.title).toBe(words)
        expect(task.minutes).toBe(list.includes('20m') ? 20 : null)
        expect(task.priority).toBe(list.includes('P2') ? 2 : null)
        expect(task.labels).toEqual(list.includes('@home') ? ['home'] : [])
        expect(task.project).toBe(list.includes('#Flat') ? 'Flat' : null)
        expect(task.deadline).toBe(list.includes('{2026-06-09}') ? '2026-06-09' : null)
        expect(task.due !== null).toBe(list.includes('2026-06-01') || list.includes('every monday'))
      }),
    )
  })

  test('words are only ever taken, never changed or moved', () => {
    fc.assert(
      fc.property(MIXED, (text) => {
        const said = text.split(/[\s,:;|—"\\]+/)
        let from = 0
        for (const word of titles(text)
          .flatMap((title) => title.split(/[\s,:;|—"\\]+/))
          .filter(Boolean)) {
          from = said.indexOf(word, from) + 1
          expect(from).toBeGreaterThan(0)
        }
      }),
      { numRuns: cases(150, 2_000) },
    )
  })

  test.runIf(isLong)('ten thousand hostile characters take no noticeable time', async () => {
    const hostile = [
      'at ',
      'a, ',
      '"\\"',
      '.',
      '- ',
      '1) ',
      'every ',
      '@a ',
      '(',
      '20m ',
      ' -',
      '#',
      'in the ',
      '9am a/b ',
      'first monday of june ',
      'every 9am X time ',
      'deadline friday ',
      'a deadline friday\n',
      'no later than ',
      '{may 3 ',
      '1/',
      '1h',
      '—',
    ]
    for (const piece of hostile) {
      const text = piece.repeat(10_000 / piece.length)
      const cpuMs = await cpuMsOf(() => {
        for (const task of capture(text)) formatCaptured(task)
      })
      expect(cpuMs).toBeLessThan(1500)
    }
  })
})
