/** People: the owners of tasks and projects, their names, and the time zones in which their words are read. */
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { ID_SUFFIX } from '../../core/operation/ids.ts'
import { people } from './tables.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** IANA name of the time zone of people who have not set one. */
    readonly defaultTimeZone: string
  }
}

/**
 * Services act under the ids of keys, teams and hooks, agents under those of runs, an invitation under its own until it has
 * brought a person, and projects are spaces beside those of people and teams. Nobody is named like any of them: what is kept
 * for an actor, such as answers for retries, is found by this id.
 */
const OTHER_ID = new RegExp(`^(key|team|project|invitation)_|^[a-z_]+_${ID_SUFFIX}$`)

/** A person's permanent name: a short name or an e-mail address. */
export const PersonId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._@+-]{0,63}$/,
    'must be a short name such as ada: lower-case letters, digits, . _ @ + -',
  )
  .refine(
    (id) => !OTHER_ID.test(id),
    'must not look like the id of something else, such as a key, a team or a hook',
  )

type Scoped = Pick<Context, 'db' | 'actor' | 'defaultTimeZone'>

export const PERSON_NAME_MAX_CHARS = 100

/** A person as everybody may see them. */
export const Profile = z.object({
  id: z.string(),
  name: z.string().nullable(),
  timeZone: z.string().describe("IANA name: the person's own, otherwise the gateway's"),
})
export type Profile = z.output<typeof Profile>

/** The person behind this call. A person without a stored row has the defaults. */
export async function getPerson(ctx: Scoped): Promise<Profile> {
  const id = ctx.actor.personId
  const [row] = await ctx.db.select().from(people).where(eq(people.id, id))
  return { id, name: row?.name ?? null, timeZone: row?.timeZone ?? ctx.defaultTimeZone }
}

/** A person as pages and mails name them: `Ada Lovelace (ada)`, or the id where they gave no name. */
export async function calledName(db: Context['db'], id: string): Promise<string> {
  const [row] = await db.select({ name: people.name }).from(people).where(eq(people.id, id))
  return row?.name ? `${row.name} (${id})` : id
}

/** A person as those who know them call them: the name, or the id where they gave none. */
export async function shortName(db: Context['db'], id: string): Promise<string> {
  const [row] = await db.select({ name: people.name }).from(people).where(eq(people.id, id))
  return row?.name ?? id
}

/** The time zone in which this person's words are read and their days begin. */
export async function personTimeZone(ctx: Scoped, personId: string = ctx.actor.personId): Promise<string> {
  const [row] = await ctx.db.select({ timeZone: people.timeZone }).from(people).where(eq(people.id, personId))
  return row?.timeZone ?? ctx.defaultTimeZone
}
