/** The days that people ask about, past or to come. */
import { expect, test } from 'vitest'
import { readDays } from '../../../src/domain/time/reading/read-days.ts'

/** A Wednesday. */
const NOW = { now: new Date('2026-03-04T09:00:00Z'), timeZone: 'Europe/Paris' }

test.each([
  ['today', '2026-03-04', '2026-03-04'],
  ['yesterday', '2026-03-03', '2026-03-03'],
  ['friday', '2026-03-06', '2026-03-06'],
  ['last friday', '2026-02-27', '2026-02-27'],
  ['last wednesday', '2026-02-25', '2026-02-25'],
  ['this week', '2026-03-02', '2026-03-08'],
  ['the week', '2026-03-02', '2026-03-08'],
  ['next week', '2026-03-09', '2026-03-15'],
  ['last week', '2026-02-23', '2026-03-01'],
  ['this weekend', '2026-03-07', '2026-03-08'],
  ['last month', '2026-02-01', '2026-02-28'],
  ['the next 3 days', '2026-03-04', '2026-03-06'],
  ['the last two weeks', '2026-02-19', '2026-03-04'],
  ['2020-01-31', '2020-01-31', '2020-01-31'],
])('"%s" is %s to %s', (text, from, to) => {
  expect(readDays(text, NOW)).toEqual({ from, to })
})

test.each(['soon', 'last', 'the next days', ''])('"%s" is refused', (text) => {
  expect(readDays(text, NOW)).toMatchObject({ unread: expect.any(String) })
})
