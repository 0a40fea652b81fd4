/** Tells the thread of a file that Slack does not take. */
import { newId } from '../../core/operation/ids.ts'
import type { Carried } from '../../domain/outbox/carrier.ts'
import { escapeText } from '../../domain/slack/escape.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'
import type { Sending, SendParts } from './sending.ts'

export async function giveUpFile(
  { db }: Pick<SendParts, 'db'>,
  { post, row }: Sending<'file'>,
  why: string,
): Promise<Carried> {
  const { teamId, channel, threadTs, name, artifactId } = post
  const text = escapeText(`I could not send ${name}: ${why} It is kept as ${artifactId}.`)
  const message = {
    kind: 'message' as const,
    teamId,
    channel,
    ...(threadTs !== undefined && { threadTs }),
    text,
  }
  await insertPosts({ db, newId, now: row.lastAt ?? row.happenedAt }, [message])
  return { kind: 'refused', why }
}
