/** A message as its author typed it, from the form in which Slack sends it. */

/** `<@U1>`, `<#C1|general>`, `<!here>`, `<https://example.com|a label>`. */
const MARKED = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g

/**
 * Without the mentions of the bot. Other mentions become bare names: a mark before them would make labels of people and
 * channels.
 */
export function plainText(wire: string, botUserId: string): string {
  const shown = wire.replaceAll(MARKED, (_whole, sign: string, target: string, label: string | undefined) => {
    if (sign === '@' && target === botUserId) return ''
    if (sign !== '') return label || target
    return label === undefined || label === target ? target : `${label} (${target})`
  })
  return unescaped(shown)
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim()
}

/** Slack escapes these three alone. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

export function mentions(wire: string, userId: string): boolean {
  return new RegExp(`<@${userId}(\\|[^>]*)?>`).test(wire)
}

/** Whether a message is meant for somebody else, whom it mentions. */
export function mentionsOthers(wire: string, botUserId: string): boolean {
  return [...wire.matchAll(/<@([A-Z0-9]+)/g)].some(([, userId]) => userId !== botUserId)
}
