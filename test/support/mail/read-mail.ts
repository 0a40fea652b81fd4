/** Reads a mail as a mail client does: headers, and the two forms of its text. */

export interface ReadMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  /** As it came over the wire, a character for each octet. */
  readonly raw: string
  /** Unfolded and decoded, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly html: string
}

export function readMail(raw: string, envelope: ReadMail['envelope']): ReadMail {
  const { headers, body } = entityOf(raw)
  const [, boundary = ''] = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '') ?? []
  const parts = body.split(`--${boundary}`).slice(1, -1).map(entityOf)
  const partOf = (type: string) => {
    const part = parts.find((each) => each.headers['content-type']?.startsWith(type))
    return part === undefined ? '' : decodeBody(part)
  }
  return { envelope, raw, headers, text: partOf('text/plain'), html: partOf('text/html') }
}

interface Entity {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function entityOf(raw: string): Entity {
  const text = raw.replace(/^\r\n/, '')
  const end = text.indexOf('\r\n\r\n')
  const lines = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())]
  })
  return { headers: Object.fromEntries(headers), body: text.slice(end + 4) }
}

function decodeBody({ headers, body }: Entity): string {
  const bytes =
    headers['content-transfer-encoding'] === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(quoted(body.replace(/=\r\n/g, ''), '='), 'latin1')
  return bytes.toString('utf8').replace(/\r\n/g, '\n').trimEnd()
}

/** Encoded words (RFC 2047); the blank between two of them is not part of the text. */
function decodeWords(text: string): string {
  return text
    .replace(/(=\?[^?]+\?[BQ]\?[^?]*\?=) +(?==\?)/gi, '$1')
    .replace(/=\?[^?]+\?([BQ])\?([^?]*)\?=/gi, (_, form: string, coded: string) =>
      (form.toUpperCase() === 'B'
        ? Buffer.from(coded, 'base64')
        : Buffer.from(quoted(coded.replaceAll('_', ' '), '='), 'latin1')
      ).toString('utf8'),
    )
}

function quoted(text: string, sign: string): string {
  return text.replace(new RegExp(`${sign}([0-9A-F]{2})`, 'gi'), (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
