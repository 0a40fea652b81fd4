/** The stand-in of Slack through Slack's own client: what it does is what our code may count on. */
import type { KnownBlock } from '@slack/types'
import type { WebAPICallResult } from '@slack/web-api'
import { describe, expect, test } from 'vitest'
import { clientOf, refusal, slack, start } from './start.ts'

describe('the Web API', () => {
  test('knows the token, its scopes and the workspace', async () => {
    const { acme, client } = await start()
    const { team_id, user_id, response_metadata } = await client.auth.test()
    expect({ team_id, user_id }).toEqual({ team_id: acme.id, user_id: acme.bot.id })
    expect(response_metadata?.scopes).toContain('chat:write')
    expect(await refusal(clientOf('xoxb-other').auth.test())).toMatchObject({ error: 'invalid_auth' })
    acme.installation.scopes.delete('chat:write')
    expect(await refusal(client.chat.postMessage({ channel: 'C1', text: 'Hi' }))).toMatchObject({
      error: 'missing_scope',
      needed: 'chat:write',
      provided: expect.stringContaining('users:read'),
    })
  })

  test('reads JSON as well as forms, and refuses what is neither', async () => {
    const { general } = await start()
    const post = async (body: string) => {
      const headers = {
        authorization: `Bearer ${slack.world.workspaces[0]?.installation.botToken}`,
        'content-type': 'application/json',
      }
      return await (await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body })).json()
    }
    expect(await post(JSON.stringify({ channel: general.id, text: 'Hi' }))).toMatchObject({ ok: true })
    expect(await post('{')).toEqual({ ok: false, error: 'invalid_json' })
    expect(await post('{}')).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: channel'] },
    })
  })

  test('keeps messages, threads and metadata, and returns metadata only to those who ask', async () => {
    const { general, client } = await start()
    const metadata = { event_type: 'post', event_payload: { id: 'po_1' } }
    const root = await client.chat.postMessage({ channel: general.id, text: 'Root', metadata })
    await client.chat.postMessage({ channel: general.id, text: 'Reply', thread_ts: String(root.ts) })
    const asked = { channel: general.id, ts: String(root.ts) }
    const plain = await client.conversations.replies(asked)
    expect(plain.messages?.map(({ text }) => text)).toEqual(['Root', 'Reply'])
    expect(plain.messages?.[0]).toMatchObject({ reply_count: 1 })
    expect(plain.messages?.[0]).not.toHaveProperty('metadata')
    const full = await client.conversations.replies({ ...asked, include_all_metadata: true })
    expect(full.messages?.[0]).toHaveProperty('metadata', metadata)
    expect(general.messages().map(({ text }) => text)).toEqual(['Root'])
  })

  test('pages a thread by cursor, oldest first', async () => {
    const { ada, general, client } = await start()
    const root = ada.say(general, 'Root')
    for (let count = 1; count <= 5; count += 1) ada.say(general, `Reply ${count}`, { thread: root.ts })
    const texts: unknown[] = []
    let cursor: string | undefined
    do {
      const page: WebAPICallResult & { messages?: { text?: string }[] } = await client.conversations.replies({
        channel: general.id,
        ts: root.ts,
        limit: 2,
        ...(cursor && { cursor }),
      })
      texts.push(...(page.messages ?? []).map(({ text }) => text))
      cursor = page.response_metadata?.next_cursor || undefined
    } while (cursor !== undefined)
    expect(texts).toEqual(['Root', ...[1, 2, 3, 4, 5].map((count) => `Reply ${count}`)])
  })

  test('refuses blocks that are over a limit, and says where', async () => {
    const { general, client } = await start()
    const post = (blocks: unknown) =>
      refusal(client.chat.postMessage({ channel: general.id, text: 'Hi', blocks: blocks as KnownBlock[] }))
    const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
    expect(await post([section('Fine'), section('x'.repeat(3001))])).toMatchObject({
      error: 'invalid_blocks',
      errors: ['must be less than 3001 characters [json-pointer:/blocks/1/text/text]'],
    })
    expect(await post(Array(51).fill({ type: 'divider' }))).toMatchObject({
      errors: ['no more than 50 items allowed [json-pointer:/blocks]'],
    })
    expect(await post([{ type: 'secton' }])).toMatchObject({
      errors: ['unsupported type: secton [json-pointer:/blocks/0/type]'],
    })
    expect(await post(Array(5).fill(section('x'.repeat(2900))))).toMatchObject({
      error: 'msg_blocks_too_long',
    })
    expect(general.messages()).toEqual([])
  })

  test('refuses edits that are too long, of others, or with two kinds of text', async () => {
    const { ada, general, client } = await start()
    const { ts = '' } = await client.chat.postMessage({ channel: general.id, text: 'Hi' })
    const edit = (more: object) => refusal(client.chat.update({ channel: general.id, ts, ...more } as never))
    expect(await edit({ text: 'x'.repeat(4001) })).toMatchObject({ error: 'msg_too_long' })
    expect(await edit({ text: 'a', markdown_text: 'b' })).toMatchObject({ error: 'markdown_text_conflict' })
    const { ts: hers } = ada.say(general, 'Mine')
    expect(await edit({ ts: hers, text: 'Yours' })).toMatchObject({ error: 'cant_update_message' })
  })

  test('takes an edit as the whole: text without blocks removes them, with blocks it is not marked', async () => {
    const { general, client } = await start()
    const blocks: KnownBlock[] = [{ type: 'divider' }]
    const { ts = '' } = await client.chat.postMessage({ channel: general.id, text: 'Hi', blocks })
    await client.chat.update({ channel: general.id, ts, text: 'Hello', blocks })
    expect(general.messages()[0]).not.toHaveProperty('edited')
    await client.chat.update({ channel: general.id, ts, text: 'Done' })
    expect(general.messages()[0]).toMatchObject({ text: 'Done', edited: { ts: expect.any(String) } })
    expect(general.messages()[0]).not.toHaveProperty('blocks')
  })

  test('validates blocks, messages and views without showing them', async () => {
    const { client } = await start()
    await client.blocks.validate({ blocks: [{ type: 'divider' }] })
    const home = {
      type: 'home' as const,
      blocks: [{ type: 'header', text: { type: 'plain_text', text: '' } }],
    }
    expect(await refusal(client.blocks.validate({ view: home as never }))).toMatchObject({
      error: 'invalid_view',
      errors: [{ message: 'must be more than 0 characters', pointer: '/view/blocks/0/text/text' }],
    })
    const message = { blocks: Array(51).fill({ type: 'divider' }) }
    expect(await refusal(client.blocks.validate({ message }))).toMatchObject({ error: 'invalid_message' })
  })

  test('limits calls by tier and posting by channel, when asked to', async () => {
    const { clock, acme, ada, general, client } = await start()
    slack.faults.limits = true
    const post = (channel: string) => client.chat.postMessage({ channel, text: 'Hi' })
    await post(general.id)
    await expect(post(general.id)).rejects.toMatchObject({ retryAfter: 1 })
    await post(acme.dm(ada).id)
    clock.advance(1000)
    await post(general.id)
    for (let count = 0; count < 20; count += 1) await client.users.list({})
    await expect(client.users.list({})).rejects.toMatchObject({ retryAfter: 60 })
    await client.users.info({ user: ada.id })
  })

  test('loses answers, hangs and fails as it is told', async () => {
    const { acme, general, client } = await start()
    const post = () => client.chat.postMessage({ channel: general.id, text: 'Hi' })
    slack.faults.loseAnswer('chat.postMessage')
    await expect(post()).rejects.toThrow()
    expect(general.messages()).toHaveLength(1)
    slack.faults.loseAnswer('chat.postMessage', false)
    await expect(post()).rejects.toThrow()
    slack.faults.next(
      'chat.postMessage',
      { kind: 'status', status: 503 },
      { kind: 'error', error: 'fatal_error' },
    )
    await expect(post()).rejects.toMatchObject({ statusCode: 503 })
    expect(await refusal(post())).toMatchObject({ error: 'fatal_error' })
    slack.faults.hang('auth.test')
    await expect(clientOf(acme.installation.botToken, 50).auth.test()).rejects.toThrow()
    slack.faults.storm('chat.postMessage', 7)
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 })
    slack.faults.calm('chat.postMessage')
    await post()
    expect(general.messages()).toHaveLength(2)
  })
})
