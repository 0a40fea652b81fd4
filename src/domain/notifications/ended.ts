/** How the matter of a message ended, for channels that change what they showed. */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Message } from '../../core/area/message.ts'
import { momentText, timeText } from '../time/moment-text.ts'
import { byMessage } from './seen.ts'

const Ended = z.object({
  /** `approved`. */
  what: z.string(),
  /** The person, by name; null: nobody did it. */
  by: z.string().nullable(),
  at: z.coerce.date().nullable(),
})

/** How the matter of `n` ended, for `endedText`. */
export function endedFor(messages: readonly Message[]): SQL {
  const cases = messages.flatMap(({ ended, ...message }) =>
    ended === undefined ? [] : [[message, ended] as const],
  )
  return byMessage(cases, sql`null::jsonb`)
}

/** Whether the matter of `n` is still open: somebody can do something about it. */
export function isOpen(messages: readonly Message[]): SQL {
  const cases = messages.flatMap(({ isOpen, ...message }) =>
    isOpen === undefined ? [] : [[message, isOpen] as const],
  )
  return byMessage(cases, sql`false`)
}

interface Reader {
  readonly timeZone: string
  readonly now: Date
}

/** `Approved by Ada, 10:42`. */
export function endedText(selected: unknown, { timeZone, now }: Reader): string {
  const { what, by, at } = Ended.parse(selected ?? { what: 'done', by: null, at: null })
  const who = by === null ? '' : ` by ${by}`
  const isToday = at !== null && momentDay(timeZone, at) === momentDay(timeZone, now)
  const when = at === null ? '' : `, ${isToday ? timeText(timeZone, at) : momentText(timeZone, at)}`
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}${who}${when}`
}

function momentDay(timeZone: string, at: Date): string {
  return at.toLocaleDateString('en-GB', { timeZone })
}
