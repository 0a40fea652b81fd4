/** The table of what people write of dates, times, zones and repeats, and what it means. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readWhen } from '../../../src/domain/schedules/words.ts'
import { parseCapture } from '../../../src/domain/tasks/capture/capture.ts'
import type { Due, Moment } from '../../../src/domain/time/due.ts'
import { readDue } from '../../../src/domain/time/reading/read-due.ts'
import { readRepeat } from '../../../src/domain/time/repeats/repeat-phrase.ts'
import { isUnread, type Unread } from '../../../src/domain/time/unread.ts'

const at = (now: string, timeZone: string): Moment => ({ now: new Date(now), timeZone })

const MOMENTS: Readonly<Record<string, Moment>> = {
  // Friday, ten in the morning.
  ny: at('2026-05-01T14:00Z', 'America/New_York'),
  // Thursday, ten in the morning.
  berlin: at('2026-11-26T09:00Z', 'Europe/Berlin'),
  kolkata: at('2026-11-26T04:30Z', 'Asia/Kolkata'),
  chicago: at('2026-11-26T16:00Z', 'America/Chicago'),
  shanghai: at('2026-11-26T02:00Z', 'Asia/Shanghai'),
  sydney: at('2026-11-25T23:00Z', 'Australia/Sydney'),
  utc: at('2026-11-26T10:00Z', 'UTC'),
  // Wednesday in summer.
  dublin: at('2026-07-08T09:00Z', 'Europe/Dublin'),
  phoenix: at('2026-07-08T17:00Z', 'America/Phoenix'),
  // The Saturday before the clocks change.
  'ny-spring': at('2026-03-07T15:00Z', 'America/New_York'),
  'ny-autumn': at('2026-10-31T14:00Z', 'America/New_York'),
  'berlin-spring': at('2026-03-28T09:00Z', 'Europe/Berlin'),
  auckland: at('2026-09-26T00:00Z', 'Pacific/Auckland'),
  // The day before a leap day, and before none.
  leap: at('2028-02-28T09:00Z', 'Europe/Berlin'),
  'no-leap': at('2027-02-28T09:00Z', 'Europe/Berlin'),
  // The last evening of a year, and its first minutes.
  'year-end': at('2026-12-31T21:00Z', 'Europe/Berlin'),
  'year-start': at('2026-12-31T11:30Z', 'Pacific/Auckland'),
}

interface Row {
  readonly field: string
  readonly moment: string
  readonly phrase: string
  readonly meaning: string
  readonly why: string
}

function readRows(): Row[] {
  const rows: Row[] = []
  let [field, moment] = ['', '']
  const text = readFileSync(new URL('phrases.txt', import.meta.url), 'utf8')
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const section = /^@ (\w+) (\S+)$/.exec(line)
    if (section !== null) {
      ;[, field = '', moment = ''] = section
      continue
    }
    const [, phrase, meaning, why] = /^(.+?) -> (.+) -- (.+)$/.exec(line) ?? []
    if (phrase === undefined || meaning === undefined || why === undefined || !(moment in MOMENTS))
      throw new Error(`not a row: ${line}`)
    rows.push({ field, moment, phrase, meaning, why })
  }
  return rows
}

const ROWS = readRows()

const dueText = ({ date, time, timeZone }: Due, moment: Moment): string =>
  [date, time, timeZone === moment.timeZone ? null : timeZone].filter((part) => part !== null).join(' ')

const refusal = ({ unread, instead }: Unread): string => `refused: ${unread}; ${instead}`

/** What each field makes of a phrase; `meaning` says how much of it the row tells. */
const FIELDS: Readonly<Record<string, (row: Row, moment: Moment) => string>> = {
  due({ phrase, meaning }, moment) {
    const due = readDue(phrase, moment)
    if (isUnread(due)) return refusal(due)
    const instant = meaning.includes(' = ') && due.at !== null ? ` = ${due.at.replace(':00.000Z', 'Z')}` : ''
    return `${dueText(due, moment)}${instant}`
  },
  repeat({ phrase }, moment) {
    const repeat = readRepeat(phrase.replaceAll('\\n', '\n'), moment)
    if (isUnread(repeat)) return refusal(repeat)
    if (repeat.lengthMinutes !== null) return 'refused: it has a beginning and an end'
    const { rule, time, timeZone, from } = repeat
    return [rule, time && `at ${time}`, timeZone, from && `from ${from}`].filter(Boolean).join(' ')
  },
  when({ phrase }, moment) {
    const when = readWhen(phrase, moment)
    return isUnread(when) ? refusal(when) : [when.cron, when.timeZone].filter(Boolean).join(' ')
  },
  capture({ phrase }, moment) {
    const { tasks, unread } = parseCapture(phrase, moment)
    const [task, ...others] = tasks
    if (task === undefined || others.length > 0) return `${tasks.length} tasks`
    const { title, minutes, priority, due, repeat, deadline } = task
    const when = [due && dueText(due, moment), repeat, deadline && `{${deadline}}`]
    const facts = [minutes && `${minutes}m`, priority && `P${priority}`, ...when]
    const text = [title, ...facts].filter(Boolean).join(' | ')
    const why = unread[0]
    const told = why ? `${why.unread}; ${why.instead}` : ''
    if (text === phrase) return `whole: ${told}`
    return told === '' ? text : `${text} ?? ${told}`
  },
}

/** "refused: x" and "whole: x" hold when x is named. */
function holds(meaning: string, got: string): boolean {
  const [, kind, named = ''] = /^(refused|whole)(?:: (.+))?$/.exec(meaning) ?? []
  if (kind === undefined) {
    const [facts = '', told = ''] = meaning.split(' ?? ')
    return told === '' ? got === meaning : got.startsWith(`${facts} ?? `) && got.includes(told)
  }
  return got.startsWith(`${kind}:`) && got.toLowerCase().includes(named.toLowerCase())
}

describe('what people write means what the table says', () => {
  test('the table is as large as it promises to be', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(300)
    expect(new Set(ROWS.map(({ field, moment, phrase }) => `${field} ${moment} ${phrase}`)).size).toBe(
      ROWS.length,
    )
  })

  test.each(ROWS)('$field at $moment: "$phrase" is $meaning', (row) => {
    const moment = MOMENTS[row.moment]
    const read = FIELDS[row.field]
    if (moment === undefined || read === undefined) throw new Error('no such section')
    const got = read(row, moment)
    if (!holds(row.meaning, got)) expect(got, row.why).toBe(row.meaning)
  })
})
