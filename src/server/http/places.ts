/**
 * The place of a request: it counts as under way until its answer is sent, so that callers are limited who send much,
 * make long calls, or do not read the answers. An answer without an end counts as an open stream.
 */

import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import { ADMINS_RAISE_IT, openStreamsLimit, roomWithin } from '../../domain/limits/held-limits.ts'
import { createShares, type FindShares, type ShareLimits } from './shares.ts'

export interface PlaceLimits {
  /** Units of requests under way: one for each request, and one for each further call or 64 KiB of body in it. */
  readonly underWay: ShareLimits
  /** Open streams: run events, MCP listening streams, and streams of MCP sessions. */
  readonly streams: ShareLimits
  /** Pages that anyone may request, such as the description of the API: an address counts as a key and a person. */
  readonly pages: ShareLimits
}

/** Limits in place of the usual ones. */
export type GivenLimits = { readonly [Name in keyof PlaceLimits]?: Partial<ShareLimits> }

export const PLACE_LIMITS: PlaceLimits = {
  underWay: { perProcess: 2_000, perPerson: 500, perKey: 200 },
  streams: { perProcess: 5_000, ...roomWithin(openStreamsLimit.most) },
  pages: { perProcess: 500, perPerson: 50, perKey: 50 },
}

/** Bytes of a body that count as much as another request: parsed JSON takes many times its length. */
const BYTES_PER_UNIT = 65_536

/** The assumed size of a body when the request does not declare it. */
const UNKNOWN_BODY_BYTES = 1_048_576

export interface Place {
  /**
   * Counts calls in the same request.
   * @throws AppError `rate_limited`, `unavailable`, `cancelled`
   */
  addCalls(calls: number): void
  /** Counts the request as an open stream from now on. @throws AppError `rate_limited`, `unavailable`, `cancelled` */
  becomeStream(): Promise<void>
  /** Frees the place; further calls have no effect. */
  leave(): void
}

export interface Places {
  /** @throws AppError `rate_limited`, `unavailable` */
  take(actor: Actor, request: Request): Place
  /**
   * For a request without a known caller; returns a function that frees the place.
   * @throws AppError as above
   */
  takePage(address: string): () => void
  /** How many streams are open for the keys of a person or a team. */
  streamsOf(personId: string): number
}

/** `findStreams`: how many streams a person or a team may have open. */
export function createPlaces(
  { underWay, streams, pages }: GivenLimits = {},
  findStreams?: FindShares,
): Places {
  const requestShares = createShares(
    { name: 'requests under way', fix: 'Wait for answers before you send more, and send less at once.' },
    { ...PLACE_LIMITS.underWay, ...underWay },
  )
  const streamShares = createShares(
    {
      name: 'open streams',
      fix: 'Close a stream that nobody reads, or read page by page.',
      raise: ADMINS_RAISE_IT,
    },
    { ...PLACE_LIMITS.streams, ...streams },
    findStreams,
  )
  const pageShares = createShares(
    { name: 'pages under way', fix: 'Wait for answers, and read them, before you ask for more.' },
    { ...PLACE_LIMITS.pages, ...pages },
  )

  return {
    streamsOf: streamShares.heldBy,
    takePage: (address) => pageShares.take({ keyId: address, personId: address }),
    take(actor, request) {
      const held = [requestShares.take(actor, unitsOf(request))]
      let hasLeft = false
      const release = (): void => {
        for (const giveBack of held.splice(0)) giveBack()
      }
      return {
        addCalls(calls) {
          if (hasLeft) throw callerLeft()
          held.push(requestShares.take(actor, calls))
        },
        async becomeStream() {
          const own = await streamShares.sharesOf(actor)
          if (hasLeft) throw callerLeft()
          const giveBack = streamShares.take(actor, 1, own)
          release()
          held.push(giveBack)
        },
        leave() {
          hasLeft = true
          release()
        },
      }
    },
  }
}

function callerLeft(): AppError {
  return new AppError('cancelled', 'The caller went away.')
}

function unitsOf({ method, headers }: Request): number {
  if (method === 'GET' || method === 'HEAD') return 1
  return 1 + Math.floor(bodyBytes(headers) / BYTES_PER_UNIT)
}

function bodyBytes(headers: Headers): number {
  const length = headers.get('content-length')
  if (length === null) return headers.has('transfer-encoding') ? UNKNOWN_BODY_BYTES : 0
  const bytes = Number(length)
  // A length that is not a number is refused where the body is read.
  return Number.isFinite(bytes) ? Math.max(bytes, 0) : 0
}
