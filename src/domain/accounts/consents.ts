/**
 * Consents that people are asked for at services. The state that comes back from a service is signed, is valid for
 * minutes, and can be used once; the verifier of PKCE follows from it, so that nothing secret is stored.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { and, eq, gt, isNull, lt } from 'drizzle-orm'
import { type Connector, type OAuthConsent, serviceUrl } from '../../core/area/connector.ts'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import type { Db } from '../db/db.ts'
import { deleteInBatches } from '../db/delete-in-batches.ts'
import type { KeyRing } from '../secrets/key-ring.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import { oauthServiceOf } from './oauth-service.ts'
import { consentRequests } from './tables.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    readonly consents: Consents
    /** The address at which browsers reach this gateway; undefined: at none. */
    publicUrl(): string | undefined
  }
}

/** Milliseconds within which a person has to agree. */
const CONSENT_MAX_MS = 15 * 60_000

/** Where services send people back to, below the public address of the gateway. */
export const CALLBACK_PATH = '/oauth/callback'

type ConsentRow = typeof consentRequests.$inferSelect

type Asking = Pick<Context, 'db' | 'actor' | 'now' | 'newId' | 'publicUrl'>

/** What operations may do with consents. */
export interface Consents {
  /**
   * Asks for the account of a connector.
   * @throws AppError `not_configured` where no browser can come back to this gateway, or no secret is set
   */
  start(ctx: Asking & Pick<Context, 'settings'>, asked: AskedConsent): Promise<Consent>
  /** Notes that a person is asked, and signs the state with which they come back. @throws AppError as `start` does */
  begin(ctx: Asking, asked: BegunFor): Promise<BegunConsent>
  /**
   * Uses up a consent that came back to the person who was asked.
   * @throws AppError `invalid_input` for a consent of another person, or one that has expired or was used
   */
  take(ctx: Pick<Context, 'db' | 'actor' | 'now'>, state: string): Promise<ReturnedConsent>
}

/** Whose consent it is, and to what. */
interface BegunFor {
  /** The name of the service. */
  readonly connector: string
  readonly scopes: readonly string[]
  readonly ownerId: string
}

interface BegunConsent extends ReturnedConsent {
  readonly state: string
}

export interface AskedConsent {
  readonly connector: Connector
  readonly connecting: OAuthConsent
  readonly ownerId: string
}

/** A consent that a person has yet to give. */
export interface Consent {
  readonly id: string
  /** Where the person agrees. */
  readonly url: string
  readonly expiresAt: string
}

/** A consent that came back, and the verifier that its code needs. */
export interface ReturnedConsent {
  readonly row: ConsentRow
  readonly verifier: string
}

export function createConsents(ring: KeyRing): Consents {
  async function begin(ctx: Asking, { connector, scopes, ownerId }: BegunFor): Promise<BegunConsent> {
    const base = ctx.publicUrl()
    if (base === undefined) throw noWayBack()
    const key = ring.current()
    const row = {
      id: ctx.newId('consent'),
      personId: ctx.actor.personId,
      ownerId,
      connector,
      scopes: [...scopes],
      redirectUri: `${base}${CALLBACK_PATH}`,
      createdAt: ctx.now,
      expiresAt: new Date(ctx.now.getTime() + CONSENT_MAX_MS),
      usedAt: null,
    }
    await ctx.db.insert(consentRequests).values(row)
    return { row, state: stateOf(key, row), verifier: verifierOf(key, row) }
  }

  return {
    begin,
    async start(ctx, { connector, connecting, ownerId }) {
      const { clientId } = oauthServiceOf(connector, connecting, ctx.settings)
      const asked = { connector: connector.name, scopes: connecting.scopes, ownerId }
      const { row, state, verifier } = await begin(ctx, asked)
      const url = new URL(serviceUrl(connecting.authorizeUrl, ctx.settings))
      const fields = {
        ...connecting.authorizeFields,
        response_type: 'code',
        client_id: clientId,
        redirect_uri: row.redirectUri,
        scope: row.scopes.join(connecting.scopeSeparator ?? ' '),
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }
      for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
      return { id: row.id, url: url.href, expiresAt: row.expiresAt.toISOString() }
    },
    async take(ctx, state) {
      const returned = await readState(ctx, ring, state)
      if (returned.row.personId !== ctx.actor.personId) throw ofAnother()
      await useConsent(ctx, returned.row)
      return returned
    },
  }
}

/**
 * The consent to which a state belongs, if it can still be used.
 * @throws AppError `invalid_input` for a state that is not ours, has expired or was used
 */
export async function readState(
  { db, now }: Pick<Context, 'db' | 'now'>,
  ring: KeyRing,
  state: string,
): Promise<ReturnedConsent> {
  const [id = ''] = state.split('.')
  const [row] = await db.select().from(consentRequests).where(eq(consentRequests.id, id))
  const key = row && ring.all().find((each) => isSame(stateOf(each, row), state))
  if (row === undefined || key === undefined) throw notUsable('is not from this gateway')
  if (row.usedAt !== null) throw wasUsed()
  if (row.expiresAt <= now) throw notUsable('has expired')
  return { row, verifier: verifierOf(key, row) }
}

/** Uses a consent up. @throws AppError `invalid_input` when another call did so first */
export async function useConsent(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { id }: ConsentRow,
): Promise<void> {
  const used = await db
    .update(consentRequests)
    .set({ usedAt: now })
    .where(
      and(eq(consentRequests.id, id), isNull(consentRequests.usedAt), gt(consentRequests.expiresAt, now)),
    )
    .returning({ id: consentRequests.id })
  if (used.length === 0) throw wasUsed()
}

/** Deletes consents that can no longer be given; answers with how many. */
export async function deleteOldConsents(db: Db, now: Date): Promise<number> {
  return await deleteInBatches(db, consentRequests, lt(consentRequests.expiresAt, now))
}

/** Signs whose consent it is, for what, and until when: a row that was changed no longer fits its state. */
function stateOf(key: MasterKey, row: ConsentRow): string {
  const { id, personId, ownerId, connector, redirectUri, expiresAt } = row
  return `${id}.${sign(key, ['state', id, personId, ownerId, connector, redirectUri, expiresAt.toISOString()])}`
}

function verifierOf(key: MasterKey, { id }: ConsentRow): string {
  return sign(key, ['verifier', id])
}

function sign(key: MasterKey, texts: readonly string[]): string {
  return createHmac('sha256', key.keyFor('oauth-state')).update(JSON.stringify(texts)).digest('base64url')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const BEGIN_AGAIN =
  'begin again, with another address: switchboard accounts connect, or switchboard slack install.'

function notUsable(why: string): AppError {
  return new AppError('invalid_input', `This consent ${why}.`, {
    fix: `To connect an account, ${BEGIN_AGAIN}`,
  })
}

function wasUsed(): AppError {
  return new AppError('invalid_input', 'This consent was used before.', {
    fix: `What it connected stays connected: switchboard accounts list. Otherwise ${BEGIN_AGAIN}`,
  })
}

export function ofAnother(): AppError {
  return new AppError('invalid_input', 'This consent was asked of another person.', {
    fix: `To connect an account, ${BEGIN_AGAIN}`,
  })
}

function noWayBack(): AppError {
  return new AppError('not_configured', 'A consent ends at a gateway, and none runs here.', {
    fix: 'Start the gateway, or set SWITCHBOARD_PUBLIC_URL to the address at which browsers reach it.',
  })
}
