/** Snippets for connecting each kind of client to this gateway. */
import { lineFor, quoted, wordsFor } from '../../core/command-line/command-line.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { encodeInput } from '../../core/operation/wire.ts'
import { type Html, html } from './html.ts'

export interface Reach {
  /** The address of this gateway, without a slash at the end. */
  readonly url: string
  readonly keysRequired: boolean
  /** The program as an absolute command; undefined where it must not be shown. */
  readonly command?: readonly string[] | undefined
}

/** The placeholder for the caller's key in everything that is shown. */
const KEY = '$SWITCHBOARD_KEY'

/** A block of code with its button. */
export function snippet(text: string): Html {
  return html`<div class="snippet"><pre tabindex="0"><code>${text}</code></pre><button class="copy" type="button">Copy</button></div>`
}

export function claudeCode({ url, keysRequired }: Reach): string {
  const header = keysRequired ? ` \\\n  --header "Authorization: Bearer ${KEY}"` : ''
  return `claude mcp add --transport http \\\n  switchboard ${url}/mcp${header}`
}

/** Claude Desktop starts what it uses itself. */
export function claudeDesktop({ command }: Reach): string {
  const [program = 'switchboard', ...args] = command ?? []
  return mcpServers({ command: program, args: [...args, 'mcp'] })
}

/** Characters of a typed call that fit in a snippet; a longer one is broken before each of its options. */
const LINE_MAX_CHARS = 64

/** A call as it is typed. */
export function terminal(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  program = 'switchboard',
): string {
  const line = lineFor(operation, input, program)
  if (line.length <= LINE_MAX_CHARS) return line
  return wordsFor(operation, input).reduce(
    (text, word) => `${text}${word.startsWith('--') ? ' \\\n  ' : ' '}${quoted(word)}`,
    program,
  )
}

export function cursor(reach: Reach): string {
  return mcpServers(cursorServer(reach))
}

/** A link that Cursor opens to add the server itself. */
export function cursorLink(reach: Reach): string {
  const config = Buffer.from(JSON.stringify(cursorServer(reach))).toString('base64')
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=switchboard&config=${encodeURIComponent(config)}`
}

function cursorServer({ url, keysRequired }: Reach): object {
  const headers = keysRequired ? { headers: { Authorization: 'Bearer sb_...' } } : {}
  return { url: `${url}/mcp`, ...headers }
}

/** As people write it: a list of words stays on one line. */
function mcpServers(server: object): string {
  const fields = Object.entries(server).map(([name, value]) => {
    const text = Array.isArray(value)
      ? `[${value.map((word) => JSON.stringify(word)).join(', ')}]`
      : JSON.stringify(value, null, 2).replaceAll('\n', '\n      ')
    return `      ${JSON.stringify(name)}: ${text}`
  })
  return `{\n  "mcpServers": {\n    "switchboard": {\n${fields.join(',\n')}\n    }\n  }\n}`
}

/** A call over HTTP. */
export function curl({ url, keysRequired }: Reach, operation: Operation, input: object): string {
  const { target, body = {} } = encodeInput(operation, { ...input })
  const { method } = operation
  const hasBody = Object.keys(body).length > 0
  const implied = hasBody ? 'POST' : 'GET'
  return [
    `curl ${shellWord(url + target)}`,
    ...(method === implied ? [] : [`  -X ${method}`]),
    ...(keysRequired ? [`  -H "Authorization: Bearer ${KEY}"`] : []),
    ...(hasBody ? ["  -H 'Content-Type: application/json'", `  -d ${shellWord(readable(body))}`] : []),
  ].join(' \\\n')
}

/** Characters of JSON that stay on one line. */
const LINE_CHARS = 60

/** JSON on one line if it is short. */
function readable(value: unknown): string {
  const line = JSON.stringify(value)
  return line.length <= LINE_CHARS ? line : JSON.stringify(value, null, 2)
}

/** A word as a POSIX shell takes it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
