/** calendars.connect: a calendar by its secret address, or the calendars of a user by CalDAV. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { targetFault } from '../../core/outbound/target.ts'
import { accountUri } from '../../domain/accounts/account.ts'
import { findConnector } from '../../domain/accounts/connectors.ts'
import { saveAccount } from '../../domain/accounts/store.ts'
import {
  assertRoomForCalendars,
  CALENDAR,
  Calendar,
  calendarLine,
  calendarUri,
  readCalendars,
} from '../../domain/calendars/calendar.ts'
import { orderReading, readNow } from '../../domain/calendars/sweep.ts'
import { newOwner, newTeamId } from '../../domain/teams/new-owner.ts'
import { findDavCalendars } from './connector.ts'
import { calendarHosts } from './settings.ts'

const ADDRESS_MAX_CHARS = 4_000
const USER_MAX_CHARS = 200
const PASSWORD_MAX_CHARS = 1_000

export const connectCalendar = defineOperation({
  name: 'calendars.connect',
  summary:
    'Connect a calendar by its secret address in iCal format, or by CalDAV with a user and a password.',
  details:
    'The address and the password are sealed and never shown again. By CalDAV, all calendars of the user are connected, or the one whose address is given. Connecting a calendar again replaces its address or password.',
  keywords:
    'add calendar, link, subscribe, ics, ical, webcal, caldav, google calendar, outlook, icloud, fastmail, nextcloud',
  route: 'POST /v1/calendars',
  input: z.object({
    // Named so that no log and no audit keeps it: who has the address can read the calendar.
    addressSecret: z.string().trim().min(1).max(ADDRESS_MAX_CHARS).describe('https:// or webcal://'),
    user: z.string().trim().min(1).max(USER_MAX_CHARS).optional().describe('For CalDAV'),
    password: z.string().min(1).max(PASSWORD_MAX_CHARS).optional().describe('For CalDAV: an app password'),
    teamId: newTeamId,
  }),
  output: z.object({ calendars: z.array(Calendar) }),
  scope: 'accounts:write',
  audience: 'people',
  effect: 'write',
  repeat: 'keyed',
  outside: 'idempotent',
  listed: false,
  example: { addressSecret: 'https://calendar.example.com/private-1f6c/basic.ics' },
  async reach({ addressSecret, user, password, teamId }, ctx) {
    if ((user === undefined) !== (password === undefined)) throw halfGiven(user === undefined)
    const url = addressFrom(addressSecret, ctx.settings.of(calendarHosts))
    const ownerId = await newOwner(ctx, teamId)
    ctx.secrets.assertReady()
    if (user !== undefined && password !== undefined)
      return { ownerId, found: await findDavCalendars({ url, user, password }, ctx) }
    const { id: outsideId, name } = await ctx.services.identify(findConnector(ctx.connectors, CALENDAR), url)
    return { ownerId, found: [{ outsideId, name, token: url }] }
  },
  async run(_input, ctx, { ownerId, found }) {
    await assertRoomForCalendars(
      ctx,
      ownerId,
      found.map(({ outsideId }) => outsideId),
    )
    const saved = []
    for (const { token, ...calendar } of found) {
      const secret = { kind: 'token', token } as const
      saved.push(await saveAccount(ctx, { connector: CALENDAR, ownerId, scopes: [], ...calendar, secret }))
    }
    const ids = saved.map(({ id }) => id)
    await orderReading(ctx, ids)
    for (const { id, spaceId } of saved) {
      ctx.changed(accountUri(id), spaceId)
      ctx.changed(calendarUri(id), spaceId)
    }
    return { calendars: (await readCalendars(ctx)).filter(({ accountId }) => ids.includes(accountId)) }
  },
  async settle(_input, ctx, { calendars }) {
    const ids = calendars.map(({ accountId }) => accountId)
    await readNow(ctx, ids)
    return { calendars: (await readCalendars(ctx)).filter(({ accountId }) => ids.includes(accountId)) }
  },
  tell: ({ calendars }) => ['Connected:', ...calendars.map(calendarLine)].join('\n'),
  next: () => [{ operation: 'calendars.free', input: {} }],
})

/** @throws AppError `invalid_input` for an address that is not fetched */
function addressFrom(text: string, hosts: readonly string[]): string {
  const url = text.replace(/^webcals?:\/\//i, 'https://')
  const fault = URL.canParse(url) ? targetFault(new URL(url), hosts) : 'is not a web address'
  if (fault === undefined) return url
  throw new AppError('invalid_input', `The address ${fault}.`, {
    fix: 'Give an https:// or webcal:// address on the public internet, or have the operator allow the host (SWITCHBOARD_CALENDAR_HOSTS).',
    issues: [{ path: 'addressSecret', message: fault }],
  })
}

function halfGiven(lacksUser: boolean): AppError {
  const [given, lacking] = lacksUser ? ['a password', 'user'] : ['a user', 'password']
  return new AppError('invalid_input', `CalDAV needs a user and a password, and only ${given} was given.`, {
    fix: `Give ${lacking}, too, or neither for an address in iCal format.`,
    issues: [{ path: lacking, message: 'needed' }],
  })
}
