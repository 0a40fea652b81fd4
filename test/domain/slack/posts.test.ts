/** Posts in the outbox: where they go, how edits find their message, and that only the last edit of one is sent. */
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import type { EditPost, MessagePost, Post } from '../../../src/domain/slack/post.ts'
import { insertPosts } from '../../../src/domain/slack/posts/insert-posts.ts'
import { readPost } from '../../../src/domain/slack/posts/rows.ts'
import {
  deleteOldPosts,
  findPost,
  findPostsAbout,
  listRecentThreads,
  markSent,
} from '../../../src/domain/slack/posts/sent.ts'
import { slackPosts } from '../../../src/domain/slack/posts/tables.ts'
import { openTestGateway } from '../../support/world/database.ts'

const gateway = await openTestGateway()
const { db, clock, runtime } = gateway
afterAll(() => gateway.close())
beforeEach(async () => {
  await db.delete(outbox)
  await db.delete(slackPosts)
})

const insert = (...posts: Post[]) => insertPosts({ db, now: clock.now(), newId: runtime.newId }, posts)
const message = (more: Partial<MessagePost> = {}): MessagePost => ({
  ...{ kind: 'message', teamId: 'T1', channel: 'C1', text: 'hello' },
  ...more,
})
const edit = (of: EditPost['of'], text: string, more: Partial<EditPost> = {}): EditPost => ({
  ...{ kind: 'edit', teamId: 'T1', channel: 'C1', of, text },
  ...more,
})
const waiting = async () =>
  (await db.select().from(outbox).orderBy(outbox.position)).map((row) => ({ ...row, payload: readPost(row) }))
const setTried = (id: string) =>
  db
    .update(outbox)
    .set({ attempts: 1 })
    .where(and(eq(outbox.eventId, id), eq(outbox.state, 'waiting')))

test('messages of one thread wait for each other; messages are limited by channel, edits by workspace', async () => {
  await insert(message({ threadTs: '1.0' }), message(), edit({ ts: '2.0' }, 'changed'))
  expect(await waiting()).toMatchObject([
    { receiverId: 'slack:T1:C1', thing: 'slack-thread:T1/C1/1.0' },
    { receiverId: 'slack:T1:C1', thing: 'slack-thread:T1/C1/-' },
    { receiverId: 'slack-edits:T1', thing: 'slack-message:T1/C1/2.0' },
  ])
})

test('of the edits of one message that wait, only the last is kept', async () => {
  const blocks = [{ type: 'divider' }]
  await insert(
    edit({ ts: '1.0' }, 'one', { blocks }),
    edit({ ts: '9.0' }, 'other'),
    edit({ ts: '1.0' }, 'two'),
  )
  expect((await waiting()).map(({ payload }) => payload)).toEqual([
    edit({ ts: '1.0' }, 'two'),
    edit({ ts: '9.0' }, 'other'),
  ])
})

test('an edit of a message that was not tried yet changes the message itself', async () => {
  const [postId = ''] = await insert(message({ blocks: [{ type: 'divider' }], about: 'approval://a' }))
  await insert(edit({ postId }, 'decided'))
  expect((await waiting()).map(({ payload }) => payload)).toEqual([
    message({ text: 'decided', about: 'approval://a' }),
  ])
})

test('an edit of a message that may be at Slack already goes out after it', async () => {
  const [postId = ''] = await insert(message())
  await setTried(postId)
  await insert(edit({ postId }, 'while it is on its way'))
  await markSent(db, postId, { channel: 'C1', ts: '5.0' })
  await insert(edit({ postId }, 'once it is there'))
  const [, ...edits] = await waiting()
  expect(edits.map(({ payload }) => payload)).toEqual([edit({ postId }, 'once it is there')])
  expect(await findPost(db, postId)).toMatchObject({ sentTo: 'C1', sentTs: '5.0' })
})

test('the messages that show a thing are found, those on their way too', async () => {
  const [sent = '', open = ''] = await insert(
    message({ about: 'approval://a' }),
    message({ about: 'approval://a', onlyFor: 'U1' }),
    message({ about: 'approval://b' }),
  )
  await markSent(db, sent, { channel: 'C1', ts: '5.0' })
  expect(await findPostsAbout(db, 'approval://a')).toMatchObject([
    { id: sent, sentTo: 'C1', sentTs: '5.0', onlyFor: null },
    { id: open, sentTs: null, onlyFor: 'U1' },
  ])
})

test('the threads in which the bot wrote last are known, until its messages are forgotten', async () => {
  const ids = await insert(message({ threadTs: '1.0' }), message({ threadTs: '1.0' }), message())
  for (const id of ids) await markSent(db, id, { channel: 'C1', ts: `${id}.0` })
  const since = new Date(clock.now().getTime() - 1000)
  expect(await listRecentThreads(db, 'T1', { since, limit: 10 })).toEqual([
    { channel: 'C1', threadTs: '1.0' },
  ])
  expect(await deleteOldPosts(db, new Date(clock.now().getTime() + 91 * 24 * 3_600_000))).toBe(3)
})
