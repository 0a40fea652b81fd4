/** Reads when a schedule fires: five fields of cron, or words such as "every weekday 8:30". */

/** What can be said, for whoever is told that something was not understood. */
export const WHEN_EXAMPLES =
  'every weekday 8:30, every day at 9, every monday and thursday 14:00, every 15 minutes, hourly, on the 1st at 9:00, or cron: 30 8 * * 1-5'

const WHEN_MAX_CHARS = 100

const DAYS: ReadonlyMap<string, string> = new Map([
  ['day', '*'],
  ['weekday', '1-5'],
  ['workday', '1-5'],
  ['weekend', '0,6'],
  ['sunday', '0'],
  ['sun', '0'],
  ['monday', '1'],
  ['mon', '1'],
  ['tuesday', '2'],
  ['tue', '2'],
  ['tues', '2'],
  ['wednesday', '3'],
  ['wed', '3'],
  ['thursday', '4'],
  ['thu', '4'],
  ['thur', '4'],
  ['thurs', '4'],
  ['friday', '5'],
  ['fri', '5'],
  ['saturday', '6'],
  ['sat', '6'],
])

/** Wall time of day. */
interface Time {
  readonly hour: number
  readonly minute: number
}

/** The cron that the text stands for; undefined when it is not understood. Fields of cron are not checked here. */
export function readWhen(text: string): string | undefined {
  if (text.length > WHEN_MAX_CHARS) return undefined
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ')
  if (isCronForm(plain)) return plain.toUpperCase()
  return readInterval(plain) ?? readAtTime(plain)
}

/** Five fields of what cron is written with. `h`, which stands for a random value, is none: a schedule is certain. */
function isCronForm(text: string): boolean {
  const fields = text.split(' ')
  const isField = (field: string) => /^[\d*?,/#a-z-]+$/.test(field) && !/(^|[^a-z])h/.test(field)
  return fields.length === 5 && /^[\d*?]/.test(text) && fields.every(isField)
}

const MINUTES_PER_HOUR = 60
const HOURS_PER_DAY = 24

/** Intervals that divide the hour or the day, so that the steps are even. */
function readInterval(text: string): string | undefined {
  if (/^(hourly|every hour)$/.test(text)) return '0 * * * *'
  const [, count = '', unit] = /^every (\d{1,2}|half) ?(minutes?|hours?|mins?)$/.exec(text) ?? []
  if (unit === undefined) return undefined
  const isHours = unit.startsWith('h')
  if (count === 'half') return isHours ? '*/30 * * * *' : undefined
  const every = Number(count)
  const whole = isHours ? HOURS_PER_DAY : MINUTES_PER_HOUR
  if (every < 1 || every >= whole || whole % every !== 0) return undefined
  const step = every === 1 ? '*' : `*/${every}`
  return isHours ? `0 ${step} * * *` : `${step} * * * *`
}

/** Days and a time of day. */
function readAtTime(text: string): string | undefined {
  const [, days = '', clock = ''] =
    /^(.+?),? (?:at |@ ?)?(noon|midnight|\d{1,2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?)$/.exec(text) ?? []
  const time = readTime(clock)
  if (time === undefined) return undefined
  const at = `${time.minute} ${time.hour}`
  const monthDay = readMonthDay(days)
  if (monthDay !== undefined) return `${at} ${monthDay} * *`
  const weekDays = readDays(days)
  return weekDays === undefined ? undefined : `${at} * * ${weekDays}`
}

function readTime(text: string): Time | undefined {
  if (text === 'noon') return { hour: 12, minute: 0 }
  if (text === 'midnight') return { hour: 0, minute: 0 }
  const [, hourText, minuteText = '0', half] =
    /^(\d{1,2})(?:[:.](\d{2}))?(?: ?([ap])\.?m\.?)?$/.exec(text) ?? []
  if (hourText === undefined) return undefined
  const [hour, minute] = [Number(hourText), Number(minuteText)]
  if (minute >= MINUTES_PER_HOUR || hour >= HOURS_PER_DAY) return undefined
  if (half === undefined) return { hour, minute }
  return hour < 1 || hour > 12 ? undefined : { hour: (hour % 12) + (half === 'p' ? 12 : 0), minute }
}

/** "on the 1st", "monthly on the 15th", "on the last day of the month". Days that some months lack are theirs to lack. */
function readMonthDay(text: string): string | undefined {
  const [, said] =
    /^(?:monthly |every month )?on the (\d{1,2}(?:st|nd|rd|th)|last day)(?: of (?:every|each|the) month)?$/.exec(
      text,
    ) ?? []
  if (said === undefined) return undefined
  if (said === 'last day') return 'L'
  const day = Number.parseInt(said, 10)
  return day >= 1 && day <= 31 ? String(day) : undefined
}

/** "every monday and thursday", "mondays", "daily", "on weekdays". */
function readDays(text: string): string | undefined {
  if (text === 'daily' || text === 'everyday') return '*'
  const [, prefix, list = ''] = /^(every |each |on )?(.+)$/.exec(text) ?? []
  const words = list.split(/ and |, ?(?:and )?| /).filter((word) => word !== '')
  const days = words.map(
    (word) =>
      DAYS.get(word) ?? DAYS.get(prefix === undefined || prefix === 'on ' ? word.replace(/s$/, '') : ''),
  )
  const found = days.filter((day) => day !== undefined)
  if (found.length === 0 || found.length !== words.length) return undefined
  // "Every day" says it all, so nothing stands beside it.
  if (found.includes('*')) return found.length === 1 && prefix !== undefined ? '*' : undefined
  return [...new Set(found)].join(',')
}
