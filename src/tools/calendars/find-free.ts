/** calendars.free: when the caller is free, and whether there is time for something of a given length. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { askedDays, daysInput } from '../../domain/calendars/asked-days.ts'
import { dayNamed, slotText } from '../../domain/calendars/free-text.ts'
import { FreeDay, readFreeTime } from '../../domain/calendars/free-time.ts'
import { readWorkTimes } from '../../domain/rituals/work-times.ts'
import { workText } from '../../domain/time/duration-text.ts'

/** Shorter slots are of little use. */
const USUAL_MINUTES = 15

export const findFree = defineOperation({
  name: 'calendars.free',
  summary:
    'Find when you are free by your calendars, and whether there is room for something of a given length.',
  details:
    'Free slots from now on, within your working hours (workHours of rituals.set_preferences; otherwise 09:00 to 17:00) on work days. Slots of a day without work are given only where no other day is asked for. Tentative events count as busy. certain is false where a calendar could not be read: a slot may then be taken.',
  keywords:
    'availability, available, do I have time for, free slots, gaps, meet, schedule a meeting, busy, load',
  route: 'GET /v1/calendars/free',
  input: z.object({
    ...daysInput,
    minutes: z.int().min(1).max(1440).default(USUAL_MINUTES).describe('At least'),
  }),
  output: z.object({
    timeZone: z.string(),
    workHours: z.object({ from: z.string(), until: z.string() }),
    minutes: z.int(),
    hasTime: z.boolean().describe('Whether there is such a slot'),
    certain: z.boolean().describe('False: what is unknown of a calendar may take up a slot'),
    doubts: z.array(z.string()),
    days: z.array(FreeDay),
  }),
  scope: 'calendars:read',
  effect: 'read',
  repeat: 'natural',
  // The plan of the day is listed, which shows the free slots of today.
  listed: false,
  example: { from: 'today', minutes: 45 },
  async run({ minutes, ...asked }, ctx) {
    const times = await readWorkTimes(ctx)
    const moment = { now: ctx.now, timeZone: times.timeZone }
    const { from, to, today } = askedDays(asked, moment)
    if (to < today) throw isPast(to)
    const free = await readFreeTime(ctx, { from: from < today ? today : from, to, minutes, times })
    if (free === undefined) throw noneConnected()
    const days = free.days.map((day) =>
      day.isWorkDay || free.days.length === 1 ? day : { ...day, slots: [], freeMinutes: 0 },
    )
    const doubts = [...free.doubts]
    return {
      ...{ timeZone: free.timeZone, workHours: free.hours, minutes, days, doubts },
      hasTime: days.some(({ slots }) => slots.length > 0),
      certain: doubts.length === 0,
    }
  },
  tell({ timeZone, days, hasTime, minutes, doubts, workHours }, { timeZone: own = timeZone, today } = {}) {
    const told = days.filter(({ isWorkDay }) => isWorkDay || days.length === 1)
    const lines = told.map(({ day, slots, isWorkDay }) => {
      const slotTexts = slots.map((slot) => slotText(slot, own)).join(', ')
      const rest = isWorkDay ? '' : ' (not a work day)'
      return `- ${dayNamed(day, today)}${rest}: ${slotTexts === '' ? 'nothing' : slotTexts}`
    })
    const head = hasTime
      ? `Yes, you have ${workText(minutes)} or more:`
      : `No, there are no ${workText(minutes)} free from ${workHours.from} to ${workHours.until}.`
    return [head, ...lines, ...doubts.map((doubt) => `Not certain. ${doubt}`)].join('\n')
  },
})

export function noneConnected(): AppError {
  return new AppError('not_configured', 'No calendar of yours is connected.', {
    fix: 'Connect one in a terminal: switchboard calendars connect <address>',
  })
}

function isPast(day: string): AppError {
  return new AppError('invalid_input', `${day} is over.`, {
    fix: 'Ask for today or a later day.',
    issues: [{ path: 'from', message: 'a day that is not over' }],
  })
}
