/** What people say of when a schedule fires. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextDue } from '../../../src/domain/schedules/next-due.ts'
import { readWhen as read, WHEN_EXAMPLES } from '../../../src/domain/schedules/words.ts'
import { isUnread } from '../../../src/domain/time/unread.ts'

function readWhen(text: string): string | undefined {
  const when = read(text, { now: new Date('2026-03-04T09:00:00Z'), timeZone: 'Europe/Berlin' })
  return isUnread(when) ? undefined : when.cron
}

describe('when a schedule fires', () => {
  it.each([
    ['every weekday 8:30', '30 8 * * 1-5'],
    ['Every Day at 9', '0 9 * * *'],
    ['daily at 9pm', '0 21 * * *'],
    ['every monday 14:00', '0 14 * * 1'],
    ['every monday, wednesday and friday at 7.15', '15 7 * * 1,3,5'],
    ['mondays at noon', '0 12 * * 1'],
    ['on weekends at 10 am', '0 10 * * 0,6'],
    ['weekdays 8:30', '30 8 * * 1-5'],
    ['every day at midnight', '0 0 * * *'],
    ['every day at 12am', '0 0 * * *'],
    ['every day at 12:30 p.m.', '30 12 * * *'],
    ['hourly', '0 * * * *'],
    ['every 15 minutes', '*/15 * * * *'],
    ['every half hour', '*/30 * * * *'],
    ['every 6 hours', '0 */6 * * *'],
    ['on the 1st at 9:00', '0 9 1 * *'],
    ['every month on the 15th at 8', '0 8 15 * *'],
    ['on the last day of the month at 17:00', '0 17 L * *'],
    ['30 8 * * MON-FRI', '30 8 * * MON-FRI'],
  ])('%s is %s', (text, cron) => {
    expect(readWhen(text)).toBe(cron)
    expect(nextDue(cron, 'Europe/Berlin', new Date('2026-03-04T09:00:00Z'))).toBeInstanceOf(Date)
  })

  it.each([
    '',
    'every day',
    'soon',
    'every blue moon at 9',
    'every day at 25:00',
    'every day at 8:75',
    'every day at 13pm',
    'every 7 minutes',
    'every 0 minutes',
    'every day and monday at 9',
    'on the 32nd at 9',
    '0 30 8 * * 1-5',
    'h 8 * * *',
  ])('%s is not understood', (text) => expect(readWhen(text)).toBeUndefined())

  it('is one of the examples that an error names', () => {
    for (const example of WHEN_EXAMPLES.replace('or cron: ', '').split(', ').slice(0, -1))
      expect(readWhen(example)).toMatch(/^\S+ \S+ \S+ \S+ \S+$/)
  })

  const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

  it('is read the same however the day and the time are written', () => {
    const time = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) })
    const day = fc.integer({ min: 0, max: 6 })
    fc.assert(
      fc.property(
        day,
        time,
        fc.constantFrom('every ', 'each '),
        fc.constantFrom('', 'at '),
        (index, at, each, word) => {
          const minutes = String(at.minute).padStart(2, '0')
          const half = `${at.hour % 12 === 0 ? 12 : at.hour % 12}:${minutes}${at.hour < 12 ? 'am' : 'pm'}`
          const expected = `${at.minute} ${at.hour} * * ${index}`
          for (const clock of [`${String(at.hour).padStart(2, '0')}:${minutes}`, half])
            for (const name of [days[index] ?? '', (days[index] ?? '').slice(0, 3).toUpperCase()])
              expect(readWhen(`${each}${name}  ${word}${clock}`)).toBe(expected)
        },
      ),
    )
  })

  it('never throws, and gives five fields or nothing', () => {
    const words = [
      'every',
      'day',
      'monday',
      'at',
      '9',
      '8:30',
      'and',
      ',',
      '*',
      '*/5',
      'hour',
      'on',
      'the',
      '1st',
      'am',
    ]
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(text, (said) => {
        const cron = readWhen(said)
        if (cron !== undefined) expect(cron.split(' ')).toHaveLength(5)
      }),
    )
  })
})
