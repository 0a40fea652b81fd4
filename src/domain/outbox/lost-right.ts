/**
 * Ends what a webhook may no longer be told. A webhook hears what its maker may read now, so the maker's key, role and
 * place in the owning team are looked up before each delivery.
 */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { publishRecorded } from '../../core/call/after-commit.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Event } from '../../core/operation/event.ts'
import { grants, type Scope } from '../../core/operation/scopes.ts'
import {
  lostAuthority,
  type PersonStanding,
  scopesOfKey,
  scopesOfRole,
  scopesWithin,
} from '../access/authority.ts'
import type { KeyRow } from '../access/key.ts'
import { PERSON_STANDING } from '../access/keys.ts'
import { apiKeys, people, grants as spaceGrants } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { webhooks } from '../webhooks/tables.ts'
import { type WebhookRow, webhookUri } from '../webhooks/webhook.ts'
import { disableWebhook } from './disable-webhook.ts'
import { giveUpAll, settleFailed } from './settle.ts'
import type { WebhookDelivery } from './take-due.ts'

/**
 * Whether the delivery was given up because the maker of its webhook may no longer read the event. `standing`: the
 * maker's at this moment.
 */
export async function endIfLost(
  runtime: Runtime,
  { row, webhook }: WebhookDelivery,
  standing: Standing,
): Promise<boolean> {
  const { events } = runtime.resources
  if (webhook.state !== 'active') return false
  const scope = events.find(({ name }) => name === row.event)?.scope
  if ('scopes' in standing && (scope === undefined || grants(standing.scopes, scope))) return false
  const why = 'lost' in standing ? standing.lost : `The maker of the webhook no longer has ${scope}.`
  await endDelivery(runtime, { row, webhook }, why)
  const left = 'scopes' in standing ? webhook.scopes.filter((each) => grants(standing.scopes, each)) : []
  await narrow(runtime, webhook, left)
  return true
}

/**
 * Whether a delivery that is made again was given up because the owner of its webhook has lost sight of what it is about.
 * The first attempt follows on the event, which only webhooks of those who saw it hear.
 */
export async function endIfHidden(runtime: Runtime, { row, webhook }: WebhookDelivery): Promise<boolean> {
  if (row.attempts === 1 || webhook.state !== 'active') return false
  const { db, shown } = runtime.resources
  const owner = { kind: 'service', id: webhook.id, personId: webhook.ownerId, scopes: [] } as const
  const hidden = await shown.findHidden(db, { actor: owner }, row.thing)
  if (hidden.size === 0) return false
  await endDelivery(runtime, { row, webhook }, `${webhook.ownerId} no longer sees what it is about.`)
  return true
}

/** Gives a delivery up without an attempt: that of a disabled webhook is not tried again. */
async function endDelivery(
  runtime: Runtime,
  { row, webhook }: WebhookDelivery,
  error: string,
): Promise<void> {
  const failed = { now: runtime.now(), tookMs: 0, status: null, error, isGone: false }
  const disabled = { ...webhook, state: 'disabled' } as const
  await settleFailed({ db: runtime.resources.db, newId: runtime.newId }, { row, webhook: disabled }, failed)
}

/** What the maker of a webhook may read now, or why nothing. */
export type Standing = { readonly lost: string } | { readonly scopes: readonly Scope[] }

/** The standing of the maker of each webhook, in their order. */
export async function findStandings(
  db: Db,
  those: readonly WebhookRow[],
  now: Date,
): Promise<readonly Standing[]> {
  const sees = sql<boolean>`(${webhooks.personId} = ${webhooks.ownerId} or exists (select from ${spaceGrants}
    where ${spaceGrants.personId} = ${webhooks.personId} and ${spaceGrants.spaceId} = ${webhooks.ownerId}))`
  const found = await db
    .select({ id: webhooks.id, keyId: webhooks.keyId, key: apiKeys, person: PERSON_STANDING, sees })
    .from(webhooks)
    .leftJoin(apiKeys, eq(apiKeys.id, webhooks.keyId))
    .leftJoin(people, eq(people.id, webhooks.personId))
    .where(inArray(webhooks.id, [...new Set(those.map(({ id }) => id))]))
  const byId = new Map(found.map((each) => [each.id, each]))
  return those.map((webhook) => standingOf(webhook, byId.get(webhook.id), now))
}

interface Found {
  readonly keyId: string | null
  readonly key: KeyRow | null
  readonly person: PersonStanding | null
  /** Whether the maker sees what the owner has. */
  readonly sees: boolean
}

function standingOf({ personId, ownerId }: WebhookRow, found: Found | undefined, now: Date): Standing {
  if (found === undefined) return { lost: 'The webhook was deleted.' }
  const { keyId, key, person } = found
  if (!found.sees) return { lost: `${personId} no longer sees what ${ownerId} has.` }
  if (keyId === null) return { scopes: scopesWithin(person, scopesOfRole(person?.role ?? 'member')) }
  const standing = key === null ? undefined : { ...key, person }
  const lost = lostAuthority({ keyId, scopes: [] }, standing, now)
  if (lost !== undefined || standing === undefined)
    return { lost: lost ?? `The key ${keyId} no longer exists.` }
  return { scopes: scopesOfKey(standing) }
}

/** Disables a webhook that may no longer hear any of its events. */
async function narrow(runtime: Runtime, webhook: WebhookRow, scopes: readonly Scope[]): Promise<void> {
  const { db, events } = runtime.resources
  const { id, ownerId } = webhook
  const now = runtime.now()
  const isHeard = ({ patterns, scope }: Event) =>
    grants(scopes, scope) && patterns.some((pattern) => webhook.events.includes(pattern))
  const isEnded = !events.some(isHeard)
  const isMeant = eq(webhooks.id, id)
  if (isEnded) {
    const writer = { db, now, newId: runtime.newId }
    // Several deliveries may find the right lost at once: the first one disables the webhook and tells its owner.
    const isStillActive = and(isMeant, eq(webhooks.state, 'active'))
    const told = await disableWebhook(writer, isStillActive, { scopes: [...scopes], reason: 'lost' })
    await giveUpAll(db, id, now)
    if (told !== undefined) publishRecorded(runtime, told)
  } else
    await db
      .update(webhooks)
      .set({ scopes: [...scopes], updatedAt: now })
      .where(isMeant)
  runtime.log.warn({ webhookId: id }, 'the maker of a webhook may no longer read all that it hears')
  runtime.publish({ uris: [webhookUri(id)], spaceId: ownerId })
}
