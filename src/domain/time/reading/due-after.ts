/** What a new due date keeps of the one before: a day its time, and a time its day. */
import { readSaid } from '../days/date-words.ts'
import { normalWords } from '../days/words.ts'
import { type Due, isOverdue, type Moment, makeDue } from '../due.ts'

type DueParts = Pick<Due, 'date' | 'time' | 'timeZone'>

/** A new due date, and the words that it was read from where it was given in words. */
interface Given {
  readonly due: Due
  readonly words: unknown
}

export function dueAfter({ due, words }: Given, before: DueParts | null, moment: Moment): Due {
  if (before === null) return due
  const isTime = typeof words === 'string' && isTimeAlone(words, moment)
  return isTime ? keepDay(before, due, moment) : keepTime(before, due, moment)
}

function isTimeAlone(text: string, moment: Moment): boolean {
  const said = readSaid(normalWords(text), moment)
  return said?.time != null && said.day === null && said.part === null
}

/** "Do it tomorrow" moves the day and keeps the time. */
export function keepTime({ time, timeZone }: DueParts, to: Due, moment: Moment): Due {
  if (to.time !== null || time === null) return to
  return makeDue({ date: to.date, time, timeZone }, moment) ?? to
}

/** "Move it to 4pm" keeps the day, unless that moment has passed. */
function keepDay({ date }: DueParts, to: Due, moment: Moment): Due {
  const kept = makeDue({ date, time: to.time, timeZone: to.timeZone }, moment)
  return kept === undefined || isOverdue(kept, moment) ? to : kept
}
