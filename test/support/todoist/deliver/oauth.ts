/** OAuth: a page that consents by itself, the exchange of the code, and revoking. */
import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { Access, Scope } from '../sync/scopes.ts'
import type { Person } from '../world/person.ts'
import type { World } from '../world/world.ts'
import type { App } from './app.ts'

const SCOPES: readonly string[] = [
  'task:add',
  'data:read',
  'data:read_write',
  'data:delete',
  'project:delete',
]
const CODE_LIFETIME_MS = 10 * 60_000

interface Grant {
  readonly person: Person
  readonly scopes: ReadonlySet<Scope>
  readonly redirectUri: string
  readonly challenge: string | undefined
  readonly expiresMs: number
}

export class OAuth {
  /** Who consents; the first person by default. */
  consenting: Person | undefined
  /** The person presses "Cancel". */
  isDenied = false
  readonly #world: World
  readonly #app: App
  readonly #codes = new Map<string, Grant>()
  readonly #tokens = new Map<string, Access>()
  readonly #revoked = new Set<string>()

  constructor(world: World, app: App) {
    this.#world = world
    this.#app = app
  }

  accessOf(token: string): Access | undefined {
    if (this.#revoked.has(token)) return undefined
    const person = this.#world.people.find((each) => each.token === token)
    return person === undefined ? this.#tokens.get(token) : { token, person }
  }

  /** Todoist takes no call with this token any more. */
  revoke(token: string): void {
    this.#revoked.add(token)
  }

  /** Whether the app may still act for the person by a token of its own. */
  hasConsentOf(person: Person): boolean {
    return [...this.#tokens.values()].some((each) => each.person === person && !this.#revoked.has(each.token))
  }

  /** A token of the app for a person, as after a consent. */
  grant(person: Person, ...scopes: Scope[]): string {
    const token = this.#world.ids.nextToken()
    this.#tokens.set(token, { token, person, scopes: new Set(scopes) })
    return token
  }

  routes(): Hono {
    const app = new Hono()
    app.get('/oauth/authorize', (context) => this.#authorize(context))
    app.post('/oauth/access_token', async (context) => this.#exchange(context, await fieldsOf(context)))
    app.post('/api/v1/revoke', async (context) => {
      const credentials = `${this.#app.clientId}:${this.#app.clientSecret}`
      const expected = `Basic ${Buffer.from(credentials).toString('base64')}`
      if (context.req.header('authorization') !== expected)
        return context.json({ error: 'invalid_client' }, 401)
      this.revoke((await fieldsOf(context)).token ?? '')
      return context.json(null)
    })
    app.delete('/api/v1/access_tokens', (context) => {
      const { client_id, client_secret, access_token = '' } = context.req.query()
      if (client_id !== this.#app.clientId || client_secret !== this.#app.clientSecret)
        return context.json({ error: 'invalid_client' }, 401)
      this.revoke(access_token)
      return context.body(null, 204)
    })
    return app
  }

  #authorize(context: Context): Response {
    const { client_id, scope = '', state = '', redirect_uri, code_challenge } = context.req.query()
    const person = this.consenting ?? this.#world.people[0]
    const target = this.#app.redirectUri ?? redirect_uri
    const isOwnTarget = redirect_uri === undefined || redirect_uri === target
    if (client_id !== this.#app.clientId || target === undefined || !isOwnTarget || person === undefined)
      return context.text('invalid_application_status or redirect_uri', 400)
    const back = new URL(target)
    if (state !== '') back.searchParams.set('state', state)
    const scopes = scope.split(/[ ,]+/).filter((each) => each !== '')
    if (scopes.length === 0 || scopes.some((each) => !SCOPES.includes(each)))
      back.searchParams.set('error', 'invalid_scope')
    else if (this.isDenied) back.searchParams.set('error', 'access_denied')
    else {
      const code = this.#world.ids.nextToken()
      const expiresMs = this.#world.clock.now() + CODE_LIFETIME_MS
      const grant = { person, scopes: new Set(scopes as Scope[]), redirectUri: target, expiresMs }
      this.#codes.set(code, { ...grant, challenge: code_challenge })
      back.searchParams.set('code', code)
    }
    return context.redirect(back.href)
  }

  #exchange(context: Context, fields: Record<string, string>): Response {
    const {
      client_id,
      client_secret,
      code = '',
      redirect_uri,
      code_verifier = '',
    } = { ...basicOf(context), ...fields }
    if (client_id !== this.#app.clientId || client_secret !== this.#app.clientSecret)
      return context.json({ error: 'incorrect_application_credentials' }, 400)
    const grant = this.#codes.get(code)
    this.#codes.delete(code)
    if (grant === undefined || grant.expiresMs < this.#world.clock.now())
      return context.json({ error: 'bad_authorization_code' }, 400)
    const isVerified =
      grant.challenge === undefined ||
      createHash('sha256').update(code_verifier).digest('base64url') === grant.challenge
    if (!isVerified || (redirect_uri !== undefined && redirect_uri !== grant.redirectUri))
      return context.json({ error: 'bad_authorization_code' }, 400)
    const access_token = this.grant(grant.person, ...grant.scopes)
    return context.json({ access_token, token_type: 'Bearer' })
  }
}

function basicOf(context: Context): Record<string, string> {
  const encoded = /^Basic (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  if (encoded === undefined) return {}
  const [client_id = '', client_secret = ''] = Buffer.from(encoded, 'base64').toString().split(':')
  return { client_id: decodeURIComponent(client_id), client_secret: decodeURIComponent(client_secret) }
}

async function fieldsOf(context: Context): Promise<Record<string, string>> {
  const text = await context.req.text()
  if (context.req.header('content-type')?.includes('json'))
    return JSON.parse(text || '{}') as Record<string, string>
  return Object.fromEntries(new URLSearchParams(text))
}
