/**
 * Notes at the door that what is known of users and channels is out of date. Slack tells of every change of every profile, so
 * these events are not stored.
 */
import type { JsonObject } from '../../core/text/json.ts'
import type { Db } from '../../domain/db/db.ts'
import { noteJoined } from '../../domain/slack/channels.ts'
import { forgetUser } from '../../domain/slack/users.ts'
import { objectAt, textAt } from './arrived.ts'

/** Answers at once for any other event. */
export async function noteChange(db: Db, payload: JsonObject): Promise<void> {
  const event = objectAt(payload, 'event')
  const type = textAt(event, 'type')
  if (type === 'user_change') await forgetUser(db, textAt(event, 'user', 'id'))
  else if (type === 'member_joined_channel') await noteJoined(db, textAt(event, 'channel'))
}
