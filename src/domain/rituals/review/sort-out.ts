/** What a review finds among open tasks: what is not sorted, what lies around, what waits for someday. FlowCoach's rules. */
import { compareText } from '../../../core/text/compare-text.ts'
import { groupBy } from '../../../core/text/group-by.ts'
import { BUCKETS } from '../../planning/effort.ts'
import { deepWork } from '../../planning/score.ts'
import { addDays } from '../../time/calendar.ts'
import { localDate, type Moment } from '../../time/clock.ts'
import { localDueDate } from '../../time/due.ts'
import { isChosen, isLate, TODAY_LABEL } from '../../work/day.ts'
import type { Work, WorkRead } from '../../work/work.ts'
import { SOMEDAY_LABEL } from '../mark-task.ts'
import { minutesOfWork } from '../minutes.ts'
import { isDeep } from '../progress.ts'

/** Days without a change after which a task is stale. */
const STALE_DAYS = 14

const SOMEDAY_LABELS: ReadonlySet<string> = new Set([SOMEDAY_LABEL, 'maybe'])

export function isSomeday({ labels }: Work): boolean {
  return labels.some((label) => SOMEDAY_LABELS.has(label.toLowerCase()))
}

/** In no project, without a date and a context: nobody has decided yet what it is. */
export function isUnsorted(work: WorkRead): boolean {
  return (
    work.isInInbox &&
    work.due === null &&
    work.deadline === null &&
    contextsOf(work).length === 0 &&
    !isSomeday(work) &&
    !isChosen(work)
  )
}

/** Unchanged for two weeks, and not meant for a later day or for someday. A repeating task comes back by itself. */
export function isStale(work: Work, moment: Moment): boolean {
  const { due, repeats, changedAt } = work
  if (repeats || isSomeday(work)) return false
  const today = localDate(moment)
  const isLater = due !== null && localDueDate(due, moment) > today
  const changedOn = localDate({ now: new Date(changedAt), timeZone: moment.timeZone })
  return !isLater && changedOn <= addDays(today, -STALE_DAYS)
}

const OTHER_LABELS: ReadonlySet<string> = new Set([
  ...BUCKETS,
  ...SOMEDAY_LABELS,
  TODAY_LABEL,
  'revenue-driver',
])

/** The labels that say where or with what a task is done, rather than how long, how important or when. */
export function contextsOf({ labels }: Work): string[] {
  return labels.filter((label) => {
    const { impact, urgency, energy } = deepWork([label])
    return (
      impact === 0 &&
      urgency === 0 &&
      energy === null &&
      !OTHER_LABELS.has(label.toLowerCase().replaceAll('_', '-'))
    )
  })
}

export interface ContextFigures {
  /** Null: tasks without any. */
  readonly context: string | null
  readonly open: number
  readonly overdue: number
  readonly minutes: number
}

/** The contexts with the most open tasks first, and then what has none. */
export function contextFigures(open: readonly Work[], moment: Moment): ContextFigures[] {
  const named = groupBy(
    open.flatMap((work) => contextsOf(work).map((name) => ({ name, work }))),
    ({ name }) => name.toLowerCase(),
  )
  const figures = (context: string | null, tasks: readonly Work[]): ContextFigures => ({
    ...{ context, open: tasks.length, minutes: minutesOfWork(tasks).minutes },
    overdue: tasks.filter((task) => isLate(task, moment)).length,
  })
  const without = open.filter((work) => contextsOf(work).length === 0)
  const all = [...named.values()].map((tasks) =>
    figures(
      tasks[0]?.name ?? null,
      tasks.map(({ work }) => work),
    ),
  )
  return [
    ...all.sort((one, other) => other.open - one.open || compareText(one.context ?? '', other.context ?? '')),
    ...(without.length === 0 ? [] : [figures(null, without)]),
  ]
}

export interface DeepFigures {
  readonly impact: number
  readonly urgency: number
  readonly energy: 'am' | 'pm' | null
}

/** Tasks of deep work, the highest impact and urgency first, those without scores last. */
export function deepWorkOf<Each extends Work>(
  open: readonly Each[],
): (DeepFigures & { readonly task: Each })[] {
  return open
    .filter((task) => isDeep(task) && !isSomeday(task))
    .map((task) => ({ task, ...deepWork(task.labels) }))
    .sort((one, other) => other.impact + other.urgency - (one.impact + one.urgency))
}
