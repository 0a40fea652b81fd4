/** A service on this machine that asks people for consent: a certified OAuth 2 server, with faults in front of it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

export const CLIENT = { id: 'the-gateway', secret: 'secret-of-the-gateway-at-the-service' }

export interface ConsentService {
  readonly url: string
  /** Who agrees. */
  person: string
  /** What they agree to; undefined: all that is asked. */
  granted: readonly string[] | undefined
  /** Answers of the endpoints for tokens in place of its own, first come first served. */
  readonly faults: {
    readonly status: number
    readonly body: object
    readonly headers?: Record<string, string>
  }[]
  /** The grants that were asked for at the token endpoint. */
  readonly asked: string[]
  /** Every token that it gave. */
  readonly tokens: string[]
  /** Goes the way of a browser, and answers with the address to which it is sent back. */
  agree(consentUrl: string): Promise<URL>
  /** Whether a token is still valid. */
  isValid(token: string): Promise<boolean>
  /** Ends a token before its time. */
  withdraw(token: string): Promise<void>
  close(): Promise<void>
}

/** Seconds for which access tokens are valid. */
export const TOKEN_S = 600

function configure(service: ConsentService, redirectUri: string): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', 'degrees', 'alarms'],
    cookies: { keys: ['of a test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    ttl: { AccessToken: TOKEN_S },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc
      const grant = new provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      })
      const asked = String(ctx.oidc.params?.scope).split(' ')
      const isGranted = (scope: string) => service.granted?.includes(scope) ?? true
      grant.addOIDCScope(asked.filter(isGranted).join(' '))
      grant.rejectOIDCScope(asked.filter((scope) => !isGranted(scope)).join(' '))
      await grant.save()
      return grant
    },
  }
}

export async function startConsentService(redirectUri: string): Promise<ConsentService> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const service: ConsentService = {
    ...{ url, person: 'ada', granted: undefined, faults: [], asked: [], tokens: [] },
    agree: (consentUrl) => follow(consentUrl, redirectUri),
    async isValid(token) {
      const found = (await provider.AccessToken.find(token)) ?? (await provider.RefreshToken.find(token))
      return found?.isValid ?? false
    },
    async withdraw(token) {
      await (await provider.AccessToken.find(token))?.destroy()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const provider = new Provider(url, configure(service, redirectUri))
  provider.on('grant.success', (ctx) => {
    const { access_token, refresh_token } = ctx.body as Record<string, string>
    service.tokens.push(access_token ?? '', refresh_token ?? '')
  })
  provider.on('grant.success', (ctx) => service.asked.push(String(ctx.oidc.params?.grant_type)))
  provider.on('grant.error', (ctx) => service.asked.push(`refused ${ctx.oidc.params?.grant_type}`))
  const serve = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const fault = request.url?.startsWith('/token') ? service.faults.shift() : undefined
    if (fault !== undefined) {
      service.asked.push(`fault ${fault.status}`)
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      response.end(JSON.stringify(fault.body))
    } else if (request.url?.startsWith('/interaction/')) {
      const login = { accountId: service.person }
      void provider.interactionFinished(request, response, { login, consent: {} })
    } else void serve(request, response)
  })
  return service
}

/** More redirects than a consent takes. */
const REDIRECTS_MAX = 20

/** Follows redirects with the cookies of one browser. */
async function follow(start: string, end: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = new URL(start)
  for (let redirects = 0; !at.href.startsWith(end); redirects += 1) {
    if (redirects > REDIRECTS_MAX) throw new Error(`no end at ${at.href}`)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    const to = answer.headers.get('location')
    if (to === null) throw new Error(`${at.href} answered ${answer.status}: ${await answer.text()}`)
    at = new URL(to, at)
  }
  return at
}
