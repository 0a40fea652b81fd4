/** accounts.connect: an account of another service, by a pasted token or by consent at the service. */
import { z } from 'zod'
import type { Connector } from '../../core/area/connector.ts'
import type { Settings } from '../../core/area/setting.ts'
import { AppError } from '../../core/errors.ts'
import { isSeenByOthers } from '../../core/operation/catalog.ts'
import type { Context, ReachContext } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import { Account, accountUri, toAccount } from '../../domain/accounts/account.ts'
import { findConnector } from '../../domain/accounts/connectors.ts'
import { type AcceptedAccount, saveAccount } from '../../domain/accounts/store.ts'
import { newOwner, newTeamId } from '../../domain/teams/new-owner.ts'
import { type AccountsPlace, accountIn, ConnectorName } from './place.ts'

const TOKEN_MAX_CHARS = 8_000

const input = z.object({
  connector: ConnectorName,
  token: z
    .string()
    .trim()
    .min(1)
    .max(TOKEN_MAX_CHARS)
    // A token goes into a header of every request.
    .regex(/^[\x20-\x7e]*$/, 'must be one line of ASCII characters: paste it again as the service shows it')
    .optional()
    .describe(
      'Where the service gives tokens to paste. Only on the command line or over HTTP: no model may see it',
    ),
  teamId: newTeamId,
})

type Input = z.output<typeof input>

const Consent = z.object({
  id: z.string(),
  url: z.string().describe('Where the person agrees, in their own browser'),
  expiresAt: z.string(),
})

export const connectAccountIn = (place: AccountsPlace) =>
  defineOperation({
    name: `${place.name}.connect`,
    summary: `Connect ${accountIn(place)} of yours or of a team, so that the gateway can act with it.`,
    details:
      'By a token: the service is asked whether it accepts the token, which is then sealed and never shown again. By consent: the answer is an address, at which the person agrees in a browser. Connecting an account again replaces its secret.',
    keywords:
      'link, add, sign in, log in, login, authorize, consent, oauth, integration, token, credentials, reconnect',
    route: `POST ${place.route}`,
    // Without the connector where there is only one.
    input: (place.connector === undefined ? input : input.omit({ connector: true })) as typeof input,
    output: z.object({
      account: Account.nullable().describe('Null: not connected before the person agrees'),
      consent: Consent.nullable().describe('Null where a token was given'),
    }),
    scope: 'accounts:write',
    notByClock: 'a token would be kept with the schedule, and consent needs the person at that moment',
    effect: 'write',
    repeat: 'keyed',
    outside: 'idempotent',
    listed: false,
    example: (place.connector === undefined ? { connector: 'todoist' } : {}) as z.input<typeof input>,
    reach: async (typed, ctx) =>
      await accept({ ...typed, connector: place.connector ?? typed.connector }, ctx),
    async run(_typed, ctx, { connector, ownerId, accepted }) {
      if (accepted === undefined) return { account: null, consent: await askConsent(ctx, connector, ownerId) }
      const row = await saveAccount(ctx, accepted)
      ctx.changed(accountUri(row.id), row.spaceId)
      return { account: toAccount(row, ctx.connectors), consent: null }
    },
    tell({ account, consent }) {
      if (account !== null) return `Connected ${account.connector} as ${account.name} (${account.id}).`
      return `Open this address in a browser and agree. It can be used once, until ${consent?.expiresAt}:\n${consent?.url}`
    },
  })

/** The account, where a token was given and its service accepts it. */
async function accept({ connector: name, token, teamId }: Input, ctx: ReachContext) {
  if (token !== undefined && isSeenByOthers(ctx.door)) throw seenByModel(name)
  const connector = findConnector(ctx.connectors, name)
  assertFits(connector, token, ctx.settings)
  const ownerId = await newOwner(ctx, teamId)
  ctx.secrets.assertReady()
  if (token === undefined) return { connector, ownerId, accepted: undefined }
  const found = await ctx.services.identify(connector, token)
  const accepted: AcceptedAccount = {
    ...{ connector: connector.name, ownerId, outsideId: found.id, name: found.name },
    // A pasted token may do everything that its person may.
    scopes: connector.connecting.kind === 'oauth' ? connector.connecting.scopes : [],
    secret: { kind: 'token', token },
  }
  return { connector, ownerId, accepted }
}

async function askConsent(ctx: Context, connector: Connector, ownerId: string) {
  const { connecting } = connector
  if (connecting.kind !== 'oauth') throw new Error(`${connector.name} asks for no consent`)
  return await ctx.consents.start(ctx, { connector, connecting, ownerId })
}

/** @throws AppError `invalid_input` for a token where only consent is taken, or none where a token is needed */
function assertFits(connector: Connector, token: string | undefined, settings: Settings): void {
  const { name, title, connecting } = connector
  const pasting = connecting.kind === 'token' ? connecting : connecting.pasted
  if (token !== undefined && pasting === undefined) {
    throw new AppError('invalid_input', `${title} is connected by consent, not by a token.`, {
      fix: 'Leave the token out, and open the address in the answer.',
      issues: [{ path: 'token', message: 'not used here' }],
    })
  }
  const asksConsent = connecting.kind === 'oauth' && settings.of(connecting.clientId) !== undefined
  if (token === undefined && pasting !== undefined && !asksConsent) {
    throw new AppError('invalid_input', `${title} is connected by a token.`, {
      fix: `${pasting.whereToFind} Then, in a terminal: switchboard accounts connect ${name} --token ...`,
      issues: [{ path: 'token', message: 'needed' }],
    })
  }
}

function seenByModel(connector: string): AppError {
  return new AppError('forbidden', 'A token must not pass through a model.', {
    fix: `Replace the token at the service, because a model has seen it. Then, in a terminal: switchboard accounts connect ${connector} --token ...`,
  })
}
