/** What repeats within a day is read alike wherever it is written: schedules take it, repeats of tasks and capture say why not. */
import { describe, expect, test } from 'vitest'
import { readWhen } from '../../../src/domain/schedules/words.ts'
import { parseCapture } from '../../../src/domain/tasks/capture/capture.ts'
import { readRepeat } from '../../../src/domain/time/repeats/repeat-phrase.ts'

const MOMENT = { now: new Date('2026-05-01T14:00Z'), timeZone: 'America/New_York' }

describe.each([
  ['every two hours', '0 */2 * * *'],
  ['every eight hours', '0 */8 * * *'],
  ['every other hour', '0 */2 * * *'],
  ['each 3 minutes', '*/3 * * * *'],
  ['every 15m', '*/15 * * * *'],
  ['every half hour', '*/30 * * * *'],
  ['every half an hour', '*/30 * * * *'],
  ['each hour', '0 * * * *'],
])('"%s"', (phrase, cron) => {
  const unread = `"${phrase}" is faster than daily`

  test('fires a schedule', () => {
    expect(readWhen(phrase, MOMENT)).toEqual({ cron, timeZone: null })
  })

  test('is refused as the repeat of a task', () => {
    expect(readRepeat(phrase, MOMENT)).toMatchObject({ unread })
  })

  test('stays in the title of a captured task, and the person is told', () => {
    const { tasks, unread: told } = parseCapture(`Check the oven ${phrase}`, MOMENT)
    expect(tasks).toMatchObject([{ title: `Check the oven ${phrase}`, repeat: null }])
    expect(told).toMatchObject([{ unread }])
  })
})

test('an "hourly" rate in a title repeats nothing', () => {
  expect(parseCapture('Agree on the hourly rate', MOMENT).unread).toEqual([null])
})
