/**
 * Takes what other services report: verified on its raw bytes, stored, then answered. Its signature or its secret is all
 * that lets a report in, so that these routes come before keys and callers.
 */
import { hashKey } from '../../domain/access/key-form.ts'
import type { Arrival, Received } from '../../domain/inbox/receive.ts'
import type { Report } from '../../domain/inbox/report.ts'
import { BODY_MAX_BYTES, readBodyBytes } from '../http/body.ts'
import type { Answer } from '../http/gate.ts'
import type { HookLimit } from './hook-limit.ts'

/**
 * Where services report: to the hook of an area or the URL of a person or a team there, or to a person's own hook, whose
 * address may hold its secret. The first that fits is meant.
 */
export const HOOK_ROUTES = [
  '/hooks/:path',
  '/hooks/own/:hookId',
  '/hooks/own/:hookId/:token',
  '/hooks/:path/:token',
] as const

/** The words of the address that a report was sent to. */
export type HookWords = Readonly<Partial<Record<'path' | 'hookId' | 'token', string>>>

export interface HookParts {
  /**
   * The events of a report.
   * @throws AppError `not_found`, `unauthenticated`, `invalid_input`
   */
  read(words: HookWords, report: Report): Promise<readonly Arrival[]>
  store(arrivals: readonly Arrival[]): Promise<Received>
  readonly limit: HookLimit
}

const JSON_HEADERS = { 'content-type': 'application/json' }

export function createHookHandler({ read, store, limit }: HookParts) {
  return async (request: Request, words: HookWords): Promise<Answer> => {
    const raw = await readBodyBytes(request, BODY_MAX_BYTES)
    const arrivals = await read(words, { raw, headers: request.headers }).catch((thrown: unknown) =>
      limit.refused(request, thrown),
    )
    // Only what was verified counts for a hook: a forger cannot use up its reports.
    await limit.taken(countedAs(words), raw.byteLength)
    const received = await store(arrivals)
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(received) }
  }
}

/** Each URL at the hook of an area counts by itself, and its token is kept nowhere. */
function countedAs({ hookId, path = '', token }: HookWords): string {
  if (hookId !== undefined) return hookId
  return token === undefined ? path : `${path}/${hashKey(token)}`
}
