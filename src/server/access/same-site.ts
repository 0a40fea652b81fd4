/**
 * Keeps other web sites out: DNS rebinding by the `Host` header, cross-site requests by `Origin` and `Sec-Fetch-Site`.
 */
import { AppError } from '../../core/errors.ts'
import { isLoopback } from '../../core/loopback.ts'
import { isAllowedOrigin } from '../../core/origin.ts'

interface SameSiteOptions {
  /** Names of this gateway; undefined: any name. */
  readonly hosts: readonly string[] | undefined
  /** Origins of other sites whose pages may call. */
  readonly origins: readonly string[]
}

/** @throws AppError `forbidden` when a request comes from another site's page, or under a name that is not ours. */
export type AssertSameSite = (request: Request) => void

export function createSameSite({ hosts, origins }: SameSiteOptions): AssertSameSite {
  const ourNames = hosts && new Set(hosts.map(nameOf))
  const ourOrigins = new Set(origins)
  return (request) => {
    const host = request.headers.get('host') ?? new URL(request.url).host
    if (ourNames && !isOurName(nameOf(host), ourNames)) throw foreignHost()
    const origin = request.headers.get('origin')
    const isOurs = (from: string) => isAllowedOrigin(from, ourOrigins) || hostOf(from) === host.toLowerCase()
    if (origin === null) assertNotCrossSite(request, isOurs)
    else if (!isOurs(origin)) throw foreignOrigin()
  }
}

const HOST = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/

/** The name in a `Host` header, without the port. */
function nameOf(host: string): string | undefined {
  return HOST.exec(host.toLowerCase())?.[1]
}

function isOurName(name: string | undefined, ourNames: ReadonlySet<string | undefined>): boolean {
  return name !== undefined && (isLoopback(name) || ourNames.has(name))
}

/** Browsers that send no `Origin` with a plain GET still say where it comes from; older ones only name the page. */
function assertNotCrossSite({ headers }: Request, isOurs: (origin: string) => boolean): void {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') throw foreignOrigin()
  const page = site === null ? headers.get('referer') : null
  if (page !== null && URL.canParse(page) && !isOurs(new URL(page).origin)) throw foreignOrigin()
}

/**
 * The host of a web page's origin; undefined where there is none (`null`), or where the origin is not a web page's
 * (`app://localhost`).
 */
function hostOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined
  const { protocol, host } = new URL(origin)
  return protocol === 'http:' || protocol === 'https:' ? host : undefined
}

function foreignHost(): AppError {
  return new AppError('forbidden', 'The request does not use one of the names of this gateway.', {
    fix: 'Call it as localhost or 127.0.0.1, or add the name to SWITCHBOARD_ALLOWED_HOSTS.',
  })
}

function foreignOrigin(): AppError {
  return new AppError('forbidden', 'Pages of other sites may not call this gateway.', {
    fix: 'If this page is yours, add its origin to SWITCHBOARD_ALLOWED_ORIGINS.',
  })
}
