/** Reads one line: takes tokens off its ends and labels from anywhere, and leaves the title. */
import type { Moment } from '../../time/clock.ts'
import type { Unread } from '../../time/unread.ts'
import { takeDeadline } from './deadline.ts'
import { readHead } from './head.ts'
import { takeLabels } from './labels.ts'
import { refuseLoose } from './loose.ts'
import { readMiddle } from './middle.ts'
import { type Reading, startReading } from './reading.ts'
import { stripLeadIn } from './split.ts'
import { readTail } from './tail.ts'
import { cutWords, joinWords, readLiteral, type Word } from './text.ts'

/**
 * The reading of one line and its title. A line of tokens alone keeps them as its title. `refused`: why no date may be
 * read from it.
 */
export function readLine(
  line: string,
  moment: Moment,
  refused: Unread | null = null,
): Reading & { title: string } {
  const literal = readLiteral(line)
  if (literal !== undefined) {
    const title: Word = { text: literal.title.trim().split(/\s+/).join(' '), isGlued: false, isLiteral: true }
    const reading = startReading([title, ...cutWords(literal.rest)], refused)
    takeLabels(reading)
    takeDeadline(reading, moment)
    readTail(reading, moment)
    if (reading.words.length === 1) return { ...reading, title: title.text }
  }
  const stripped = stripLeadIn(line)
  const reading = startReading(cutWords(stripped), refused)
  takeLabels(reading)
  takeDeadline(reading, moment)
  readTail(reading, moment)
  readHead(reading, moment)
  readMiddle(reading, moment)
  refuseLoose(reading, moment)
  return { ...reading, title: stripLeadIn(joinWords(reading.words)) }
}
