/** What a person wants to hear of, and where. */
import { and, eq, inArray } from 'drizzle-orm'
import type { Context } from '../../core/operation/context.ts'
import type { Db } from '../db/db.ts'
import type { ChannelState } from './channel.ts'
import { notificationSettings } from './tables.ts'

/** The list in the gateway itself. */
export const GATEWAY = 'gateway'
/** Webhooks of the person that hear `notification.created`. */
export const WEBHOOKS = 'webhook'

/** The channels that a person chose, by the names of events. */
export type Choices = ReadonlyMap<string, readonly string[]>

export async function readChoices(db: Db, personId: string): Promise<Choices> {
  const rows = await db.select().from(notificationSettings).where(eq(notificationSettings.personId, personId))
  return new Map(rows.map(({ event, channels }) => [event, channels]))
}

interface Wanted {
  /** Those on the person: how they want to be reached. None: in every way that there is. */
  readonly preferred: readonly string[]
  readonly channels: readonly ChannelState[]
}

/** Where a person hears of what they have set nothing for. */
export function standardChannels({ preferred, channels }: Wanted): string[] {
  const outside = channels
    .filter(
      ({ name, whyOff }) => whyOff === undefined && (preferred.length === 0 || preferred.includes(name)),
    )
    .map(({ name }) => name)
  return [GATEWAY, WEBHOOKS, ...outside]
}

/** Sets where the caller hears of these events; null: as by default. */
export async function setChoices(
  { db, actor: { personId } }: Pick<Context, 'db' | 'actor'>,
  events: readonly string[],
  channels: readonly string[] | null,
): Promise<void> {
  const isMeant = and(
    eq(notificationSettings.personId, personId),
    inArray(notificationSettings.event, [...events]),
  )
  await db.delete(notificationSettings).where(isMeant)
  if (channels === null) return
  await db
    .insert(notificationSettings)
    .values(events.map((event) => ({ personId, event, channels: [...channels] })))
}
