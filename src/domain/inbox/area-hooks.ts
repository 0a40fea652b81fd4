/** Reads what services report to the hooks of areas, and prepares the calls of their events. */
import { and, eq, isNull } from 'drizzle-orm'
import type { Hook, HookEvent, HookOwner } from '../../core/area/hook.ts'
import type { Settings } from '../../core/area/setting.ts'
import { AppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import { isStorable, makeStorable } from '../../core/text/storable.ts'
import { type KeyStanding, scopesWithin } from '../access/authority.ts'
import { PERSON_STANDING } from '../access/keys.ts'
import { people } from '../access/tables.ts'
import { connectedAccounts } from '../accounts/tables.ts'
import type { Db } from '../db/db.ts'
import { teams } from '../teams/tables.ts'
import { findUrlOwner } from './hook-urls.ts'
import type { PrepareCall } from './prepared.ts'
import type { Arrival } from './receive.ts'
import { type Report, readReport, refusedReport } from './report.ts'

interface Parts {
  readonly db: Db
  readonly settings: Settings
}

/**
 * The events of a report to the hook of an area, or to the URL there that has `token`.
 * @throws AppError `unauthenticated` when its service did not send it, `invalid_input` when it is not JSON, or not what the
 * hook reads
 */
export async function readAreaReport(
  parts: Parts,
  { hook, token }: { readonly hook: Hook; readonly token: string | undefined },
  report: Report,
): Promise<Arrival[]> {
  const secrets = secretsOf(hook, parts.settings)
  if (secrets === undefined || !hook.verify(report.raw, report.headers, secrets)) throw refusedReport()
  const urlOwner = token === undefined ? undefined : await ownerOfUrl(parts.db, hook, token)
  if (urlOwner === undefined && hook.onlyAtUrls === true) throw refusedReport()
  const { text, body } = readReport(report)
  const arrivals = eventsIn(hook, body, report.headers).map((event) =>
    arrivalsOf(parts, { hook, event, text, urlOwner }),
  )
  return (await Promise.all(arrivals)).flat()
}

/** @throws AppError `invalid_input` for a verified report in which the hook finds no events that it can read */
function eventsIn(hook: Hook, body: unknown, headers: Headers): readonly HookEvent[] {
  try {
    return hook.events(body, headers)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError(
      'invalid_input',
      `The report to ${hook.path} is not in a form that this gateway reads.`,
      {
        fix: 'Check which events the service is set to report here, and in which version of its interface.',
        cause,
      },
    )
  }
}

/** @throws AppError `unauthenticated` for another token, and for the token of somebody who has gone */
async function ownerOfUrl(db: Db, { path }: Hook, token: string): Promise<string> {
  const ownerId = await findUrlOwner(db, path, token)
  if (ownerId === undefined || (await findStanding(db, ownerId)) === undefined) throw refusedReport()
  return ownerId
}

/** Undefined when one of them is not set. */
function secretsOf(hook: Hook, settings: Settings): Record<string, string> | undefined {
  const secrets: Record<string, string> = {}
  for (const setting of hook.secrets) {
    const value = settings.of(setting)
    if (value === undefined) return undefined
    secrets[setting.variable] = value
  }
  return secrets
}

interface Reported {
  readonly hook: Hook
  readonly event: HookEvent
  readonly text: string
  /** To whose URL it was reported. */
  readonly urlOwner: string | undefined
}

/** The event for each of its owners; for nobody if there are none. */
async function arrivalsOf(
  { db }: Parts,
  { hook: { path }, event, text, urlOwner }: Reported,
): Promise<Arrival[]> {
  const { eventId, type = null, operation, input, owner, orderKey } = event
  const whose = urlOwner === undefined ? await findOwners(db, owner) : [urlOwner]
  const arrival = {
    ...{ source: path, eventId, type, operation, body: text },
    input: makeStorable(input).value,
    orderKey: orderKey === undefined ? null : `${path}:${orderKey}`,
  }
  if (whose.length === 0) return [{ ...arrival, ownerId: null, fault: ownerless() }]
  return whose.map((ownerId) => ({
    ...arrival,
    ownerId,
    // Everybody who has connected the account, or has a URL, has an event of their own.
    ...((typeof owner === 'object' || urlOwner !== undefined) && { eventId: `${eventId} for ${ownerId}` }),
    ...(orderKey !== undefined && { orderKey: `${path}:${ownerId}:${orderKey}` }),
  }))
}

async function findOwners(db: Db, owner: HookOwner | undefined): Promise<string[]> {
  if (owner === undefined) return []
  if (typeof owner === 'string') return (await findStanding(db, owner)) === undefined ? [] : [owner]
  const { connector, outsideId } = owner
  if (!isStorable(outsideId)) return []
  const rows = await db
    .select({ ownerId: connectedAccounts.ownerId })
    .from(connectedAccounts)
    .where(and(eq(connectedAccounts.connector, connector), eq(connectedAccounts.outsideId, outsideId)))
    .orderBy(connectedAccounts.ownerId)
  return rows.map(({ ownerId }) => ownerId)
}

/** What a person or a team may do now; undefined: there is no such person or team, or no longer. */
async function findStanding(db: Db, id: string): Promise<Pick<KeyStanding, 'person'> | undefined> {
  if (!isStorable(id)) return undefined
  const [person] = await db.select(PERSON_STANDING).from(people).where(eq(people.id, id))
  if (person !== undefined) return person.deactivatedAt === null ? { person } : undefined
  if (id === LOCAL_PERSON.personId) return { person: { role: 'owner', deactivatedAt: null } }
  const isTeam = and(eq(teams.id, id), isNull(teams.archivedAt))
  const [team] = await db.select({ id: teams.id }).from(teams).where(isTeam)
  return team && { person: null }
}

function ownerless(): AppError {
  return new AppError('not_found', 'Nobody here has the account that it is about.', {
    fix: 'Connect the account, or end the reports at the service.',
  })
}

/** The call of an event of an area's hook: for its owner, with the scope of its one operation. */
export const prepareAreaEvent: PrepareCall = async ({ resources, operations }, event) => {
  const { source, ownerId, operation: name, input } = event
  const needed = operations.filter((each) => each.name === name && each.scope !== 'admin')
  const standing = ownerId === null ? undefined : await findStanding(resources.db, ownerId)
  if (ownerId === null || input === null || standing === undefined) throw ownerless()
  const scopes = scopesWithin(
    standing.person,
    needed.map(({ scope }) => scope),
  )
  return {
    operation: name,
    actor: { kind: 'service', id: `hook:${source}`, personId: ownerId, scopes },
    input,
    async assertStanding({ db }) {
      if ((await findStanding(db, ownerId)) === undefined) throw ownerless()
    },
  }
}
