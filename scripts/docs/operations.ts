/** The page of operations: every one with its names, fields and example, made from the registry. */
import type { z } from 'zod'
import { lineFor } from '../../src/core/command-line/command-line.ts'
import { ERROR_KINDS } from '../../src/core/errors.ts'
import { isForCallers } from '../../src/core/operation/catalog.ts'
import { defineOperation, type Operation } from '../../src/core/operation/operation.ts'
import { allScopes, grants } from '../../src/core/operation/scopes.ts'
import { ANSWER_LIFETIME_MS } from '../../src/domain/access/answers/answer-retention.ts'
import { AuditEntry } from '../../src/domain/access/audit.ts'
import { ApiKey } from '../../src/domain/access/key.ts'
import { Milestone, Project } from '../../src/domain/projects/project.ts'
import { Task } from '../../src/domain/tasks/task.ts'
import { type FieldRow, fieldRows, type NamedShape } from './schema.ts'

const SHAPES: readonly NamedShape[] = [
  shape('Task', Task),
  shape('Project', Project),
  shape('Milestone', Milestone),
  shape('API key', ApiKey),
  shape('Audit entry', AuditEntry),
]

/** The whole page, in Markdown. */
export function operationsPage(operations: readonly Operation[]): string {
  const areas = [...new Set(operations.map(({ area }) => area))]
  const sections = areas.map((area) => areaSection(area, operations))
  return `${[INTRODUCTION, ...areas.map((area) => index(area, operations)), ...sections, shapesSection(), errorsSection(), scopesSection()].join('\n\n')}\n`
}

const ANSWER_DAYS = ANSWER_LIFETIME_MS / (24 * 60 * 60 * 1000)

const INTRODUCTION = `# Operations

<!-- Made from the code by \`npm run docs\`; changes here are overwritten. -->

Everything Switchboard does is one of these operations, reached by any door under the same name, with the same fields
and the same answer. Input goes into an MCP tool's arguments, into a JSON body (path fields into the path, fields of a
\`GET\` or \`DELETE\` into the query), or into words and options of the command line, where a field that is named like an option
of every operation takes \`field-\` in front: \`--field-input\`. A field that an operation does not know is refused.

**Effect**: \`read\` changes nothing; \`write\` can be undone or repeated; \`destroy\` cannot be undone and needs
\`confirm: true\` (\`--yes\` on the command line). **Repeat**: \`natural\` operations may simply be called again; for \`keyed\` ones a retry should carry an
idempotency key (the header \`Idempotency-Key\`, \`--idempotency-key\`, or \`_meta["switchboard/idempotencyKey"]\` of an MCP call) and then gets the first answer, which is kept for
${ANSWER_DAYS} days, or for less where the answers of one caller take very much space. A retry by a caller who no longer sees what the answer is about is \`not_found\`.`

function index(area: string, operations: readonly Operation[]): string {
  const rows = inArea(area, operations).map((operation) => {
    const { name, summary, route, effect } = operation
    const http = isForCallers(operation) ? `\`${route}\`` : "agents' runs only"
    return `| [${name}](#${anchor(name)}) | ${summary} | ${http} | ${effect} |`
  })
  return [
    `**${capital(area)}**`,
    '',
    '| operation | what it does | HTTP | effect |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function areaSection(area: string, operations: readonly Operation[]): string {
  return [`## ${capital(area)}`, ...inArea(area, operations).map(operationSection)].join('\n\n')
}

function operationSection(operation: Operation): string {
  const { name, summary, details, inputSchema, outputSchema } = operation
  const parts = [
    `### ${name}`,
    [summary, details ?? ''].join(' ').trim(),
    factsOf(operation),
    fieldTable('Input', fieldRows(inputSchema, SHAPES), true),
    fieldTable('Output', fieldRows(outputSchema, SHAPES), false),
    exampleOf(operation),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function factsOf({ route, toolName, audience, listed, scope, effect, repeat }: Operation): string {
  if (audience === 'runs') {
    return [
      "- For agents' runs only: a run does it to itself, as its agent's `tools` allow",
      `- Tool: \`${toolName}\` · effect: ${effect} · repeat: ${repeat}`,
    ].join('\n')
  }
  const tool =
    audience === 'people'
      ? 'none: its answer is for people only'
      : `\`${toolName}\`${listed ? '' : ' (not in the default list; found by search, or by asking for its toolset)'}`
  return [
    `- HTTP: \`${route}\``,
    `- MCP tool: ${tool}`,
    `- Scope: \`${scope}\` · effect: ${effect} · repeat: ${repeat}`,
  ].join('\n')
}

function fieldTable(title: string, rows: readonly FieldRow[], isInput: boolean): string {
  if (rows.length === 0) return `${title}: nothing.`
  const lines = rows.map(
    ({ path, type, required, meaning }) =>
      `| \`${path}\`${isInput && required ? ' *' : ''} | ${cell(type)} | ${cell(meaning)} |`,
  )
  return [`| ${title}${isInput ? ' (* required)' : ''} | type | meaning |`, '|---|---|---|', ...lines].join(
    '\n',
  )
}

function exampleOf(operation: Operation): string {
  const typed = isForCallers(operation) ? ['```sh', lineFor(operation, operation.example), '```', ''] : []
  return [...typed, '```json', json(operation.example), '```'].join('\n')
}

function shapesSection(): string {
  const sections = SHAPES.map(({ name, schema }) =>
    [
      `### ${name}`,
      fieldTable(
        'Field',
        fieldRows(
          schema,
          SHAPES.filter((other) => other.name !== name),
        ),
        false,
      ),
    ].join('\n\n'),
  )
  return ['## Shapes', ...sections, FAILED_ITEM].join('\n\n')
}

const FAILED_ITEM = `### Failed item

In a batch each item has an outcome of its own. One that failed is \`{ "ok": false, "error": { "code", "message", "fix" } }\`,
with a code of the table of errors; the others stand.`

function errorsSection(): string {
  const rows = Object.entries(ERROR_KINDS).map(
    ([code, { title, httpStatus, exitCode, retry }]) =>
      `| \`${code}\` | ${title} | ${httpStatus} | ${exitCode} | ${retry === 'later' ? 'after a pause' : ''} |`,
  )
  const head = ['| code | meaning | HTTP status | exit code | may be tried again |', '|---|---|---|---|---|']
  return ['## Errors', ERRORS, [...head, ...rows].join('\n')].join('\n\n')
}

const ERRORS = `Every error has a code of this table, a message, often a \`fix\` that says what to do, and a request id. HTTP answers
problem details (RFC 9457), MCP a result with \`isError\`, the command line a sentence, or JSON with \`--json\`.`

function scopesSection(): string {
  const rows = allScopes().map((scope) => {
    const included = allScopes().filter((other) => other !== scope && grants([scope], other))
    return `| \`${scope}\` | ${included.map((other) => `\`${other}\``).join(', ')} |`
  })
  return ['## Scopes', ['| scope | includes |', '|---|---|', ...rows].join('\n')].join('\n\n')
}

function shape(name: string, schema: z.ZodObject): NamedShape {
  const operation = defineOperation({
    name: 'shape.show',
    summary: name,
    route: 'GET /v1/shape',
    input: schema.pick({}),
    output: schema,
    scope: 'admin',
    effect: 'read',
    repeat: 'natural',
    example: {},
    run: () => Promise.reject(new Error('a shape is only shown')),
    tell: () => '',
  })
  return {
    name,
    // Read with the page: the schema of a key lists the scopes of the areas, which may be loaded after this module.
    get schema() {
      return operation.outputSchema
    },
  }
}

function inArea(area: string, operations: readonly Operation[]): Operation[] {
  return operations.filter((operation) => operation.area === area)
}

function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll('.', '')
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
