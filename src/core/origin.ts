/** The origins of pages, as browsers send them in `Origin` and people write them in settings. */

/** Scheme, host with port, and the rest; an origin always has a host. */
const FORM = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]+)(.*)$/i

/**
 * What to write instead of an origin that is not valid; undefined for a valid one. Web pages have `https:` or `http:`;
 * pages of extensions and apps have a scheme of their own with a host (`chrome-extension://id`, `app://obsidian.md`).
 */
export function originFault(text: string): string | undefined {
  if (text === 'null' || /^file:/i.test(text))
    return 'null cannot be allowed: it is the origin of files, and of every page that hides where it comes from'
  if (text.includes('*')) return 'name each origin separately, without *'
  const [, scheme = '', host = ''] = FORM.exec(text) ?? []
  if (host === '') return 'write scheme://host, such as https://app.example.com or chrome-extension://id'
  const meant = originOf(`${scheme}://${host}`)
  if (meant === undefined) return `${host} is not a host`
  return meant === text ? undefined : `write ${meant}`
}

/** The origin of an address that consists of scheme and host. */
function originOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, host, origin } = new URL(address)
  // `URL` gives no origin for schemes outside the web.
  return origin === 'null' ? `${protocol}//${host}`.toLowerCase() : origin
}

/** Whether the `Origin` of a request is among the allowed origins. Schemes and hosts are case-insensitive. */
export function isAllowedOrigin(sent: string, allowed: ReadonlySet<string>): boolean {
  return allowed.has(sent.toLowerCase())
}
