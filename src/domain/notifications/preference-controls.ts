/** What people set of how they are reached, as controls: each choice is a call that they may also make elsewhere. */
import type { Control, ControlOption } from '../../core/form/control.ts'
import { WEEKDAYS } from '../access/tables.ts'
import type { NotificationSettings } from './described-settings.ts'

/** The names of the calls that are made. */
interface Calls {
  readonly updateProfile: string
  readonly updateSettings: string
}

const USUAL_HOURS = [
  { from: '20:00', to: '07:00' },
  { from: '21:00', to: '08:00' },
  { from: '22:00', to: '07:00' },
  { from: '23:00', to: '08:00' },
]

/** When a person works and may be disturbed. */
export function timeControls(
  { quietHours, timeZone, workDays }: NotificationSettings,
  { updateProfile }: Pick<Calls, 'updateProfile'>,
): Control[] {
  const call = { operation: updateProfile, input: {} }
  const isUsual = USUAL_HOURS.some(({ from, to }) => quietHours?.from === from && quietHours.to === to)
  const hours = quietHours === null || isUsual ? USUAL_HOURS : [quietHours, ...USUAL_HOURS]
  const spans: ControlOption[] = hours.map((value) => ({ value, label: `${value.from} to ${value.to}` }))
  const zones = [...new Set([timeZone, ...Intl.supportedValuesOf('timeZone')])].toSorted()
  const times = (['from', 'to'] as const).map((part): Control[] => {
    if (quietHours === null) return []
    const label = part === 'from' ? 'Quiet hours begin' : 'Quiet hours end'
    const set = { ...call, input: { quietHours } }
    return [{ kind: 'time', label, call: set, field: `quietHours.${part}`, chosen: quietHours[part] }]
  })
  return [
    {
      ...{ kind: 'one', label: 'Quiet hours: only what is urgent is sent', call, field: 'quietHours' },
      ...{ options: [{ value: null, label: 'None' }, ...spans], chosen: quietHours },
    },
    ...times.flat(),
    {
      ...{ kind: 'several', label: 'Work days', call, field: 'workDays', none: 'Every day' },
      ...{ options: WEEKDAYS.map((value) => ({ value, label: capitalized(value) })), chosen: workDays ?? [] },
    },
    {
      ...{ kind: 'one', label: 'Time zone', call, field: 'timeZone', chosen: timeZone },
      options: zones.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
    },
  ]
}

/** Where a person hears of what. A channel that is off stays among the choices of what uses it. */
export function whereControls(
  { items, channels }: NotificationSettings,
  { updateSettings }: Pick<Calls, 'updateSettings'>,
): Control[] {
  const usable = channels.filter(({ whyOff }) => whyOff === null).map(({ name }) => name)
  return items.map(({ event, title, urgent, channels: chosen }) => ({
    ...{ kind: 'several', label: `${title}${urgent ? ' (urgent)' : ''}`, none: 'Nowhere' },
    ...{ call: { operation: updateSettings, input: { event } }, field: 'channels', chosen },
    options: usable.map((value) => ({ value, label: capitalized(value) })),
  }))
}

function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}
