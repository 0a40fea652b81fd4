/** Names the users whom a message mentions: Slack sends their ids alone. */

import type { Speaking } from '../../domain/slack/speaker.ts'
import { findUser } from '../../domain/slack/users.ts'
import { plainText } from '../render/plain-text.ts'

/** `<@U1>`, a mention without a name. */
const UNNAMED = /<@([A-Z0-9]+)>/g
/** Users who are named in a message; the ids of others stay. */
const NAMED_MAX = 10
/** What would end the mention. */
const MARKS = /[<>|]/g

/** The message with the name of each user in their mention, as far as Slack tells it. */
export async function nameMentions(speaking: Speaking, wire: string): Promise<string> {
  const ids = [...new Set([...wire.matchAll(UNNAMED)].map(([, id = '']) => id))]
    .filter((id) => id !== speaking.workspace.botUserId)
    .slice(0, NAMED_MAX)
  const names = new Map(await Promise.all(ids.map(async (id) => [id, await nameOf(speaking, id)] as const)))
  return wire.replaceAll(UNNAMED, (whole, id: string) => {
    const name = names.get(id)
    return name === undefined ? whole : `<@${id}|${name}>`
  })
}

/** The words of a message as people read them, and as its conversation keeps them. */
export async function namedText(speaking: Speaking, wire: string): Promise<string> {
  return plainText(await nameMentions(speaking, wire), speaking.workspace.botUserId)
}

/** Undefined where Slack does not say: a message is not held up for a name. */
async function nameOf(speaking: Speaking, id: string): Promise<string | undefined> {
  try {
    return (await findUser(speaking, speaking.workspace, id)).name.replaceAll(MARKS, '')
  } catch {
    return undefined
  }
}
