/** Guesses whether a message says what somebody has to do, and is not a question or a remark. */

import { parseCapture } from '../capture/capture.ts'
import { stripLeadIn } from '../capture/split.ts'
import { ACTION_VERBS } from '../capture/words.ts'

/** Any moment will do: only whether there are words for a time, a length or a priority is looked at. */
const ANY_MOMENT = { now: new Date(0), timeZone: 'UTC' }

/** Words that announce a task, whatever follows. */
const ANNOUNCED =
  /\b(?:remind me|reminder|don['’]?t (?:let me )?forget|do not forget|to-?do|task:|add (?:a )?task|new task|i (?:also )?(?:need|have|ought) to|i (?:must|should)|we (?:need|have) to)\b/i

/** Beginnings of questions and remarks. */
const NOT_A_TASK =
  /^(?:who|whose|what|when|where|why|which|how|is|are|am|was|were|did|does|has|have i|had|will|would|should i|shall|may i|can i|could i|it|its|it['’]s|this|that['’]?s?|there|i['’]m|i am|i was|i did|i have (?!to)|i['’]ve|i like|i love|i hate|i think|i feel|we were|we did|you|he|she|they|yes|no|ok|okay|sorry|wow|lol|haha)\b/i

/** Whether a message says so in words of its own: it announces a task, or has a day, a length, a priority or a label. */
export function saysTask(message: string): boolean {
  return isAnyLine(message, (text) => ANNOUNCED.test(text) || (mayBeTask(text) && hasToken(text)))
}

/** Whether a message begins as a task would: with what must be done. So does what is asked of an assistant. */
export function startsLikeTask(message: string): boolean {
  return isAnyLine(message, (text) => mayBeTask(text) && startsWithVerb(stripLeadIn(text)))
}

function isAnyLine(message: string, isMeant: (text: string) => boolean): boolean {
  return message.split('\n').some((line) => line.trim() !== '' && isMeant(line.trim()))
}

function mayBeTask(text: string): boolean {
  return !text.endsWith('?') && !NOT_A_TASK.test(text)
}

function startsWithVerb(text: string): boolean {
  const [verb = '', ...rest] = text.split(/\s+/)
  return rest.length > 0 && ACTION_VERBS.has(verb.toLowerCase().replace(/[,:;]$/, ''))
}

/** Whether it has a length, a day, a priority or a label beside words of its own. */
function hasToken(text: string): boolean {
  const { tasks, unread } = parseCapture(text, ANY_MOMENT)
  return tasks.some(
    ({ title, minutes, due, repeat, priority, labels, project }, index) =>
      title !== text &&
      /\p{L}/u.test(title) &&
      (minutes !== null ||
        due !== null ||
        repeat !== null ||
        priority !== null ||
        labels.length > 0 ||
        project !== null ||
        unread[index] !== null),
  )
}
