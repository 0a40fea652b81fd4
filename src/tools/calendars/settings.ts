/** Settings of calendars: hosts where they may be although these are not on the public internet. */
import { defineSetting } from '../../core/area/setting.ts'
import { hosts } from '../../core/area/setting-forms.ts'

export const calendarHosts = defineSetting({
  variable: 'SWITCHBOARD_CALENDAR_HOSTS',
  description:
    'Hosts at which calendars are read although they are not on the public internet or have no certificate, each with its port: `cloud.internal:443`.',
  takes: 'hosts with ports, separated by commas',
  default: 'none',
  schema: hosts,
})
