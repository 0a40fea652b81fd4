/**
 * Stops the work of a conversation. Those may who share the conversation: in a channel of a team its members, elsewhere the
 * person who asked for the work. Others alone read that they may not.
 */
import { AppError } from '../../core/errors.ts'
import { shortName } from '../../domain/access/people.ts'
import { type Conversation, findWorkAt } from '../../domain/conversations/store.ts'
import type { Db } from '../../domain/db/db.ts'
import type { Assistants, KeyedCall } from './assistants.ts'
import { keyOf, type Place, shownIn } from './place.ts'
import type { Taken } from './taken.ts'

/** What a person types to stop the work of a conversation. */
const STOP = /^\/?(?:please )?(?:stop|cancel|abort|halt)(?: it| that| now| please)*[.!]*$/i

export function isStop(text: string): boolean {
  return STOP.test(text)
}

interface Stopping {
  readonly assistants: Assistants
  readonly db: Db
}

/** @throws AppError where stopping may be tried again */
export async function stopWork(
  { assistants, db }: Stopping,
  { id, taskId, taskFor }: Pick<Conversation, 'id' | 'taskId' | 'taskFor'>,
  call: Omit<KeyedCall, 'key'>,
): Promise<Taken | undefined> {
  if (taskId === null) return undefined
  try {
    await assistants.stop(taskId, call)
    return { replies: [{ text: 'Stopping it.', actions: [] }], changed: {} }
  } catch (thrown) {
    if (!(thrown instanceof AppError) || (thrown.code !== 'forbidden' && thrown.code !== 'not_found'))
      throw thrown
    return await refused(db, { id, taskFor })
  }
}

/** What somebody reads who wants to stop the work of others in a thread; undefined: others have none there. */
export async function refuseToStop(db: Db, place: Place, conversationId: string): Promise<Taken | undefined> {
  const shown = await shownIn(db, place)
  const work = await findWorkAt(db, { id: keyOf(place), also: shown, not: conversationId })
  return work && (await refused(db, work))
}

async function refused(db: Db, { id, taskFor }: Pick<Conversation, 'id' | 'taskFor'>): Promise<Taken> {
  const who = taskFor === null ? 'the person who asked for it' : await shortName(db, taskFor)
  const isShared = taskFor !== null && !id.endsWith(`/${taskFor}`)
  const text = isShared
    ? `This is not yours to stop: ${who} asked for it, and those who share this conversation can stop it.`
    : `This is not yours to stop: ${who} asked for it, and nobody else can stop it.`
  return { replies: [{ text, actions: [] }], changed: {}, isPrivate: true }
}
