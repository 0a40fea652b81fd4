/** What people type when they mean all their open tasks of a kind: "everything from today", "all overdue tasks". */
import { isDays } from './slots.ts'

/** What a list of such tasks is filtered by. */
export interface Group {
  readonly overdue?: true
  readonly dueFrom?: string
  readonly dueTo?: string
}

const ALL = '(?:everything|all|all (?:of )?(?:it|them)|(?:all (?:of )?)?(?:my |the )?(?:open )?tasks)'
const EVERYTHING = new RegExp(`^${ALL.replace('(?:all (?:of )?)?', 'all (?:of )?')}$`, 'i')
const OVERDUE = new RegExp(
  `^(?:(?:${ALL}|all) )?(?:that is |that['’]s |that are |which are )?overdue(?: tasks)?$`,
  'i',
)
const OF_DAYS = new RegExp(
  `^${ALL} (?:that is |that['’]s |that are )?(?:due |planned )?(?:from |for |of |on )?(.+)$`,
  'i',
)
const DAYS_OWN = /^(?:all (?:of )?)?(.+)['’]s(?: tasks)?$/i

/** Undefined: the words mean one task. */
export function groupIn(text: string): Group | undefined {
  if (EVERYTHING.test(text)) return {}
  if (OVERDUE.test(text)) return { overdue: true }
  const days = OF_DAYS.exec(text)?.[1] ?? DAYS_OWN.exec(text)?.[1]
  return days !== undefined && isDays(days) ? { dueFrom: days, dueTo: days } : undefined
}
