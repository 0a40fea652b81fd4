/** An area whose connector asks for consent, as an embedder writes one. */
import { z } from 'zod'
import { defineArea } from '../../../src/core/area/area.ts'
import { defineConnector } from '../../../src/core/area/connector.ts'
import { defineSetting } from '../../../src/core/area/setting.ts'
import { defineOperation } from '../../../src/core/operation/operation.ts'
import { accountOperationsOf } from '../../../src/tools/accounts/account-operations.ts'

const text = (variable: string, secret?: true) =>
  defineSetting({
    variable,
    description: 'Of the weather service.',
    takes: 'a text',
    default: 'none',
    schema: z.string().optional(),
    ...(secret && { secret }),
  })

const url = text('WEATHER_URL')
const clientId = text('WEATHER_CLIENT_ID')
const clientSecret = text('WEATHER_CLIENT_SECRET', true)

interface WeatherClient {
  whoami(signal: AbortSignal): Promise<{ sub: string }>
}

declare module '../../../src/core/area/connector.ts' {
  interface AccountClients {
    readonly weather: WeatherClient
  }
}

/** The scopes of a test may grow. */
export const scopes = ['openid', 'degrees']

export const weatherConnector = defineConnector<WeatherClient>({
  name: 'weather',
  title: 'Weather',
  connecting: {
    kind: 'oauth',
    authorizeUrl: (settings) => `${settings.of(url)}/auth`,
    tokenUrl: (settings) => `${settings.of(url)}/token`,
    revocationUrl: (settings) => `${settings.of(url)}/token/revocation`,
    ...{ scopes, clientId, clientSecret },
    authorizeFields: { prompt: 'consent' },
  },
  open: ({ token, settings, refused }) => ({
    async whoami(signal) {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${settings.of(url)}/me`, { headers, signal })
      if (answer.status === 401) throw refused()
      return (await answer.json()) as { sub: string }
    },
  }),
  async check(client, signal) {
    const { sub } = await client.whoami(signal)
    return { id: sub, name: `${sub}@weather.example` }
  },
})

const forecast = defineOperation({
  name: 'weather.forecast',
  summary: 'Forecast the weather.',
  route: 'POST /v1/weather/forecast',
  input: z.object({}),
  output: z.object({ of: z.string() }),
  scope: 'accounts:write',
  effect: 'write',
  repeat: 'natural',
  outside: 'once',
  example: {},
  reach: async (_input, ctx) => await (await ctx.account('weather')).whoami(ctx.signal),
  run: async (_input, _ctx, { sub }) => ({ of: sub }),
  tell: ({ of }) => of,
})

export const weather = defineArea({
  name: 'weather',
  operations: [forecast, ...accountOperationsOf('weather', weatherConnector)],
  settings: [url, clientId, clientSecret],
  connectors: [weatherConnector],
})
