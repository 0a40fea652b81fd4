/** Todoist's filter language over the mirror: its common words, and a clear refusal of the others. */
import { and, eq, inArray, isNull, lt, ne, not, or, type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import { caseless } from '../../../core/text/comparable.ts'
import { addDays, dayIn } from '../../time/calendar.ts'
import { readDue } from '../../time/reading/read-due.ts'
import { isUnread } from '../../time/unread.ts'
import { findAssignee, findProject, type Names, spellLabel } from '../names.ts'
import { todoistItems as items } from '../tables.ts'
import { hasLabels } from './has-labels.ts'
import { hasText } from './has-text.ts'

export interface FilterReading {
  readonly names: Names
  readonly ownId: string | undefined
  readonly now: Date
  readonly timeZone: string
}

/** The most words and signs in a filter. */
const TOKENS_MAX = 200
/** Levels of parentheses. */
const LEVELS_MAX = 20

/** `said`: the name of a saved filter, or words of the language. @throws AppError `invalid_input`, `not_found` */
export function filterCondition(said: string, reading: FilterReading): SQL {
  const saved = reading.names.of('filters').find(({ name }) => caseless(name) === caseless(said.trim()))
  const words = saved === undefined ? said : String(saved.wire.query ?? '')
  const tokens = tokensOf(words)
  if (tokens.length > TOKENS_MAX) throw noFilter(words, 'it is too long')
  const state = { tokens, at: 0, levels: 0, words, reading }
  const condition = either(state)
  if (state.at < tokens.length) throw noFilter(words, `${tokens[state.at]} is not expected there`)
  return condition
}

interface State {
  readonly tokens: readonly string[]
  readonly words: string
  readonly reading: FilterReading
  at: number
  levels: number
}

/** Signs by themselves, and the words between them. `\&` is no sign. */
function tokensOf(words: string): string[] {
  return (words.match(/[&|!()]|(?:\\.|[^&|!()\\])+/g) ?? [])
    .map((token) => token.trim())
    .filter((token) => token !== '')
}

function either(state: State): SQL {
  const parts = [both(state)]
  while (state.tokens[state.at] === '|') {
    state.at += 1
    parts.push(both(state))
  }
  return or(...parts) ?? sql`false`
}

function both(state: State): SQL {
  const parts = [one(state)]
  while (state.tokens[state.at] === '&') {
    state.at += 1
    parts.push(one(state))
  }
  return and(...parts) ?? sql`true`
}

function one(state: State): SQL {
  const token = state.tokens[state.at]
  state.at += 1
  if (token === '!') return sql`(${not(one(state))}) is not false`
  if (token === '(') return within(state)
  if (token === undefined || /^[&|)]$/.test(token)) throw noFilter(state.words, 'something is missing')
  return wordCondition(token.replace(/\\(.)/g, '$1'), state)
}

function within(state: State): SQL {
  state.levels += 1
  if (state.levels > LEVELS_MAX) throw noFilter(state.words, 'it has too many parentheses')
  const condition = either(state)
  if (state.tokens[state.at] !== ')') throw noFilter(state.words, 'a parenthesis is not closed')
  state.at += 1
  state.levels -= 1
  return sql`(${condition})`
}

type Condition = (rest: string, reading: FilterReading) => SQL | undefined

/** Each with the words that begin it; undefined where the rest means nothing. The first that fits is meant. */
const CONDITIONS: readonly (readonly [form: RegExp, condition: Condition])[] = [
  [/^(?:today|tod)$/i, (_, reading) => eq(items.dueDate, todayOf(reading))],
  [/^(?:overdue|over due|od)$/i, (_, reading) => isOverdue(reading)],
  [/^(?:no date|no due date|!date)$/i, () => isNull(items.dueDate)],
  [/^no time$/i, () => isNull(items.dueTime)],
  [/^(?:recurring|repeating)$/i, () => eq(items.isRecurring, true)],
  [/^(?:view all|all)$/i, () => sql`true`],
  [/^no labels?$/i, () => sql`cardinality(${items.labels}) = 0`],
  [/^no priority$/i, () => eq(items.priority, 4)],
  [/^no section$/i, () => isNull(items.sectionId)],
  [/^no deadline$/i, () => isNull(items.deadline)],
  [/^subtask$/i, () => sql`${items.parentId} is not null`],
  [/^(?:assigned|assigned to: *(?:anyone|any))$/i, () => sql`${items.responsibleId} is not null`],
  [
    /^assigned to: *others$/i,
    (_, { ownId }) => (ownId === undefined ? undefined : ne(items.responsibleId, ownId)),
  ],
  [
    /^assigned to: *(.+)$/i,
    (who, { names, ownId }) => eq(items.responsibleId, findAssignee(names, who, ownId)),
  ],
  [/^p(?:riority )?([1-4])$/i, (digit) => eq(items.priority, Number(digit))],
  [/^(?:next )?(\d{1,3}) days?$/i, (days, reading) => isWithin(Number(days), reading)],
  [/^search: *(.+)$/i, (text) => hasText(text)],
  [/^@(.+)$/, (label, { names }) => labelLike(label, names)],
  [/^##(.+)$/, (project, reading) => inArray(items.projectId, withBelow(project, reading))],
  [/^#(.+)$/, (project, { names }) => eq(items.projectId, findProject(names, project).id)],
  [/^\/(.+)$/, (section, { names }) => inSections(section, names)],
  [/^(?:due |date )?before: *(.+)$/i, (day, reading) => compared(day, reading, sql`<`)],
  [/^(?:due |date )?after: *(.+)$/i, (day, reading) => compared(day, reading, sql`>`)],
  [/^(?:due|date): *(.+)$/i, (day, reading) => compared(day, reading, sql`=`)],
  [/^(.+)$/, (day, reading) => compared(day, reading, sql`=`)],
]

function wordCondition(token: string, { words, reading }: State): SQL {
  if (token.includes(',')) throw noFilter(words, 'the comma makes several lists, so ask for each by itself')
  for (const [form, condition] of CONDITIONS) {
    const match = form.exec(token)
    if (match === null) continue
    const made = condition((match[1] ?? '').trim(), reading)
    if (made !== undefined) return made
  }
  throw noFilter(words, `${token} is not a word that is evaluated here`)
}

function todayOf({ timeZone, now }: FilterReading): string {
  return dayIn(timeZone, now)
}

function isOverdue(reading: FilterReading): SQL {
  return lt(items.dueDate, todayOf(reading))
}

/** Today and the days after it, `days` in all. */
function isWithin(days: number, reading: FilterReading): SQL {
  const today = todayOf(reading)
  return sql`(${items.dueDate} >= ${today} and ${items.dueDate} < ${addDays(today, days)})`
}

/** Undefined for words that are no day. */
function compared(said: string, { timeZone, now }: FilterReading, sign: SQL): SQL | undefined {
  const due = readDue(said, { now, timeZone })
  return isUnread(due) ? undefined : sql`${items.dueDate} ${sign} ${due.date}`
}

/** `*` stands for any characters. */
function labelLike(said: string, names: Names): SQL {
  if (!said.includes('*')) return hasLabels([spellLabel(names, said)], 'any')
  const pattern = said.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%')
  return sql`exists (select from unnest(${items.labels}) label where label ilike ${pattern})`
}

function withBelow(said: string, { names }: FilterReading): string[] {
  const ids = [findProject(names, said).id]
  for (const id of ids)
    ids.push(...names.of('projects').flatMap((each) => (each.parentId === id ? [each.id] : [])))
  return ids
}

function inSections(said: string, names: Names): SQL {
  const ids = names.of('sections').filter(({ name }) => caseless(name) === caseless(said))
  if (ids.length === 0) {
    throw new AppError('not_found', `There is no section ${said} in this account.`, {
      fix: 'Use the name of a section that there is.',
    })
  }
  return inArray(
    items.sectionId,
    ids.map(({ id }) => id),
  )
}

function noFilter(words: string, why: string): AppError {
  return new AppError('invalid_input', `The filter ${words} is not understood: ${why}.`, {
    fix: 'Use the fields of this operation instead, or: today, overdue, no date, 7 days, p1, #Project, ##Project, /Section, @label, no labels, search: word, assigned to: me, recurring, subtask, with & | ! and parentheses.',
    issues: [{ path: 'filter', message: why }],
  })
}
