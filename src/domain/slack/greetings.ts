/** Users and channels that the bot has greeted: once each, also where the app was removed and installed again. */
import type { Db } from '../db/db.ts'
import { slackGreetings } from './tables.ts'

interface Greeted {
  readonly teamId: string
  /** The id of a user or of a channel. */
  readonly greeted: string
}

/** Notes a greeting in the transaction that stores its post; false: there was one before. */
export async function noteGreeting(db: Db, greeted: Greeted, now: Date): Promise<boolean> {
  const noted = await db
    .insert(slackGreetings)
    .values({ ...greeted, at: now })
    .onConflictDoNothing()
    .returning({ at: slackGreetings.at })
  return noted.length > 0
}
