/** What people call by its time or day, and not by a title: "my 3pm", "the 10am meeting", "tomorrow's call". */
import { isDays, isWhen } from './slots.ts'

const KIND = '(?:meeting|call|appointment|event|sync|slot|session)'
/** "my 3pm", "the 10:30 call tomorrow" */
const BY_TIME = new RegExp(
  `^(?:my|the|our) (?<time>[\\d:.]+ ?(?:[ap]m|o[\u2019']clock)?)(?: ${KIND})?(?: (?:on )?(?<day>.+))?$`,
  'i',
)
/** "my meeting at 3", "the call at 3pm tomorrow" */
const AT_TIME = new RegExp(
  `^(?:my|the|our) ${KIND} (?:at|from) (?<time>[\\d:.]+ ?(?:[ap]m)?)(?: (?:on )?(?<day>.+))?$`,
  'i',
)
/** "tomorrow's meeting", "my next call" */
const OF_DAY = new RegExp(`^(?:the |my )?(?<day>\\p{L}+)[\u2019']?s (?:\\d\\S* )?${KIND}s?$`, 'iu')

/** The day of what is meant; undefined: it is called by other words. */
export function dayOfAppointment(text: string): string | undefined {
  for (const form of [BY_TIME, AT_TIME, OF_DAY]) {
    const { time, day = 'today' } = form.exec(text)?.groups ?? {}
    const isMeant = form === OF_DAY ? form.test(text) : time !== undefined && isWhen(`at ${time} today`)
    if (isMeant && isDays(day)) return day
  }
  return undefined
}
