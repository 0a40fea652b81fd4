/** Takes secrets out of what is stored or logged. */

/** Names of fields whose values are never kept, wherever they stand. */
const SECRET_NAME =
  /(secret|token|password|passphrase|authorization|cookie|credential|(api|access|private|secret|signing|encryption)[-_]?key)s?$/i

/** Our own API keys: cut short where they stand alone, whole or nearly also right after a letter. */
const OWN_KEY = /(?<![A-Za-z0-9])sb_[A-Za-z0-9_-]{20,}|sb_[A-Za-z0-9_-]{40,}/g

/** Keys of others by the beginnings that they are known by: model providers, Git hosts, Slack, Stripe, AWS. */
const FOREIGN_KEY =
  /(?<![A-Za-z0-9])(?:sk-|[sr]k_(?:live|test)_|gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|AKIA)[A-Za-z0-9_-]{16,}/g

/** JSON Web Tokens. Looked for only where a word begins: else a word of many beginnings is read anew from each of them. */
const WEB_TOKEN = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g

/** The password in an address such as `postgres://name:password@host`. */
const PASSWORD_IN_URL = /(:\/\/[^\s:@/]*):[^\s@/]+@/g

const REDACTED = '[redacted]'

/** A text without what looks like a secret in it. */
export function redactText(text: string): string {
  return text
    .replace(OWN_KEY, REDACTED)
    .replace(FOREIGN_KEY, REDACTED)
    .replace(WEB_TOKEN, REDACTED)
    .replace(PASSWORD_IN_URL, `$1:${REDACTED}@`)
}

/** A deep copy of plain data without secrets: values under a secret's name, and what looks like one in any text. */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map(redact)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      redactText(name),
      isSecret(name, field) ? REDACTED : redact(field),
    ]),
  )
}

/** A number of tokens is what a model takes, no secret. */
function isSecret(name: string, field: unknown): boolean {
  return SECRET_NAME.test(name) && !(typeof field === 'number' && /tokens$/i.test(name))
}
