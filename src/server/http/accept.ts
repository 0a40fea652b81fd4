/** Which kind of answer a request accepts, by RFC 9110, section 12.5.1. */
import { parseAccept } from 'hono/utils/accept'

export const JSON_TYPE = 'application/json'
export const EVENT_STREAM_TYPE = 'text/event-stream'

/** What the official MCP clients send. */
export const BOTH_TYPES = `${JSON_TYPE}, ${EVENT_STREAM_TYPE}`

/**
 * The weight that a header gives a media type, from 0 (not at all) to 1, and how specifically: 0 not at all, 1 by a
 * range of all types, 2 by a range of subtypes, 3 by its own name.
 */
interface Preference {
  readonly quality: number
  readonly closeness: number
}

/** A header that is missing or empty accepts everything. */
function preferenceFor(mediaType: string, header: string | null): Preference {
  const ranges = parseAccept(header ?? '')
  if (ranges.length === 0) return { quality: 1, closeness: 0 }
  const closenesses = ['', '*/*', `${mediaType.split('/')[0]}/*`, mediaType]
  let best: Preference = { quality: 0, closeness: 0 }
  for (const { type, q } of ranges) {
    const closeness = closenesses.lastIndexOf(type.toLowerCase())
    if (closeness > best.closeness) best = { quality: q, closeness }
  }
  return best
}

/** The kinds of answer to an MCP request that its client accepts. */
export interface Accepted {
  readonly json: boolean
  readonly stream: boolean
}

const BOTH: Accepted = { json: true, stream: true }

export function acceptedBy(header: string | null): Accepted {
  if (header === BOTH_TYPES) return BOTH
  return {
    json: preferenceFor(JSON_TYPE, header).quality > 0,
    stream: preferenceFor(EVENT_STREAM_TYPE, header).quality > 0,
  }
}

/** Whether a stream is wanted where JSON is the default: it is named explicitly, and JSON is not preferred. */
export function prefersEvents(header: string | null): boolean {
  const events = preferenceFor(EVENT_STREAM_TYPE, header)
  const isNamed = events.closeness === 3 && events.quality > 0
  return isNamed && events.quality >= preferenceFor(JSON_TYPE, header).quality
}
