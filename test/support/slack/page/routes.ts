/** The page's addresses: the page itself, its parts as they change, and what the person at it does. */
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Channel } from '../world/channel.ts'
import type { User } from '../world/user.ts'
import type { Message, View } from '../world/wire.ts'
import type { Answer, World } from '../world/world.ts'
import { firstPerson, type Look, pageOf, partsOf } from './shell.ts'

/** Changes that come faster than this are shown together. */
const SHOW_EVERY_MS = 60

/** What the script sends: who acts, where, and what they do. */
interface Act {
  readonly kind: string
  readonly as: string
  readonly channel?: string
  readonly ts?: string
  readonly thread?: string
  readonly text?: string
  readonly view?: string
  readonly action?: string
  readonly value?: string
  readonly values?: Record<string, string | string[]>
  readonly file?: { readonly name: string; readonly type: string; readonly base64: string }
}

export function pageRoutes(world: World, counts: () => string) {
  const app = new Hono()

  app.get('/', async (context) => {
    const look = lookOf(world, new URL(context.req.url).searchParams)
    if (look === undefined) return context.text('There is nobody in any workspace yet.', 404)
    if (context.req.query('home') === '1' && context.req.header('accept')?.includes('html'))
      look.as.openHome()
    return context.html(await pageOf(look, counts()))
  })

  app.get('/parts', async (context) => {
    const look = lookOf(world, new URL(context.req.url).searchParams)
    return look === undefined ? context.json({}, 404) : context.json(await partsOf(look, counts()))
  })

  app.get('/changes', (context) =>
    streamSSE(context, async (stream) => {
      let hasChanged = false
      let wake = () => undefined as unknown
      const stop = world.watch(() => {
        hasChanged = true
        wake()
      })
      stream.onAbort(() => {
        stop()
        wake()
      })
      while (!stream.aborted) {
        if (!hasChanged) await new Promise((resolve) => (wake = () => resolve(undefined)))
        hasChanged = false
        await stream.writeSSE({ event: 'change', data: '' })
        await stream.sleep(SHOW_EVERY_MS)
      }
    }),
  )

  // A permalink, as messages hold them.
  app.get('/archives/:channel/:ts', (context) => {
    const ts = context.req.param('ts').replace(/^p(\d+)(\d{6})$/, '$1.$2')
    const thread = context.req.query('thread_ts') ?? ts
    return context.redirect(`/?channel=${context.req.param('channel')}&thread=${thread}`)
  })

  app.post('/act', async (context) => {
    try {
      return context.json(await perform(world, await context.req.json<Act>()))
    } catch (error) {
      return context.json({ isOk: false, problem: error instanceof Error ? error.message : String(error) })
    }
  })

  app.get('/shown/:id', (context) => {
    const file = world.files.get(context.req.param('id'))
    if (file?.bytes === undefined) return context.notFound()
    const headers = { 'content-type': file.mimetype, 'content-security-policy': 'sandbox' }
    return new Response(Buffer.from(file.bytes), { headers })
  })

  return app
}

function lookOf(world: World, query: URLSearchParams): Look | undefined {
  const as = world.users.get(query.get('as') ?? '') ?? firstPerson(world.users.values())
  if (as === undefined) return undefined
  if (query.get('home') === '1') return { world, as, channel: undefined, thread: undefined }
  const asked = as.workspace.channels.get(query.get('channel') ?? '')
  const first = [...as.workspace.channels.values()].find((each) => each.has(as) && each.kind !== 'im')
  const channel = query.get('dm') === '1' ? as.workspace.dm(as) : (asked ?? first ?? as.workspace.dm(as))
  return { world, as, channel, thread: query.get('thread') ?? undefined }
}

const DONE: Answer = { isOk: true }

async function perform(world: World, act: Act): Promise<Answer> {
  const user = world.users.get(act.as)
  if (user === undefined) throw new Error('Nobody acts.')
  if (act.kind === 'press')
    return await user.click(targetOf(user, act), act.action ?? '', act.value || undefined)
  if (act.kind === 'submit') return await user.submit(viewOf(user, act), act.values)
  if (act.kind === 'close') return await user.closeModal(viewOf(user, act))
  const channel = channelOf(user, act)
  const ts = act.ts ?? ''
  if (act.kind === 'say') return await say(user, channel, act)
  if (act.kind === 'edit') user.edit(channel, ts, act.text ?? '')
  else if (act.kind === 'delete') user.delete(channel, ts)
  else if (act.kind === 'react') user.react(channel, ts, 'thumbsup')
  else if (act.kind === 'stop') user.stop(channel, act.thread ?? '')
  else throw new Error(`The page does not know how to ${act.kind}.`)
  return DONE
}

/** A line that begins with a slash is a command, which Slack takes in channels only. */
async function say(user: User, channel: Channel, { text = '', thread, file }: Act): Promise<Answer> {
  const command = /^(\/\S+)\s*(.*)$/s.exec(text)
  if (command !== null) {
    if (thread !== undefined)
      throw new Error('Slack takes no commands in threads: write it without the slash.')
    const answer = await user.slash(command[1] ?? '', command[2] ?? '', channel)
    if (!answer.isOk) throw new Error(`${command[1]} failed because the app did not answer.`)
    return answer
  }
  const options = { text, ...(thread !== undefined && { thread }) }
  if (file !== undefined) {
    user.upload(channel, { ...file, bytes: Buffer.from(file.base64, 'base64') }, options)
    return DONE
  }
  user.say(channel, text, thread === undefined ? {} : { thread })
  return DONE
}

function channelOf(user: User, act: Act): Channel {
  const channel = user.workspace.channels.get(act.channel ?? '')
  if (channel === undefined) throw new Error('The channel is gone.')
  return channel
}

function targetOf(user: User, act: Act): View | { channel: Channel; message: Message } {
  if (act.view !== undefined) return viewOf(user, act)
  const channel = channelOf(user, act)
  const message = channel.find(act.ts ?? '') ?? user.ephemeralsIn(channel).find(({ ts }) => ts === act.ts)
  if (message === undefined) throw new Error('The message is gone.')
  return { channel, message: structuredClone(message) }
}

function viewOf(user: User, act: Act): View {
  const view = [...user.modals, user.home].find((each) => each?.id === act.view)
  if (view === undefined) throw new Error('The view is gone.')
  return view
}
