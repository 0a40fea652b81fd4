/** Splits one message into tasks: at newlines, or else at "1) 2)", bullets, or smart commas. */
import type { Moment } from '../../time/clock.ts'
import { normalWords } from '../../time/days/words.ts'
import { readLiteral } from './text.ts'
import { MAX_TOKEN_WORDS, readEstimate, readToken } from './tokens.ts'
import { ACTION_VERBS } from './words.ts'

const PREFIXES: readonly RegExp[] = [
  /^[-*+–—✓✔☐□☑]\uFE0F?\s+/,
  /^[•‣▪●◦⁃]\s*/,
  /^\[[ xX]?\]\s+/,
  /^\(?\d{1,3}[.)]\s+/,
  /^\d{1,3}\)(?=\S)/,
  /^(?:please|pls)\s+/i,
  /^(?:can|could|would) (?:you|u) (?:please )?remind me to\s+/i,
  /^(?:let['’]?s|lets)\s+/i,
  /^(?:i )?gotta\s+/i,
  /^i['’]?ve got to\s+/i,
  /^we (?:need|have|ought) to\s+/i,
  /^we (?:should|must)\s+/i,
  /^(?:remind me|reminder|don['’]?t (?:let me )?forget|do not forget)(?: to\s+|:\s*)/i,
  /^i (?:also )?(?:need|have|want|ought) to\s+/i,
  /^i (?:should|must)\s+/i,
  /^need to\s+/i,
  /^(?:add|create|make|new)(?: a| an| the)?(?: new)? (?:task|to-?do)(?: to\s+| for\s+| called\s+|:\s*)/i,
  /^(?:task|to-?do)s?(?: list)?:\s*/i,
]

/** A line that only announces a list. */
const HEADING = /^(?:my )?(?:task|to-?do)s?(?: list)?:$/i

/** The lines of a message without marks and numbers, in order; none for white space. Linear. */
export function splitTasks(text: string, moment: Moment): string[] {
  const lines = text.split(/[\n\r\v\f\u0085\u2028\u2029]+/).filter((line) => line.trim() !== '')
  const [only] = lines
  if (only === undefined) return []
  const parts =
    lines.length === 1 ? splitLine(only.trim(), moment) : lines.filter((line) => !HEADING.test(line.trim()))
  return parts.map((part) => part.trim()).filter((part) => /[^\s\-*+–—•‣▪●◦⁃]/.test(part))
}

/**
 * A line without its number, bullet and lead-in ("remind me to", "I need to", "add task to" ...), unless nothing would
 * be left.
 */
export function stripLeadIn(line: string): string {
  let current = line.trim()
  for (;;) {
    const shorter = withoutPrefix(current).trim()
    if (shorter === '' || shorter === current) return current
    current = shorter
  }
}

function withoutPrefix(text: string): string {
  const prefix = PREFIXES.find((pattern) => pattern.test(text))
  return prefix === undefined ? text : text.replace(prefix, '')
}

function splitLine(line: string, moment: Moment): string[] {
  if (readLiteral(line) !== undefined) return [line]
  const numbered = splitNumbers(line)
  if (numbered !== undefined) return numbered
  if (/^[•‣▪●◦⁃]/.test(line)) return line.split(/[•‣▪●◦⁃]/)
  return splitCommas(line, moment)
}

/** "1) call mom 2) buy milk": numbers in order from 1, so that no other bracket is mistaken for one. */
function splitNumbers(line: string): string[] | undefined {
  const start = line.replace(/^(?:task|to-?do)s?(?: list)?:\s*/i, '')
  const cuts: number[] = []
  for (const match of start.matchAll(/(?<!\S)(\d{1,3})\)/g)) {
    if (Number(match[1]) === cuts.length + 1) cuts.push(match.index)
  }
  if (cuts[0] !== 0 || cuts.length < 2) return undefined
  return cuts.map((cut, index) => start.slice(cut, cuts[index + 1]))
}

const CONDITION = /^(?:if|when|whenever|once|after|before|while|unless|until|since|because|as)\s/i

/** FlowCoach's smart commas: a comma starts a task only if the text after it contains a time or starts with a verb. */
function splitCommas(line: string, moment: Moment): string[] {
  if (CONDITION.test(line)) return [line]
  const tasks: string[] = []
  let current = ''
  for (const part of line.split(/(?<=[,;])\s+/)) {
    const task = current === '' ? undefined : startOfTask(part, moment)
    // "Tomorrow, call mom" is one task: the words before the comma are only a token.
    if (task !== undefined && !isOnlyToken(normalWords(current), moment)) {
      tasks.push(current.replace(/[,;]$/, ''))
      current = task
    } else {
      current = current === '' ? part : `${current} ${part}`
    }
  }
  return [...tasks, current]
}

/** The part as a separate task, without "and" or "then" before its verb; undefined if it is not a task. */
function startOfTask(part: string, moment: Moment): string | undefined {
  const bare = part.replace(/^(?:and then|and also|and|then|also)\s+/i, '')
  const words = normalWords(bare.slice(0, 400))
  if (words.length > 1 && ACTION_VERBS.has(words[0] ?? '') && !isOnlyToken(words, moment)) return bare
  return carriesTime(normalWords(part), moment) ? part : undefined
}

/** Whether the words end in a length of work, after something to do. */
function carriesTime(words: readonly string[], moment: Moment): boolean {
  for (let length = Math.min(words.length, 8); length > 0; length -= 1) {
    const start = words.length - length
    if (readEstimate(words.slice(start), false) === undefined) continue
    return (
      start > 0 &&
      !isOnlyToken(
        words.slice(0, start).filter((word) => !/^[-–—|;]?$/.test(word)),
        moment,
      )
    )
  }
  return false
}

function isOnlyToken(words: readonly string[], moment: Moment): boolean {
  return words.length <= MAX_TOKEN_WORDS && readToken(words, true, moment) !== undefined
}
