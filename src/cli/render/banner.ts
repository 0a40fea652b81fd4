/** What `serve` prints when it is up: its address, where the data is, and how to connect to it. */

import { quoted } from '../../core/command-line/command-line.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { encodeInput, takesBody } from '../../core/operation/wire.ts'
import type { Terminal } from '../terminal.ts'

export interface BannerFacts {
  readonly version: string
  /** Without a slash at the end; undefined for a worker, which does not listen. */
  readonly url: string | undefined
  /** Where the data is, in words for people. */
  readonly data: string
  readonly keysRequired: boolean
  /** The program as an absolute command: Node, and the script it runs. */
  readonly command: readonly [string, ...string[]]
  /** Variables that a client must set when it starts the program itself. */
  readonly environment: Readonly<Record<string, string>>
  readonly operations: readonly Operation[]
}

const LABEL_WIDTH = 'Claude Desktop'.length

/** The facts of a gateway. */
interface GatewayFacts extends BannerFacts {
  readonly url: string
}

export function showBanner(facts: BannerFacts, { out }: Pick<Terminal, 'out'>): void {
  const { version, url, data } = facts
  if (url === undefined) out.write(`Switchboard ${version} works off the queue, data in ${data}\n`)
  else if (out.isTerminal) out.write(banner({ ...facts, url }, out))
  else out.write(plainBanner({ ...facts, url }))
}

function plainBanner({ version, url, data }: GatewayFacts): string {
  return `Switchboard ${version} is up at ${url} (MCP ${url}/mcp, docs ${url}/docs), data in ${data}\n`
}

function banner(facts: GatewayFacts, { colours }: Terminal['out']): string {
  const { bold, cyan, dim, green } = colours
  const { url } = facts
  const row = (label: string, ...lines: readonly string[]) =>
    lines.map((line, index) => `  ${dim((index === 0 ? label : '').padEnd(LABEL_WIDTH))}  ${line}`)
  return [
    '',
    `  ${green('●')} ${bold('Switchboard')} ${dim(facts.version)} is up`,
    '',
    ...row('Address', bold(cyan(url))),
    ...row('API docs', `${url}/docs`),
    ...row('Data', facts.data),
    '',
    ...row('Claude Code', claudeCode(facts)),
    ...row('Claude Desktop', dim('into claude_desktop_config.json:'), ...claudeDesktop(facts)),
    ...row('curl', ...curl(facts)),
    '',
    ...row('', dim('Stop with Ctrl-C.')),
    '',
    '',
  ].join('\n')
}

function claudeCode({ url, keysRequired }: GatewayFacts): string {
  const header = keysRequired ? ` --header "Authorization: Bearer $SWITCHBOARD_KEY"` : ''
  return `claude mcp add --transport http switchboard ${url}/mcp${header}`
}

/** Desktop programs start their servers themselves, and do not know the shell's PATH. */
function claudeDesktop({ command: [program, ...args], environment }: GatewayFacts): string[] {
  const server = {
    command: program,
    args: [...args, 'mcp'],
    ...(Object.keys(environment).length > 0 ? { env: environment } : {}),
  }
  const entries = Object.entries(server).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${spaced(value)}`,
  )
  return ['{ "mcpServers": { "switchboard": {', entries.join(',\n'), '} } }'].flatMap((part) =>
    part.split('\n'),
  )
}

/** JSON on one line, with the usual spaces. */
function spaced(value: unknown): string {
  const text = JSON.stringify(value, null, 1).replace(/\n */g, ' ')
  return text.replace(/^\[ /, '[').replace(/ \]$/, ']')
}

/** A first step as a request, with options that every curl knows: `--json` came with 7.82. */
function curl({ url, keysRequired, operations }: GatewayFacts): string[] {
  const operation = operations.find((each) => each.firstStep !== undefined && takesBody(each))
  if (operation?.firstStep === undefined) return []
  const { target, body } = encodeInput(operation, operation.firstStep.input)
  const key = keysRequired ? ' -H "Authorization: Bearer $SWITCHBOARD_KEY"' : ''
  return [
    `curl ${url}${target}${key} \\`,
    `  -H content-type:application/json -d ${quoted(JSON.stringify(body))}`,
  ]
}
