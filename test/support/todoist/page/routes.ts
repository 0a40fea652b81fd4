/** The page's addresses: the page itself, its parts as they change, and what the person at it does. */
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { quickAdd } from '../actions/quick-add.ts'
import type { SeenCall } from '../api/api.ts'
import { ApiError } from '../api-error.ts'
import type { Delivery } from '../deliver/webhooks.ts'
import type { Faults } from '../faults.ts'
import type { Syncs } from '../sync/sync.ts'
import type { Person } from '../world/person.ts'
import type { Json } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import { lookOf } from './look.ts'
import { pageOf, partsOf, type Wire } from './shell.ts'

/** How often the page looks for changes. */
const LOOK_EVERY_MS = 200
const LIMIT_SECONDS = 30

export interface Shown {
  readonly world: World
  readonly faults: Faults
  readonly syncs: Syncs
  readonly calls: readonly SeenCall[]
  readonly webhooks: { readonly seen: readonly Delivery[] }
}

/** What the script sends: who acts, on what, and what they do. */
interface Act {
  readonly kind: string
  readonly as: string
  readonly view: string
  readonly id?: string
  readonly text?: string
  readonly fields?: Json
}

export function pageRoutes(shown: Shown) {
  const { world, calls, webhooks } = shown
  const app = new Hono()
  const broken = new Set<string>()
  const wire = (): Wire => ({
    calls: calls.map(({ route, atMs, body }) => ({ route, atMs, commands: commandsIn(body) })),
    webhooks: webhooks.seen,
    broken: [...broken],
  })

  app.get('/', async (context) => {
    const look = lookOf(world, new URL(context.req.url).searchParams)
    return look === undefined
      ? context.text('There are no people yet.', 404)
      : context.html(await pageOf(look, wire()))
  })

  app.get('/parts', async (context) => {
    const look = lookOf(world, new URL(context.req.url).searchParams)
    return look === undefined ? context.json({}, 404) : context.json(await partsOf(look, wire()))
  })

  app.get('/changes', (context) =>
    streamSSE(context, async (stream) => {
      let before = ''
      while (!stream.aborted) {
        const now = [world.version, calls.length, webhooks.seen.length, ...broken].join(' ')
        if (now !== before) await stream.writeSSE({ event: 'change', data: '' })
        before = now
        await stream.sleep(LOOK_EVERY_MS)
      }
    }),
  )

  app.post('/act', async (context) => {
    const act = (await context.req.json()) as Act
    const person = world.people.find(({ id }) => id === act.as)
    if (person === undefined) return context.json({ problem: 'There is no such person.' })
    try {
      if (act.kind === 'fault') cause(shown, broken, act.text ?? '')
      else perform(world, person, act)
      return context.json({})
    } catch (error) {
      if (error instanceof ApiError) return context.json({ problem: refusalIn(error) })
      throw error
    }
  })

  return app
}

function refusalIn({ message, body }: ApiError): string {
  const { argument } = body.error_extra as Json
  return argument === undefined ? message : `${message}: ${argument}`
}

function perform(world: World, person: Person, { kind, view, id = '', text = '', fields }: Act): void {
  if (kind === 'add') {
    const project = view.startsWith('project:')
      ? world.projects.get(view.slice('project:'.length))
      : undefined
    const isElsewhere = project === undefined || project.inbox_project === true || text.includes('#')
    const day =
      view === 'today' && !/\b(?:today|tomorrow|every|mon|tue|wed|thu|fri|sat|sun)/i.test(text)
        ? ' today'
        : ''
    quickAdd({ world, person }, `${text}${day}${isElsewhere ? '' : ` #${project.name}`}`, {})
  } else if (kind === 'complete') person.complete(id)
  else if (kind === 'reopen') person.uncomplete(id)
  else if (kind === 'delete') person.remove(id)
  else if (kind === 'edit') person.edit(id, fields ?? {})
  else if (kind === 'project') person.addProject(text)
  else if (kind === 'section') person.does('section_add', { name: text, project_id: id })
}

function cause({ faults, syncs }: Shown, broken: Set<string>, fault: string): void {
  if (fault === 'lose') faults.loseAnswer('POST /sync')
  if (fault === 'down') faults.unavailable('POST /sync')
  if (fault === 'limit') faults.limit('POST /sync', LIMIT_SECONDS)
  if (fault === 'expire') syncs.expireTokens()
  if (fault === 'events') faults.nextEvent('lost')
  if (fault === 'offline') {
    broken.add('offline')
    faults.storm('*', { kind: 'lost', isDone: false })
  }
  if (fault !== 'online') return
  broken.delete('offline')
  faults.calm('*')
}

/** The commands of a sync, in short. */
function commandsIn({ commands, sync_token, resource_types }: Json): string {
  const list = typeof commands === 'string' ? (JSON.parse(commands) as Json[]) : ((commands ?? []) as Json[])
  const names = list.map(({ type }) => String(type))
  if (resource_types !== undefined)
    names.push(sync_token === '*' || sync_token === undefined ? 'full' : 'partial')
  return names.join(', ')
}
