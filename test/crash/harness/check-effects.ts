/** Whether every effect of a plan happened exactly once: pure checks over what was counted and what was stored. */

import type { CountedCall } from '../servers/counting-server.ts'
import type { Fault } from './check-run.ts'
import { type Item, itemsOf, type Plan, plansOf } from './plan.ts'

export interface Effects {
  readonly calls: readonly CountedCall[]
  /** Titles of all tasks. */
  readonly titles: readonly string[]
  /** All answers that were given, with what they were given to. */
  readonly answers: readonly Answer[]
}

export interface Answer {
  readonly question: string
  readonly answer: string
}

/** What a person says to a question. */
export function answerFor(label: string): string {
  return `This is about ${label}.`
}

/** What is outside happens once for each key, except for `fire`, which happens at every call. */
function timesOf({ kind, label }: Item, { calls, titles, answers }: Effects): number {
  if (kind === 'ask') {
    return answers.filter(({ question, answer }) => question === label && answer === answerFor(label)).length
  }
  if (kind === 'task') return titles.filter((title) => title === label).length
  const own = calls.filter((call) => call.label === label)
  return kind === 'fire' ? own.length : new Set(own.map(({ key }) => key)).size
}

/** A plan that was not carried out to its end may lack effects, and still has none twice. */
export function checkEffects(plan: Plan, effects: Effects, wanted: 'all' | 'some' = 'all'): Fault[] {
  const items = plansOf(plan).flatMap(itemsOf)
  return items
    .filter(({ kind }) => kind !== 'child')
    .flatMap((item): Fault[] => {
      const times = timesOf(item, effects)
      if (times > 1) return [{ kind: 'doubled', words: `${item.label} happened ${times} times` }]
      if (times === 0 && wanted === 'all') return [{ kind: 'lost', words: `${item.label} did not happen` }]
      return []
    })
}

export interface SpendingFacts {
  readonly agentSlug: string
  readonly reservedTokens: number
  readonly reservedUsdMicros: number
  readonly spentTokens: number
  readonly capTokens: number | null
}

/** Of days on which nothing runs any more. */
export function checkDays(days: readonly SpendingFacts[], stepTokens: number): Fault[] {
  return days.flatMap((day): Fault[] => {
    const name = day.agentSlug === '' ? 'the person' : day.agentSlug
    const faults: Fault[] = []
    const say = (words: string) => faults.push({ kind: 'budget', words: `${name}: ${words}` })
    if (day.reservedTokens !== 0 || day.reservedUsdMicros !== 0) {
      say(`${day.reservedTokens} tokens of the day are still reserved`)
    }
    if (day.capTokens !== null && day.spentTokens > day.capTokens) {
      say(`${day.spentTokens} of ${day.capTokens} tokens of the day are spent`)
    }
    if (day.spentTokens !== stepTokens) {
      say(`the day has ${day.spentTokens} tokens, and all steps have ${stepTokens}`)
    }
    return faults
  })
}
