/** Finds words that say when in a title from which no moment was read: the person is told, not left to wonder. */
import type { Moment } from '../../time/clock.ts'
import { readDue } from '../../time/read-due.ts'
import { readRepeat } from '../../time/repeats/repeat-phrase.ts'
import { isUnread, type Unread } from '../../time/unread.ts'
import { hasDay, normalTitle } from './loose.ts'
import type { Reading } from './reading.ts'

const CLOCK = /^~?(\d{1,2}(:[0-5]\d)?[ap]m|([01]?\d|2[0-3]):[0-5]\d|noon)$/

/** What a schedule reads and a task does not. */
const FAST_REPEAT = /\b(every|each) (\d{1,3} )?(hour|minute|min)s?\b/

/** Why the title of a task without due and repeat may hold words that say when; null where it holds none. */
export function missedMoment({ words }: Reading, moment: Moment): Unread | null {
  const normal = normalTitle(words)
  const text = normal.join(' ')
  const [fast] = FAST_REPEAT.exec(text) ?? []
  const repeat = fast === undefined ? undefined : readRepeat(fast, moment)
  if (isUnread(repeat)) return repeat
  if (!hasDay(normal, moment)) return null
  if (!isUnread(readDue(text, moment)))
    return { unread: 'the message says when, and not what', instead: 'Write both: call Ana tomorrow 9am.' }
  if (!normal.some((word) => CLOCK.test(word))) return null
  return {
    unread: 'a day and a time are in the title, and were not read as one moment',
    instead: 'Write one beside the other: friday 18:30, or friday 18:30-20:10.',
  }
}
