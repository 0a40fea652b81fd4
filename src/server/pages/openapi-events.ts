/** The part of the OpenAPI description about webhooks: the requests that receivers get, derived from the events. */
import { z } from 'zod'
import type { Event } from '../../core/operation/event.ts'
import { toSchema } from '../../core/schema/json-schema.ts'
import type { JsonObject } from '../../core/text/json.ts'

const HEADERS: Readonly<Record<string, string>> = {
  'webhook-id':
    'The id of the event: the same for every attempt, so that a receiver can leave out what arrived before',
  'webhook-timestamp': 'The moment of this attempt, in seconds since 1970',
  'webhook-signature':
    'Signatures by the rules of Standard Webhooks, `v1,` and base64, separated by blanks: one for each valid secret',
}

export function webhooksOf(events: readonly Event[]): JsonObject {
  return Object.fromEntries(events.map((event) => [event.name, { post: describeEvent(event) }]))
}

function describeEvent(event: Event): JsonObject {
  const { name, summary, scope, version } = event
  return {
    operationId: `receive ${name}`,
    summary,
    tags: ['webhooks'],
    parameters: Object.entries(HEADERS).map(([header, description]) => ({
      ...{ name: header, in: 'header', required: true, description },
      schema: { type: 'string' },
    })),
    requestBody: { required: true, content: { 'application/json': contentOf(event) } },
    responses: {
      '2XX': { description: 'It arrived. Anything else, a redirect too, is tried again after a pause' },
      '410': { description: 'The webhook is disabled' },
    },
    'x-scope': scope,
    'x-version': version,
  }
}

/** A receiver must ignore fields that it does not know: a later version of the gateway may add some. */
function contentOf(event: Event): JsonObject {
  const { additionalProperties: _closed, ...schema } = toSchema(envelopeOf(event), 'output')
  return { schema, example: exampleOf(event) }
}

function envelopeOf({ name, version, payload }: Event): z.ZodObject {
  return z.object({
    type: z.literal(name),
    timestamp: z.iso.datetime().describe('When it happened'),
    version: z.literal(version).describe('Counts up when receivers of the earlier data would fail'),
    data: z.looseObject(payload.shape),
  })
}

function exampleOf({ name, version, example }: Event): JsonObject {
  return { type: name, timestamp: '2026-03-04T09:00:00.000Z', version, data: example }
}
