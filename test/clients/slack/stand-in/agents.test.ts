/** The stand-in of Slack through Slack's own client: streams, sessions, files, other workspaces, installing. */
import type { AnyChunk } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { clientOf, lookUp, refusal, slack, start } from './start.ts'

const STREAM_LIFE_MS = 306_000

/** A thread in a channel in which the app may stream. */
async function startThread() {
  const world = await start()
  const { acme, ada, general, client } = world
  const { ts } = ada.mention(general, 'research our competitors')
  const place = { channel: general.id, thread_ts: ts, recipient_user_id: ada.id, recipient_team_id: acme.id }
  const shown = () => general.thread(ts)[1]
  const append = (streamTs: string, chunks: AnyChunk[]) =>
    client.chat.appendStream({ channel: general.id, ts: streamTs, chunks })
  return { ...world, root: ts, place, shown, append }
}

const text = (words: string): AnyChunk => ({ type: 'markdown_text', text: words })

describe('a stream', () => {
  test('grows, shows its tasks and ends with blocks, metadata and a status', async () => {
    const { ada, bob, client, general, place, shown, append } = await startThread()
    const { ts = '' } = await client.chat.startStream({ ...place, chunks: [text('One')] })
    await append(ts, [
      text(' two'),
      { type: 'task_update', id: 'a', title: 'Read', status: 'in_progress', details: 'A' },
    ])
    await append(ts, [{ type: 'task_update', id: 'a', title: 'Read all', status: 'complete', details: 'B' }])
    expect(shown()).toMatchObject({
      streaming_state: 'in_progress',
      text: 'One two',
      blocks: [{ type: 'markdown' }, { type: 'task_card', title: 'Read all', status: 'complete' }],
    })
    expect(JSON.stringify(shown()?.blocks)).toContain('"AB"')
    const stream = general.streams.get(ts)
    expect(stream?.history).toEqual(['One', 'One two', 'One two'])
    expect([ada, bob].map((user) => stream?.isLiveFor(user.id))).toEqual([true, false])
    const metadata = { event_type: 'run', event_payload: { id: 'r1' } }
    await client.chat.stopStream({ channel: general.id, ts, blocks: [{ type: 'divider' }], metadata })
    expect(shown()).toMatchObject({ streaming_state: 'completed', metadata })
    expect(shown()?.blocks?.at(-1)).toMatchObject({ type: 'divider' })
    expect(await refusal(append(ts, [text('late')]))).toMatchObject({
      error: 'message_not_in_streaming_state',
    })
  })

  test('ends 306 seconds after its start, whatever is appended', async () => {
    const { clock, client, place, shown, append } = await startThread()
    const { ts = '' } = await client.chat.startStream({ ...place, chunks: [text('One')] })
    clock.advance(STREAM_LIFE_MS - 1)
    await append(ts, [text(' two')])
    clock.advance(1)
    expect(await refusal(append(ts, [text(' three')]))).toMatchObject({
      error: 'message_not_in_streaming_state',
    })
    expect(shown()).toMatchObject({ text: 'One two', streaming_state: 'errored' })
  })

  test('is neither edited nor deleted while it is open', async () => {
    const { client, general, place } = await startThread()
    const { ts = '' } = await client.chat.startStream({ ...place, chunks: [text('One')] })
    const message = { channel: general.id, ts }
    const edited = client.chat.update({ ...message, text: 'Other' })
    expect(await refusal(edited)).toMatchObject({ error: 'streaming_state_conflict' })
    expect(await refusal(client.chat.delete(message))).toMatchObject({ error: 'cant_delete_message' })
    await client.chat.stopStream(message)
    await client.chat.update({ ...message, text: 'Other' })
  })

  test('needs its recipient in channels, one of two forms, and chunks within their limits', async () => {
    const { client, place, append } = await startThread()
    const { recipient_team_id: _, ...noTeam } = place
    const { recipient_user_id: __, ...noUser } = place
    const begin = (more: object) => refusal(client.chat.startStream(more as never))
    expect(await begin(noTeam)).toMatchObject({ error: 'missing_recipient_team_id' })
    expect(await begin(noUser)).toMatchObject({ error: 'missing_recipient_user_id' })
    const both = { ...place, markdown_text: 'a', chunks: [text('b')] }
    expect(await begin(both)).toMatchObject({ error: 'cannot_provide_both_markdown_text_and_chunks' })
    const { ts = '' } = await client.chat.startStream({ ...place, chunks: [text('One')] })
    const plain = client.chat.appendStream({ channel: place.channel, ts, markdown_text: 'two' })
    expect(await refusal(plain)).toMatchObject({ error: 'streaming_mode_mismatch' })
    const long: AnyChunk = { type: 'task_update', id: 'a', title: 'x'.repeat(257), status: 'pending' }
    expect(await refusal(append(ts, [long]))).toMatchObject({ error: 'invalid_chunks' })
    expect(await refusal(append(ts, [text('x'.repeat(12_001))]))).toMatchObject({ error: 'msg_too_long' })
  })

  test('is stopped by the person, which the app hears', async () => {
    const { ada, client, general, root, place, append } = await startThread()
    const { ts = '' } = await client.chat.startStream({ ...place, chunks: [text('One')] })
    ada.stop(general, root)
    expect(lookUp(slack.events.at(-1)?.envelope, 'event')).toMatchObject({
      type: 'agent_session_stopped',
      thread_ts: root,
      streaming_message_ts: [ts],
    })
    expect(await refusal(append(ts, [text('more')]))).toMatchObject({ error: 'stopped_by_user' })
  })
})

describe('a session', () => {
  test('is processing until an hour passes without a word', async () => {
    const { clock, client, general, root } = await startThread()
    const session = { channel_id: general.id, thread_ts: root }
    await client.agents.sessions.setStatus({ ...session, status: 'processing', title: 'Research' })
    const stored = () => slack.world.sessions.get(`${general.id}/${root}`)
    expect(stored()).toMatchObject({ status: 'processing', title: 'Research' })
    clock.advance(59 * 60_000)
    await client.agents.sessions.setStatus({ ...session, status: 'processing' })
    clock.advance(59 * 60_000)
    expect(stored()?.status).toBe('processing')
    clock.advance(60_000)
    expect(stored()?.status).toBe('active')
    await client.agents.sessions.rename({ ...session, title: 'Competitors' })
    expect(stored()?.title).toBe('Competitors')
    slack.world.app.events.delete('agent_session_stopped')
    expect(await client.agents.sessions.setStatus({ ...session, status: 'active' })).toMatchObject({
      warning: 'missing_agent_session_stopped_event_subscription',
    })
  })
})

describe('a file', () => {
  test('of a person is read with the token; without it, a login page comes with 200', async () => {
    const { acme, ada, general } = await start()
    const { files = [] } = ada.upload(general, { name: 'plan.txt', bytes: Buffer.from('the plan') })
    const url = String(files[0]?.url_private)
    const headers = { authorization: `Bearer ${acme.installation.botToken}` }
    expect(await (await fetch(url, { headers })).text()).toBe('the plan')
    const login = await fetch(url)
    expect(login.status).toBe(200)
    expect(login.headers.get('content-type')).toContain('text/html')
    const file = slack.world.files.get(String(files[0]?.id))
    if (file !== undefined) file.redirectsTo = 'https://files.example/other'
    expect((await fetch(url, { headers, redirect: 'manual' })).status).toBe(302)
  })

  test('of the app is announced, uploaded and shared in a thread', async () => {
    const { ada, general, client } = await start()
    const { ts } = ada.say(general, 'Send it here')
    await client.filesUploadV2({
      channel_id: general.id,
      thread_ts: ts,
      filename: 'a.csv',
      content: 'a,b',
      title: 'A',
    })
    expect(general.thread(ts)[1]).toMatchObject({
      subtype: 'file_share',
      files: [{ name: 'a.csv', title: 'A' }],
    })
    const [file] = slack.world.files.values()
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe('a,b')
  })
})

describe('other workspaces', () => {
  test('a stranger of a shared channel has a team of their own and no address', async () => {
    const { acme, ada, client } = await start()
    const globex = slack.world.workspace('Globex', { isInstalled: false })
    const paula = globex.user('paula')
    const partners = acme.channel('partners', { members: [ada, paula], sharedWith: [globex] })
    paula.say(partners, `<@${acme.bot.id}> hello`)
    expect(slack.events[0]?.envelope).toMatchObject({
      team_id: acme.id,
      is_ext_shared_channel: true,
      event: { user: paula.id, team: globex.id },
    })
    const { user } = await client.users.info({ user: paula.id })
    expect(user).toMatchObject({ team_id: globex.id, is_stranger: true })
    expect(user?.profile).not.toHaveProperty('email')
    const { user: own } = await client.users.info({ user: ada.id })
    expect(own?.profile?.email).toBe('ada@acme.example')
    expect(await client.conversations.info({ channel: partners.id })).toMatchObject({
      channel: { is_ext_shared: true, shared_team_ids: [acme.id, globex.id] },
    })
  })

  test('of one enterprise are no strangers, and their events name it', async () => {
    await start()
    const enterprise = slack.world.enterprise('Initech')
    const [north, south] = ['North', 'South'].map((name) => slack.world.workspace(name, { enterprise }))
    if (north === undefined || south === undefined) throw new Error('Two workspaces were made.')
    const [nina, sam] = [north.user('nina'), south.user('sam')]
    const all = north.channel('all', { members: [nina, sam], sharedWith: [south] })
    sam.say(all, 'hello')
    expect(slack.events[0]?.envelope).toMatchObject({
      context_enterprise_id: enterprise.id,
      is_ext_shared_channel: false,
      event: { team: south.id },
    })
    const { user } = await clientOf(north.installation.botToken).users.info({ user: sam.id })
    expect(user).toMatchObject({ enterprise_user: { enterprise_id: enterprise.id, teams: [south.id] } })
    north.admit(sam)
    const { members } = await clientOf(north.installation.botToken).users.list({})
    expect(members?.find(({ id }) => id === sam.id)).toMatchObject({
      team_id: south.id,
      enterprise_user: { teams: [north.id, south.id] },
    })
    expect(user).not.toHaveProperty('is_stranger')
  })
})

describe('installing', () => {
  test('goes by a consent whose code works once, and ends with a revoked token', async () => {
    const { client } = await start()
    const globex = slack.world.workspace('Globex', { isInstalled: false })
    const { clientId, clientSecret } = slack.world.app
    const page = new URL(`${slack.url}/oauth/v2/authorize`)
    const redirect = 'http://localhost/slack/back'
    page.search = String(
      new URLSearchParams({
        client_id: clientId,
        scope: 'chat:write,users:read',
        redirect_uri: redirect,
        state: 's',
        team: globex.id,
      }),
    )
    const response = await fetch(page, { redirect: 'manual' })
    const back = new URL(String(response.headers.get('location')))
    expect(back.searchParams.get('state')).toBe('s')
    const exchange = () =>
      client.oauth.v2.access({
        client_id: clientId,
        client_secret: clientSecret,
        code: String(back.searchParams.get('code')),
        redirect_uri: redirect,
      })
    const granted = await exchange()
    expect(granted).toMatchObject({ scope: 'chat:write,users:read', team: { id: globex.id } })
    expect(await refusal(exchange())).toMatchObject({ error: 'code_already_used' })
    const theirs = clientOf(String(granted.access_token))
    expect(await theirs.auth.test()).toMatchObject({ team_id: globex.id })
    slack.world.app.uninstall(globex.installation)
    expect(await refusal(theirs.auth.test())).toMatchObject({ error: 'token_revoked' })
    const types = slack.events.map(({ envelope }) => lookUp(envelope, 'event', 'type'))
    expect(types).toEqual(['tokens_revoked', 'app_uninstalled'])
  })
})
