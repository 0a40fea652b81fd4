/** Which pages of other sites may call: none, unless their origins were named. */
import { isAllowedOrigin } from '../../core/origin.ts'

/** Response headers that a page may read beside the plain ones. */
const EXPOSED = [
  'X-Request-Id',
  'Idempotency-Replayed',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Mcp-Session-Id',
  'WWW-Authenticate',
].join(', ')

/** Seconds for which a browser caches the answer to a preflight. */
const PREFLIGHT_MAX_AGE_S = 600

export interface Cors {
  /** The headers that let an allowed origin read an answer. */
  headers(request: Request): Record<string, string> | undefined
  /** The headers that answer a preflight; undefined when the origin is not allowed. */
  preflight(request: Request, methods: string): Record<string, string> | undefined
}

/**
 * `origins` are exact, e.g. `https://app.example.com` or `chrome-extension://id`. Keys travel in headers, so cookies
 * are never allowed.
 */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Set(origins)

  function headers(request: Request): Record<string, string> | undefined {
    if (allowed.size === 0) return undefined
    const origin = request.headers.get('origin')
    if (origin === null || !isAllowedOrigin(origin, allowed)) return { vary: 'Origin' }
    return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED, vary: 'Origin' }
  }

  function preflight(request: Request, methods: string): Record<string, string> | undefined {
    const answer = headers(request)
    if (!answer?.['access-control-allow-origin']) return undefined
    const asked = request.headers.get('access-control-request-headers')
    return {
      ...answer,
      'access-control-allow-methods': methods,
      ...(asked === null ? {} : { 'access-control-allow-headers': asked }),
      'access-control-max-age': String(PREFLIGHT_MAX_AGE_S),
    }
  }

  return { headers, preflight }
}
