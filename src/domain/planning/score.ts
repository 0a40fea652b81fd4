/** What to do first: FlowCoach's morning-brief score, and a ranking for the available minutes and energy. */
import { Temporal } from 'temporal-polyfill'
import { caseless } from '../../core/text/comparable.ts'
import { compareText } from '../../core/text/compare-text.ts'
import { counted } from '../../core/text/counts.ts'
import { addDays, daysBetween } from '../time/calendar.ts'
import { localDate, localNow, type Moment } from '../time/clock.ts'
import { type Due, dueSort, isDueToday, isOverdue, localDueDate } from '../time/due.ts'
import { type Bucket, knownMinutes } from './effort.ts'

/** The points of FlowCoach's morning brief, and of deadlines. Impact and urgency add their own 1 to 5 each. */
const SCORE = {
  weeklyOutcome: 1000,
  revenueDriver: 500,
  overdue: 200,
  dueToday: 100,
  deadlinePassed: 200,
  deadlineNear: 100,
  energyFit: 1,
} as const
/** Points that only "what should I do now?" gives: for the person's place and energy. */
const NOW_SCORE = { context: 300, energy: 50 } as const

/** The label of work that brings money in. */
const REVENUE_LABEL = 'revenue-driver'
/** How many days before its day a deadline is near. */
const NEAR_DEADLINE_DAYS = 3
const MORNING_HOURS = { from: 6, before: 12 } as const
const DEEP_IMPACT = 4

/** The parts of a task that scoring uses. `labels` without `@`; `minutes` is estimated work. */
export interface ScoredTask {
  title: string
  notes?: string | null
  labels: readonly string[]
  /** 1 (highest) to 4. */
  priority: number | null
  due: Due | null
  /** The day by which it must be done. */
  deadline: string | null
  minutes: number | null
  bucket: Bucket | null
  createdAt: Date | string
}

export interface Situation {
  moment: Moment
  weeklyOutcomes: readonly string[]
}

export type Energy = 'low' | 'medium' | 'high'

export interface NowSituation extends Situation {
  /** Available minutes. */
  minutes: number
  energy: Energy
  /** A label, with or without `@`: the person's place, or a tool at hand. */
  context?: string
}

/** `reasons`: why, in plain words, the weightiest first. */
export interface Score {
  score: number
  reasons: string[]
}

export interface Ranked<Task> extends Score {
  task: Task
}

/** Deep-work scores read from labels; 0 and null if there is no label. */
export interface DeepWork {
  impact: number
  urgency: number
  energy: 'am' | 'pm' | null
}

interface Point {
  points: number
  reason: string
}

/**
 * The label grammar of deep work, in any case: `impact-1` to `impact-5`, `urgency-1` to `urgency-5` (the highest of
 * several counts) and `am` or `pm`. FlowCoach's own `impact4`, `urgency3`, `energy_am` mean the same.
 */
export function deepWork(labels: readonly string[]): DeepWork {
  const found: DeepWork = { impact: 0, urgency: 0, energy: null }
  for (const label of labels) {
    const scale = /^(impact|urgency)[-_]?([1-5])$/i.exec(label)
    const half = /^(?:energy[-_])?(am|pm)$/i.exec(label)?.[1]?.toLowerCase()
    if (scale?.[1]?.toLowerCase() === 'impact') found.impact = Math.max(found.impact, Number(scale[2]))
    else if (scale) found.urgency = Math.max(found.urgency, Number(scale[2]))
    else if (half === 'am' || half === 'pm') found.energy ??= half
  }
  return found
}

/** FlowCoach's morning-brief score of one task, with its reasons. */
export function scoreTask(task: ScoredTask, situation: Situation): Score {
  return summed(briefPoints(task, situation))
}

/**
 * "What should I do now?": the tasks that fit into the minutes (a task of unknown length may), best first. A context is
 * a strong preference rather than a filter: most tasks name no place, and leaving them out would often leave nothing.
 * Low energy prefers quick work, high energy deep work. Equal scores are ordered by priority, due date and age; the
 * order is stable.
 */
export function rankForNow<Task extends ScoredTask>(
  tasks: readonly Task[],
  situation: NowSituation,
): Ranked<Task>[] {
  return tasks
    .filter((task) => (knownMinutes(task) ?? 0) <= situation.minutes)
    .map((task) => ({
      task,
      ...summed([...briefPoints(task, situation), ...nowPoints(task, situation), fitPoint(task, situation)]),
    }))
    .sort((a, b) => b.score - a.score || compareTasks(a.task, b.task))
}

function summed(points: readonly Point[]): Score {
  const byWeight = [...points].sort((a, b) => b.points - a.points)
  return {
    score: points.reduce((sum, point) => sum + point.points, 0),
    reasons: byWeight.map(({ reason }) => reason),
  }
}

function briefPoints(task: ScoredTask, { moment, weeklyOutcomes }: Situation): Point[] {
  const points: Point[] = []
  const outcome = weeklyOutcomes.find((text) => matchesOutcome(task, text))
  if (outcome !== undefined) {
    points.push({ points: SCORE.weeklyOutcome, reason: `matches this week's outcome "${outcome.trim()}"` })
  }
  if (task.labels.some((label) => label.toLowerCase().replaceAll('_', '-') === REVENUE_LABEL)) {
    points.push({ points: SCORE.revenueDriver, reason: 'drives revenue' })
  }
  const due = task.due === null ? undefined : duePoint(task.due, moment)
  if (due !== undefined) points.push(due)
  const deadline = task.deadline === null ? undefined : deadlinePoint(task.deadline, moment)
  if (deadline !== undefined) points.push(deadline)
  return [...points, ...deepWorkPoints(task, moment)]
}

function duePoint(due: Due, moment: Moment): Point | undefined {
  if (isOverdue(due, moment)) {
    const day = Temporal.PlainDate.from(localDueDate(due, moment))
    const days = day.until(Temporal.PlainDate.from(localDate(moment)), { largestUnit: 'days' }).days
    const since = days < 1 ? 'since earlier today' : `by ${counted(days, 'day')}`
    return { points: SCORE.overdue, reason: `overdue ${since}` }
  }
  return isDueToday(due, moment) ? { points: SCORE.dueToday, reason: 'due today' } : undefined
}

/** The last day of a near deadline, wherever on earth the person is. */
export function lastNearDeadline(now: Date): string {
  return addDays(localDate({ now, timeZone: 'UTC' }), NEAR_DEADLINE_DAYS + 1)
}

/** Whenever a task is due, it is urgent when its deadline is near. */
function deadlinePoint(deadline: string, moment: Moment): Point | undefined {
  const days = daysBetween(localDate(moment), deadline)
  if (days < 0)
    return { points: SCORE.deadlinePassed, reason: `past its deadline by ${counted(-days, 'day')}` }
  if (days > NEAR_DEADLINE_DAYS) return undefined
  const when = days === 0 ? 'today' : `in ${counted(days, 'day')}`
  return { points: SCORE.deadlineNear, reason: `deadline ${when}` }
}

function deepWorkPoints(task: ScoredTask, moment: Moment): Point[] {
  const { impact, urgency, energy } = deepWork(task.labels)
  const points: Point[] = []
  if (impact > 0) points.push({ points: impact, reason: `impact ${impact} of 5` })
  if (urgency > 0) points.push({ points: urgency, reason: `urgency ${urgency} of 5` })
  const hour = localNow(moment).hour
  const isMorning = hour >= MORNING_HOURS.from && hour < MORNING_HOURS.before
  if (energy === 'am' && isMorning) points.push({ points: SCORE.energyFit, reason: 'suits the morning' })
  if (energy === 'pm' && !isMorning)
    points.push({ points: SCORE.energyFit, reason: 'suits the rest of the day' })
  return points
}

function nowPoints(task: ScoredTask, { energy, context }: NowSituation): Point[] {
  const points: Point[] = []
  const place = context === undefined ? undefined : caseless(context.replace(/^@/, ''))
  if (place !== undefined && task.labels.some((label) => caseless(label) === place)) {
    points.push({ points: NOW_SCORE.context, reason: `matches your context @${place}` })
  }
  const isDeep = deepWork(task.labels).impact >= DEEP_IMPACT || task.bucket === '30plus'
  if (energy === 'high' && isDeep)
    points.push({ points: NOW_SCORE.energy, reason: 'deep work for high energy' })
  if (energy === 'low' && isDeep)
    points.push({ points: -NOW_SCORE.energy, reason: 'demanding for low energy' })
  if (energy === 'low' && !isDeep && task.bucket !== null) {
    points.push({ points: NOW_SCORE.energy, reason: 'quick enough for low energy' })
  }
  return points
}

function fitPoint(task: ScoredTask, { minutes }: NowSituation): Point {
  const isKnown = knownMinutes(task) !== undefined
  return {
    points: 0,
    reason: isKnown
      ? `fits your ${counted(minutes, 'minute')}`
      : `no estimate: may not fit your ${counted(minutes, 'minute')}`,
  }
}

/** By priority, due date and age. */
export function compareTasks(a: ScoredTask, b: ScoredTask): number {
  const byPriority = (a.priority ?? 5) - (b.priority ?? 5)
  const byDue = compareText(dueSort(a.due), dueSort(b.due))
  return byPriority || byDue || new Date(a.createdAt).getTime() - new Date(b.createdAt).getTime()
}

const FILLER: ReadonlySet<string> = new Set([
  ...[
    'the',
    'and',
    'for',
    'with',
    'from',
    'into',
    'onto',
    'this',
    'that',
    'all',
    'our',
    'out',
    'new',
    'get',
    'week',
  ],
])

/**
 * Whether a task's title or notes concern an outcome: they contain its text, or enough of its significant words (both
 * of two, two thirds of more).
 */
export function matchesOutcome(task: Pick<ScoredTask, 'title' | 'notes'>, outcome: string): boolean {
  const said = `${task.title} ${task.notes ?? ''}`.toLowerCase()
  const wanted = tellingWords(outcome)
  if (wanted.length === 0) return false
  const words = new Set(tellingWords(said))
  const matched = wanted.filter((word) => words.has(word)).length
  return matched >= (wanted.length <= 2 ? wanted.length : Math.ceil((wanted.length * 2) / 3))
}

function tellingWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const telling = words.filter((word) => (word.length > 2 || /\d/.test(word)) && !FILLER.has(word))
  return [...new Set(telling.map((word) => (word.length > 3 ? word.replace(/s$/, '') : word)))]
}

const SCALE = [1, 2, 3, 4, 5]

/** The labels of scores, and the other ones of the same scales, which they replace. */
export function labelsOfScore(given: {
  readonly impact?: number | undefined
  readonly urgency?: number | undefined
  readonly energy?: 'am' | 'pm' | undefined
}): { add: string[]; remove: string[] } {
  const scales = (['impact', 'urgency'] as const).flatMap((scale) => {
    const value = given[scale]
    return value === undefined
      ? []
      : [{ label: `${scale}-${value}`, all: SCALE.map((each) => `${scale}-${each}`) }]
  })
  const half = given.energy === undefined ? [] : [{ label: given.energy, all: ['am', 'pm'] }]
  const chosen = [...scales, ...half]
  const add = chosen.map(({ label }) => label)
  return { add, remove: chosen.flatMap(({ all }) => all.filter((label) => !add.includes(label))) }
}
