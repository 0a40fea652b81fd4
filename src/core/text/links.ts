/** Finds addresses of web pages in a text from outside. */

/** Characters of an address; a longer one is left out rather than cut. */
const LINK_MAX_CHARS = 256
const LINK = /https?:\/\/[^\s<>"'`|\\^{}]+/gi
/** What ends a sentence or a bracket around an address, and is rarely part of it. */
const TRAIL = /[.,;:!?)\]*_]+$/

interface Wanted {
  readonly max: number
  /** Whether the text may end within an address. */
  readonly isCut: boolean
}

/** The first addresses of a text, each once: those that anybody can open, without a name or a password in them. */
export function linksIn(text: string, { max, isCut }: Wanted): string[] {
  const links = new Set<string>()
  for (const { 0: found, index } of text.matchAll(LINK)) {
    if (links.size >= max) break
    const trimmed = found.replace(TRAIL, '')
    if (!URL.canParse(trimmed) || (isCut && index + found.length === text.length)) continue
    const { href, username, password } = new URL(trimmed)
    if (username === '' && password === '' && href.length <= LINK_MAX_CHARS) links.add(href)
  }
  return [...links]
}
