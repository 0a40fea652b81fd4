/** Settings of the audit: how long entries are kept, and how many. */
import { defineSetting } from '../../core/area/setting.ts'
import { integer } from '../../core/area/setting-forms.ts'

const AUDIT_DAYS_MAX = 3_650
const AUDIT_ENTRIES_MIN = 100
const AUDIT_ENTRIES_MAX = 10_000_000

export const auditDays = defineSetting({
  variable: 'SWITCHBOARD_AUDIT_DAYS',
  description: 'Days for which audit entries are kept.',
  takes: `a number from 1 to ${AUDIT_DAYS_MAX}`,
  default: '365',
  schema: integer(1, AUDIT_DAYS_MAX, 365),
})

export const auditEntries = defineSetting({
  variable: 'SWITCHBOARD_AUDIT_ENTRIES',
  description:
    "How many of the newest audit entries are kept for each person. Entries of failed calls have a separate limit, a tenth of this; so do entries of calls that changed other people's things, as many again.",
  takes: `a number from ${AUDIT_ENTRIES_MIN} to ${AUDIT_ENTRIES_MAX}`,
  default: '100000',
  schema: integer(AUDIT_ENTRIES_MIN, AUDIT_ENTRIES_MAX, 100_000),
})
