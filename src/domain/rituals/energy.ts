/** A person's energy by the hours that they set. */
import type { Energy } from '../planning/score.ts'
import { localNow, type Moment } from '../time/clock.ts'
import type { Preferences } from './preferences.ts'

/** High in the person's hours of energy, which may last over midnight; medium otherwise. */
export function energyAt({ energyHours }: Pick<Preferences, 'energyHours'>, moment: Moment): Energy {
  if (energyHours === null) return 'medium'
  const { from, until } = energyHours
  const time = localNow(moment).toPlainTime().toString({ smallestUnit: 'minute' })
  const isWithin = from <= until ? from <= time && time < until : from <= time || time < until
  return isWithin ? 'high' : 'medium'
}
