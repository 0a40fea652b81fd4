/** A person as others see them, and what may be stored of a person. */
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { shownName } from '../../core/text/visible.ts'
import { PERSON_NAME_MAX_CHARS, Profile } from '../access/people.ts'
import { ROLES, WEEKDAYS } from '../access/tables.ts'
import { TimeZone } from '../time/zones/time-zone.ts'

/** RFC 5321, the longest path without its brackets. */
const ADDRESS_MAX_CHARS = 254
const EMAILS_MAX = 10
const IDENTITIES_MAX = 20
const EXTERNAL_ID_MAX_CHARS = 200
const CHANNELS_MAX = 10

export const PERSON_STATES = ['active', 'deactivated', 'erased'] as const
export type PersonState = (typeof PERSON_STATES)[number]

/** In the form in which mails are sent (RFC 3490): `ada@bücher.example` is `ada@xn--bcher-kva.example`. */
export const Address = z
  .string()
  .max(ADDRESS_MAX_CHARS)
  .overwrite(withAsciiDomain)
  .check(z.email())
  .toLowerCase()

function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1
  return address.slice(0, at) + (domainToASCII(address.slice(at)) || address.slice(at))
}

const Email = z.object({
  address: Address,
  verified: z.boolean().default(false).describe('Somebody has made sure that it reaches the person'),
})

const NAME_OF_SERVICE = /^[a-z][a-z0-9_-]{0,31}$/

const Identity = z.object({
  provider: z.string().regex(NAME_OF_SERVICE, 'must be the name of a service such as slack'),
  id: z.string().min(1).max(EXTERNAL_ID_MAX_CHARS).describe('The id of the person there'),
})

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00')

const QuietHours = z
  .object({ from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to, 'must begin and end at two times; null: no quiet hours')

const channel = z.string().regex(NAME_OF_SERVICE, 'must be the name of a channel such as slack')

export const RoleName = z
  .enum(ROLES)
  .describe(
    'owner, admin: everything, also other people; member: everything of their own and of their teams; guest: reads, and works with what they are given',
  )

const workDays = z.array(z.enum(WEEKDAYS)).max(WEEKDAYS.length)
const setWorkDays = workDays.refine((days) => new Set(days).size === days.length, 'must name each day once')

/** What people set for themselves; null resets a field. */
export const ownFields = {
  name: shownName(PERSON_NAME_MAX_CHARS).nullish(),
  timeZone: TimeZone.nullish().describe('IANA name such as Europe/Paris; null: the time zone of the gateway'),
  workDays: setWorkDays.nullish().describe('null: not set'),
  quietHours: QuietHours.nullish().describe('Nothing disturbs them between these times; null: no such hours'),
  channels: z.array(channel).max(CHANNELS_MAX).optional().describe('How to reach them, the best first'),
}

/** What only those who manage people set: it decides who somebody is taken for. A list replaces the stored one. */
export const managedFields = {
  emails: z.array(Email).max(EMAILS_MAX).optional(),
  identities: z.array(Identity).max(IDENTITIES_MAX).optional().describe('Who they are at other services'),
}

/** What is stored of a person, besides what everybody may see. */
const Details = z.object({
  role: RoleName,
  state: z.enum(PERSON_STATES),
  emails: z.array(Email),
  identities: z.array(Identity),
  workDays: workDays.nullable(),
  quietHours: QuietHours.nullable(),
  channels: z.array(z.string()),
  createdAt: z.string(),
  deactivatedAt: z.string().nullable(),
})

export const Person = Profile.extend(Details.partial().shape).describe(
  'Only id, name and time zone of other people, except for those who manage people',
)
export type Person = z.output<typeof Person>

export type PersonInput = z.output<z.ZodObject<typeof ownFields & typeof managedFields>>

export function personUri(id: string): string {
  return `person://${id}`
}

export function personLine({ id, name, timeZone, role, state }: Person): string {
  const known = [role, state === 'active' ? undefined : state].filter((word) => word !== undefined)
  return `${id}${name === null ? '' : ` ${name}`} (${[...known, timeZone].join(', ')})`
}
