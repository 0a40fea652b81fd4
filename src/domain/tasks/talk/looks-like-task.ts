/** Guesses whether a message says what somebody has to do, and is not a question or a remark. */

import { parseCapture } from '../capture/capture.ts'
import { stripLeadIn } from '../capture/split.ts'
import { ACTION_VERBS } from '../capture/words.ts'

/** Any moment will do: only whether there are words for a time, a length or a priority is looked at. */
const ANY_MOMENT = { now: new Date(0), timeZone: 'UTC' }

/** Words that announce a task, whatever follows. */
const ANNOUNCED =
  /\b(?:remind me|reminder|don['’]?t (?:let me )?forget|do not forget|to-?do|task:|add (?:a )?task|new task|i (?:also )?(?:need|have|ought) to|i (?:must|should)|we (?:need|have|ought) to|we (?:must|should)|(?:i )?(?:gotta|gonna)|i['’]?ve got to)\b/i

/** Beginnings of questions, and of wishes to see something. */
const QUESTION =
  /^(?:(?:who|what|when|where|how|why)(?:['’]?s)?|whose|which|is|are|am|was|were|do (?:i|we|you|they)|did|does|has|have i|had i|will|would|should i|shall|may i|can i|could i|any|anything|show|list|display|search|look up|tasks?|my|undo)\b/i

/** Beginnings of remarks. */
const REMARK =
  /^(?:it|its|it['’]s|this|that['’]?s?|there|i['’]m|i am|i was|i did|i just|i only|i have (?!to)|i['’]ve (?!got to)|i (?:can['’]?t|cannot|won['’]?t|don['’]?t|didn['’]?t)|i like|i love|i hate|i think|i feel|we were|we did|you|he|she|they|yes|no|ok|okay|sorry|wow|lol|haha)\b/i

/** Beginnings of what concerns a task that is there. */
const ABOUT_TASK =
  /^(?:add|make|write|put) (?:an? )?(?:note|comment|subtask|sub-task|label|tag|reminder) (?:to|on|for|under)\b/i

/** Beginnings of what is asked of the reader: "tell me a joke". */
const ASKS_READER = /^(?:tell|show|give|send|find|get|bring|read|teach|explain to|write) me\b/i

/** Beginnings of orders about what this gateway has. */
const ORDER =
  /^(?:set|change|switch|turn|update|start|run|launch|create|make|open|stop|kill|pause|resume|remove|delete|schedule|clear|enable|disable|mute) (?:(?:up|off|on|an?|the|my|all|this|that|every|its) )*(?:time ?zone|tz|notifications?|previews?|quiet hours|project|agents?|runs?|assistant|budget|brief|wrap|approvals?|api key|todoist|everything|deadline|due date)\b/i
const ABOUT_TEAM = /^(?:(?:add|remove) .+ (?:to|from) (?:the|my|our) team|invite .+ to (?:the|my|our) team$)/i
/** "Report the bug to Ana" is a task, and "report from yesterday" asks for one. */
const REPORT =
  /^reports? (?:for|of|on|from)? ?(?:today|yesterday|(?:this|last|the) (?:day|week|month|quarter|year))\b/i
/** Orders not to do something. */
const NEGATED = /^(?:no,? |please )?(?:(?:don['’]?t|do not|never)\b(?! (?:let me )?forget)|stop reminding\b)/i
const IN_TODOIST = /\b(?:in|to|from|on|into|with|at) (?:my )?todoist\b/i
/** A reminder of nothing in particular. */
const REMINDED_OF_NOTHING = /^remind me(?: again| later| (?:about|of) (?:it|that|this))?$/i

/** A task by its number. */
const REFERENCE = /(?<!\S)t-\d+\b/i

/** How a wish begins that may look like a question. */
const COURTESY =
  /^(?:(?:please|pls|hey|hi|ok|okay|also|so|oh),? )?(?:(?:can|could|would) (?:you|u) )?(?:(?:please|pls|maybe) )?(?:(?:let['’]?s|lets) )?/i

/** The end of what is asked. */
const ASKED_END = /,?(?: (?:for me|please|pls|thanks))*[?.!]*$/i

/** "Add" as the word for what is asked, and the list that it names. */
const ADD = /^add:?\s+(?=\S)/i
const TO_LIST =
  /\s+(?:to|on|in) (?:my|the) (?:tasks?|todos?|to-?dos?|list|(?:todo|to-?do|to do|task) list)[.!?]?$/i

/** Asks to have something added that the words only point at, such as a file. */
const POINTING =
  /^(?:add|put|save|keep|create|capture|write)(?: down)? (?:it|them|these|those|this|that|everything|all)(?: down)?$/i
const THANKS = /,? (?:please|pls|thanks|thank you)[.!?]*$/i

/** Whether a message says so in words of its own: it announces a task, or has a day, a length, a priority or a label. */
export function saysTask(message: string): boolean {
  return isAnyLine(
    message,
    (text) =>
      isNoQuestion(text) &&
      ((ANNOUNCED.test(text) && !isOrder(text.replace(COURTESY, ''))) || (mayBeTask(text) && hasToken(text))),
  )
}

/** The words of a message that are for its tasks: without what only asks to have them added. */
export function wordsOfTasks(message: string): string {
  return message.split('\n').map(withoutRequest).join('\n')
}

function withoutRequest(line: string): string {
  const asked = line.replace(COURTESY, '')
  const bare = asked === line ? line : asked.replace(ASKED_END, '')
  if (!ADD.test(bare) || ANNOUNCED.test(bare)) return bare
  return bare.replace(ADD, '').replace(TO_LIST, '')
}

/** Whether a message begins as a task would: with what must be done. So does what is asked of an assistant. */
export function startsLikeTask(message: string): boolean {
  return isAnyLine(message, (text) => isNoQuestion(text) && mayBeTask(text) && isDoing(text))
}

/** The most words of what is named without saying what to do with it. */
const NAMED_MAX_WORDS = 3

/** Whether a message only names something: "milk", "lunch with Ana". */
export function namesSomething(message: string): boolean {
  const text = message.trim()
  if (!/^\p{L}[\p{L}\p{M}\s'’&-]*[.!]?$/u.test(text) || !/\p{L}{3}/u.test(text)) return false
  return text.split(/\s+/).length <= NAMED_MAX_WORDS && isNoQuestion(text) && mayBeTask(text)
}

function isAnyLine(message: string, isMeant: (text: string) => boolean): boolean {
  return message.split('\n').some((line) => line.trim() !== '' && isMeant(line.trim()))
}

/** A question is no task, whatever words it has; "could you remind me to call Ana?" is a wish. */
function isNoQuestion(text: string): boolean {
  const bare = text.replace(COURTESY, '')
  return !QUESTION.test(bare) && (!text.endsWith('?') || bare !== text)
}

/** Whether it may say what has to be done, and is about no task that is there. */
function mayBeTask(text: string): boolean {
  const bare = text.replace(COURTESY, '')
  const object = bare.replace(THANKS, '').replace(TO_LIST, '')
  if (isOrder(bare)) return false
  return !REMARK.test(bare) && !ABOUT_TASK.test(bare) && !REFERENCE.test(bare) && !POINTING.test(object)
}

/** Whether it is an order to the reader, about what is here. */
function isOrder(bare: string): boolean {
  return [ASKS_READER, ORDER, ABOUT_TEAM, REPORT, NEGATED, IN_TODOIST, REMINDED_OF_NOTHING].some((form) =>
    form.test(bare),
  )
}

/** "Add milk" asks for a task by itself. */
function isDoing(text: string): boolean {
  return withoutRequest(text) !== text || startsWithVerb(stripLeadIn(text.replace(COURTESY, '')))
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
