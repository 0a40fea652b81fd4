/** The free time of a day beside what is planned for it, where a calendar is connected. */
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { counted } from '../../core/text/counts.ts'
import { slotText } from '../calendars/free-text.ts'
import { FreeDay, readFreeTime } from '../calendars/free-time.ts'
import { workText } from '../time/duration-text.ts'
import type { estimatesOf } from './minutes.ts'
import { readWorkTimes } from './work-times.ts'

/** Shorter slots are of little use. */
const SLOT_MIN_MINUTES = 15

export const FreeOfDay = FreeDay.omit({ day: true })
  .extend({ doubts: z.array(z.string()).describe('Why a slot may be taken after all') })
  .nullable()
  .describe('The rest of the working hours; null: no calendar is connected')
export type FreeOfDay = z.output<typeof FreeOfDay>

type Reader = Parameters<typeof readFreeTime>[0] & Pick<Context, 'actor'>

export async function readFreeOfDay(ctx: Reader, day: string): Promise<FreeOfDay> {
  const times = await readWorkTimes(ctx)
  const free = await readFreeTime(ctx, { from: day, to: day, minutes: SLOT_MIN_MINUTES, times })
  const [of] = free?.days ?? []
  if (free === undefined || of === undefined) return null
  const { isWorkDay, slots, freeMinutes, busyMinutes } = of
  return { isWorkDay, slots, freeMinutes, busyMinutes, doubts: [...free.doubts] }
}

interface Told {
  readonly free: FreeOfDay
  readonly load: ReturnType<typeof estimatesOf>
  readonly timeZone: string
}

/** Nothing without a calendar, and on a day without work. */
export function freeLines({ free, load, timeZone }: Told): string[] {
  if (free === null || !free.isWorkDay) return []
  const { slots, freeMinutes, doubts } = free
  const slotTexts = slots.map((slot) => slotText(slot, timeZone)).join(', ')
  return [
    slotTexts === '' ? 'Free: nothing is left of your working hours.' : `Free: ${slotTexts}.`,
    ...loadLine(load, freeMinutes),
    ...doubts.map((doubt) => `Not certain. ${doubt}`),
  ]
}

function loadLine({ minutes, unestimated }: Told['load'], freeMinutes: number): string[] {
  if (minutes === 0 && unestimated === 0) return []
  const rest = unestimated === 0 ? '' : ` ${counted(unestimated, 'task')} without an estimate.`
  const fits = minutes <= freeMinutes
  const of = fits
    ? `of ${workText(freeMinutes)} free`
    : `which is more than the ${workText(freeMinutes)} that are free`
  return [`Planned: ${workText(minutes)}${fits ? ' ' : ', '}${of}.${rest}`]
}
