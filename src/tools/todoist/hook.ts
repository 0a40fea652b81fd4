/**
 * What Todoist reports: a bell. A report may be late, doubled, out of order or lost, so that it only says whose account to
 * read.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { defineHook } from '../../core/area/hook.ts'
import { TODOIST } from '../../domain/todoist/todoist.ts'
import { todoistClientSecret } from './settings.ts'
import { resync } from './sync/resync.ts'

const SIGNATURE = 'x-todoist-hmac-sha256'
const DELIVERY = 'x-todoist-delivery-id'
const DELIVERY_MAX_CHARS = 100
const TYPE_MAX_CHARS = 100

/** The documents say version "10", Todoist's own library takes "1" only: either may come. */
const Report = z.object({
  event_name: z.string().max(TYPE_MAX_CHARS),
  user_id: z.union([z.string(), z.number()]).transform(String),
  version: z.union([z.literal('1'), z.literal('10')]).optional(),
})

export const todoistHook = defineHook({
  path: TODOIST,
  secrets: [todoistClientSecret],
  verify(raw, headers, { TODOIST_CLIENT_SECRET = '' }) {
    const expected = createHmac('sha256', TODOIST_CLIENT_SECRET).update(raw).digest()
    const given = Buffer.from(headers.get(SIGNATURE) ?? '', 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected)
  },
  events(body, headers) {
    const { event_name: type, user_id: outsideId } = Report.parse(body)
    const delivery = headers.get(DELIVERY)
    const isUsable = delivery !== null && delivery.length > 0 && delivery.length <= DELIVERY_MAX_CHARS
    const eventId = isUsable ? delivery : digestOf(body)
    return [
      {
        eventId,
        type,
        operation: resync.name,
        input: { userId: outsideId },
        owner: { connector: TODOIST, outsideId },
      },
    ]
  },
})

function digestOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url')
}
