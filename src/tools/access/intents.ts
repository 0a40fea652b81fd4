/** What people type about themselves: who they are, their time zone, when they are left alone. */
import { defineIntent } from '../../core/intent/intent.ts'
import { quietHoursIn } from '../../domain/time/reading/quiet-hours-words.ts'
import { isTime } from '../../domain/time/reading/time-of-day.ts'
import { zoneIn } from '../../domain/time/zones/zone-words.ts'
import { updateProfile } from './update-profile.ts'
import { whoami } from './whoami.ts'

const ZONE = '(time zone|timezone|time-zone|tz)'

/** The two times of "10pm-7am". */
function ends(span: string): [string, string] {
  const [from = '', to = ''] = span.split(/\s*[-–—]\s*/)
  return [from, to]
}

export const accessIntents = [
  defineIntent({
    name: 'who-am-i',
    order: 695,
    says: [
      '(who am i|whoami)',
      `(what|which) ${ZONE} (am i in|do i have|is set|do you use)`,
      `(what's|what is|show) [me] my ${ZONE}`,
      '[show] [me] my (profile|account|settings)',
    ],
    example: 'who am i',
    does: 'Say who you are here, and what you may do',
    operation: whoami,
    input: () => ({}),
  }),
  defineIntent({
    name: 'set-time-zone',
    order: 696,
    says: [
      `(set|change|switch|update|make) [my|the] ${ZONE} [to|as] <zone>`,
      `[my|the] ${ZONE} [is|=] <zone>`,
      `use [the] ${ZONE} <zone>`,
      `use <zone> as my ${ZONE}`,
    ],
    example: 'set my time zone to Berlin',
    does: 'Set the time zone in which your dates are read: a city, a country, or a name such as Europe/Berlin',
    operation: updateProfile,
    input: ({ words: { zone = '' } }) => ({ timeZone: zoneIn(zone) ?? zone }),
  }),
  defineIntent({
    name: 'set-quiet-hours',
    order: 697,
    says: [
      '[set] [my] quiet hours [are|=] [to|from|between] <from> (to|until|till|and|-) <to>',
      '[set] [my] quiet hours [are|=] [to|from] <span>',
      "(don't|do not|dont) disturb [me] (from|between) <from> (to|until|till|and) <to>",
    ],
    slots: { from: isTime, to: isTime, span: (text) => quietHoursIn(...ends(text)) !== undefined },
    example: 'quiet hours 10pm to 7am',
    does: 'Set between which times nothing disturbs you',
    operation: updateProfile,
    tells: ({ person: { quietHours } }) => `Quiet hours: ${quietHours?.from} to ${quietHours?.to}.`,
    input: ({ words: { span, from = '', to = '' } }) => ({
      quietHours: quietHoursIn(...(span === undefined ? ([from, to] as const) : ends(span))) ?? { from, to },
    }),
  }),
  defineIntent({
    name: 'clear-quiet-hours',
    order: 699,
    says: [
      '(no|clear|remove|delete|end|stop) [my|the] quiet hours',
      '[my] quiet hours off',
      '(turn|switch) (off [my] quiet hours|[my] quiet hours off)',
    ],
    example: 'quiet hours off',
    operation: updateProfile,
    input: () => ({ quietHours: null }),
    tells: () => 'You have no quiet hours now: notifications come at any time.',
  }),
]
