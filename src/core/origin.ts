/** The origins of pages, as browsers send them in `Origin` and people write them into settings. */

/** Scheme, host with port, and what follows; there is no origin without a host. */
const FORM = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]+)(.*)$/i

/**
 * What is wrong with an origin that a person wrote, as what to write instead; undefined: it is one. Web pages have `https:` or
 * `http:`, pages of extensions and apps a scheme of their own with a host (`chrome-extension://id`, `app://obsidian.md`).
 */
export function originFault(text: string): string | undefined {
  if (text === 'null' || /^file:/i.test(text))
    return 'null, which files have too, stands for any page that hides where it comes from, and cannot be allowed'
  if (text.includes('*')) return 'name each origin by itself, without *'
  const [, scheme = '', host = ''] = FORM.exec(text) ?? []
  if (host === '') return 'write scheme://host, such as https://app.example.com or chrome-extension://id'
  const meant = originOf(`${scheme}://${host}`)
  if (meant === undefined) return `${host} is not a host`
  return meant === text ? undefined : `write ${meant}`
}

/** The origin of an address that has nothing but scheme and host. */
function originOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, host, origin } = new URL(address)
  // Of schemes that are not the web's own, `URL` says no origin.
  return origin === 'null' ? `${protocol}//${host}`.toLowerCase() : origin
}

/** Whether an `Origin` that was sent is among origins that were allowed. Schemes and hosts have no case. */
export function isAllowedOrigin(sent: string, allowed: ReadonlySet<string>): boolean {
  return allowed.has(sent.toLowerCase())
}
