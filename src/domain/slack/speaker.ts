/**
 * Who is speaking in Slack: a person of the gateway, or a user who is refused. An identity that nobody stored means
 * nobody: there is no list whose emptiness lets everyone in.
 */
import { eq } from 'drizzle-orm'
import type { Actor } from '../../core/operation/actor.ts'
import { people } from '../access/tables.ts'
import type { Db } from '../db/db.ts'
import { actorOfPerson } from '../people/person-actor.ts'
import { findChannel } from './channels.ts'
import { findPersonOfUser, linkUser } from './pairings.ts'
import { personByAddress } from './person-by-address.ts'
import type { SlackApp } from './slack-app.ts'
import type { AllowedUsers, SlackUserKind } from './tables.ts'
import { findUser, readUser, type SlackUser } from './users.ts'
import { externalIdOf, type SlackWorkspace } from './workspaces.ts'

/** Why a user is refused. `unknown`: a full member of the workspace who is no person of the gateway yet. */
export type Refusal = 'own' | 'bot' | 'guest' | 'stranger' | 'deactivated' | 'unknown'

export type Speaker =
  | { readonly kind: 'person'; readonly actor: Actor }
  /** `name`: as the user is called in Slack. */
  | { readonly kind: 'refused'; readonly why: Refusal; readonly name: string }

export interface Speaking {
  readonly db: Db
  readonly app: SlackApp
  readonly workspace: SlackWorkspace
  readonly now: Date
  readonly signal: AbortSignal
}

export interface Uttered {
  readonly userId: string
  readonly channelId: string
  /** Set where a program wrote, also one that writes as a user. */
  readonly botId?: string | undefined
}

/** @throws AppError where Slack cannot be asked who the user is */
export async function findSpeaker(speaking: Speaking, uttered: Uttered): Promise<Speaker> {
  const { db, workspace, now } = speaking
  const { userId, channelId, botId } = uttered
  const isOwn = userId === workspace.botUserId || (botId !== undefined && botId === workspace.botId)
  if (isOwn) return refused('own')
  const user = await findUser(speaking, workspace, userId)
  const place = { teamId: workspace.teamId, channelId }
  const allowed = (await findChannel(db, place))?.allowed ?? []
  const kind = botId === undefined ? user.kind : 'bot'
  const why = whyNot(user, kind, allowed)
  if (why !== undefined) return refused(why, user.name)
  const externalId = externalIdOf(workspace, userId)
  const known = await findPersonOfUser(db, externalId)
  if (known !== undefined) return await asPerson(db, known, user.name)
  const personId = kind === 'member' ? await byAddress(speaking, userId) : undefined
  if (personId === undefined) return refused('unknown', user.name)
  await linkUser({ db, now }, { externalId, personId })
  return await asPerson(db, personId, user.name)
}

function refused(why: Refusal, name = ''): Speaker {
  return { kind: 'refused', why, name }
}

const ALLOWED_AS: Readonly<Record<SlackUserKind, AllowedUsers | undefined>> = {
  member: undefined,
  guest: 'guests',
  stranger: 'strangers',
  bot: 'bots',
}

function whyNot(
  { isDeactivated }: SlackUser,
  kind: SlackUserKind,
  allowed: readonly AllowedUsers[],
): Refusal | undefined {
  if (isDeactivated) return 'deactivated'
  const needed = ALLOWED_AS[kind]
  return kind === 'member' || needed === undefined || allowed.includes(needed) ? undefined : kind
}

/** Slack is asked only where an address could say something. */
async function byAddress(speaking: Speaking, userId: string): Promise<string | undefined> {
  const { app, workspace } = speaking
  if (app.emailDomains.length === 0) return undefined
  const user = await readUser(speaking, workspace, userId)
  return await personByAddress(speaking, user)
}

async function asPerson(db: Db, personId: string, name: string): Promise<Speaker> {
  const [row] = await db
    .select({ deactivatedAt: people.deactivatedAt })
    .from(people)
    .where(eq(people.id, personId))
  if (row?.deactivatedAt) return refused('deactivated', name)
  return { kind: 'person', actor: await actorOfPerson(db, personId) }
}
