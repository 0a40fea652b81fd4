/** Reads when a schedule fires: cron, an interval, or a repeat with its time of day ("every weekday 8:30 PST"). */
import type { Moment } from '../time/clock.ts'
import { normalWords } from '../time/days/words.ts'
import type { Repeat } from '../time/repeats/repeat.ts'
import { readRepeat } from '../time/repeats/repeat-phrase.ts'
import { parseRule } from '../time/repeats/repeat-rule.ts'
import { isUnread, type Unread } from '../time/unread.ts'
import { zoneNamed } from '../time/zones/zone-names.ts'
import { isCronText, readCronText } from './cron.ts'
import { daysOf } from './cron-days.ts'
import { readInterval } from './intervals.ts'

/** Examples for callers whose words were not understood. */
export const WHEN_EXAMPLES =
  'every weekday 8:30, every day at 9, every monday and thursday 14:00, every 15 minutes, hourly, on the 1st at 9:00, or cron: 30 8 * * 1-5'

const WHEN_MAX_CHARS = 200

/** The timing of a schedule. */
export interface When {
  /** Five fields. */
  readonly cron: string
  /** IANA name of the zone in the words; null if there is none. */
  readonly timeZone: string | null
}

/** The timing that the text means, or the part that is not understood. */
export function readWhen(text: string, moment: Moment): When | Unread {
  if (text.length > WHEN_MAX_CHARS)
    return { unread: 'the time is too long', instead: `Use up to ${WHEN_MAX_CHARS} characters.` }
  const { rest, timeZone } = cutZone(text.trim())
  const cron = isCronText(rest) ? readCronText(rest) : readInterval(normalWords(rest))
  if (isUnread(cron)) return cron
  if (cron !== undefined) return { cron, timeZone }
  const repeat = readRepeat(text, moment)
  return isUnread(repeat) ? withExamples(repeat) : ofRepeat(repeat, text)
}

/** The zone before cron (`CRON_TZ=Europe/Paris 0 9 * * *`, as cronie and Kubernetes write it) or after it. */
function cutZone(text: string): { rest: string; timeZone: string | null } {
  const [, before, behind] = /^(?:CRON_)?TZ=(\S+)\s+(.+)$/i.exec(text) ?? []
  const [, front, after] = /^(.+)\s([a-z]+\/\S+|UTC|GMT)$/i.exec(text) ?? []
  const [name, rest] = [before ?? after, behind ?? front]
  const timeZone = /^(UTC|GMT)$/i.test(name ?? '') ? 'UTC' : zoneNamed(name ?? '')
  return timeZone === undefined || rest === undefined || !isCronText(rest)
    ? { rest: text, timeZone: null }
    : { rest, timeZone }
}

const NOT_READ = 'is not a repeat that can be read'

function withExamples(read: Unread): Unread {
  if (!read.unread.includes(NOT_READ)) return read
  return {
    unread: read.unread.replace(NOT_READ, 'is not understood as a time at which a schedule fires'),
    instead: `Write for example: ${WHEN_EXAMPLES}.`,
  }
}

function ofRepeat(repeat: Repeat, text: string): When | Unread {
  const rule = parseRule(repeat.rule)
  const days = rule === undefined ? undefined : daysOf(rule)
  if (days === undefined || isUnread(days)) return days ?? notKept(text)
  if (repeat.time === null)
    return { unread: `"${text}" names no time of day`, instead: 'Add one: every monday at 9:00.' }
  if (repeat.isGuess)
    return {
      unread: `"${text}" may be in the morning or the afternoon`,
      instead: `Write ${repeat.time} or ${morningOf(repeat.time)}.`,
    }
  if (repeat.from !== null)
    return { unread: 'a schedule always begins at once', instead: 'Leave out the day on which it begins.' }
  if (repeat.lengthMinutes !== null)
    return { unread: 'a schedule fires at one time of day', instead: `Write the time alone: ${repeat.time}.` }
  const [hour, minute] = repeat.time.split(':').map(Number)
  return { cron: `${minute} ${hour} ${days}`, timeZone: repeat.timeZone }
}

const morningOf = (time: string): string =>
  `${String(Number(time.slice(0, 2)) - 12).padStart(2, '0')}${time.slice(2)}`

const notKept = (text: string): Unread => ({
  unread: `"${text}" cannot be kept as a schedule`,
  instead: `Write for example: ${WHEN_EXAMPLES}.`,
})
