/** Parses an operation's name and derives everything that follows from it. */

/**
 * The most characters of a tool's name: clients put `mcp__server__` before it, and refuse names longer than 60 or 64.
 */
export const TOOL_NAME_MAX_CHARS = 44

/** `area.verb`, or `area.noun.verb` where an area has many things: each part in snake_case. */
export type Name = `${string}.${string}` | `${string}.${string}.${string}`

/** The parts of a name. */
export interface NameParts {
  readonly area: string
  /** The noun, in an area that has several kinds of things. */
  readonly noun: string | undefined
  readonly verb: string
  /** The toolsets that contain it: its area, and its noun (`crm.people`). */
  readonly toolsets: readonly string[]
  /** The name in MCP: `crm_people_create`. */
  readonly toolName: string
  /** The name on the command line: `crm people create`. */
  readonly command: string
  /** The name as a heading: `Crm people: create`. */
  readonly title: string
}

const PART = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/

/** @throws Error at start-up for a name that is not in snake_case */
export function assertPart(name: string, what: string): void {
  if (!PART.test(name)) throw new Error(`the name of the ${what} ${name} is not in snake_case`)
}

/**
 * Parses a name. Names are in snake_case; on the command line they are in kebab-case (`toKebab`).
 * @throws Error for a name that is not `area[.noun].verb`, or whose tool name is too long
 */
export function parseName(name: string): NameParts {
  const parts = name.split('.')
  const [area = '', ...rest] = parts
  const verb = rest.pop() ?? ''
  const [noun] = rest
  if (rest.length > 1 || !parts.every((part) => PART.test(part)) || verb === '') {
    throw new Error(`operation name ${name} is not area.verb or area.noun.verb in snake_case`)
  }
  const toolName = parts.join('_')
  if (toolName.length > TOOL_NAME_MAX_CHARS) {
    throw new Error(`tool name ${toolName} has more than ${TOOL_NAME_MAX_CHARS} characters`)
  }
  const things = noun === undefined ? [area] : [area, noun]
  return {
    area,
    noun,
    verb,
    toolsets: noun === undefined ? [area] : [area, `${area}.${noun}`],
    toolName,
    command: toKebab(parts.join(' ')),
    title: titleOf(things, verb),
  }
}

/** A name from code, in camelCase or snake_case, as it is typed: `dueDate` and `due_date` become `due-date`. */
export function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll('_', '-')
}

/** Whether a name is in kebab-case. */
export function isKebab(name: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
}

function titleOf(things: readonly string[], verb: string): string {
  const words = `${things.join(' ')}: ${verb}`.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Every toolset of a list of operations, once. */
export function toolsetsOf(operations: readonly NameParts[]): string[] {
  return [...new Set(operations.flatMap(({ toolsets }) => toolsets))]
}

type Named = NameParts & { readonly name: string }

/**
 * Makes sure that every name means one operation, in every spelling.
 * @throws Error naming two operations that share a tool name (`a.b_c.d` and `a.b.c_d`) or a command, or a noun that is
 * also a verb of its area
 */
export function assertDistinctNames(operations: readonly Named[]): void {
  const verbs = new Map(
    operations.filter(({ noun }) => noun === undefined).map((each) => [verbKey(each), each]),
  )
  const taken = new Map<string, string>()
  for (const operation of operations) {
    const { name, area, noun, toolName, command } = operation
    const other = taken.get(toolName) ?? taken.get(command)
    if (other !== undefined)
      throw new Error(`operations ${other} and ${name} share the tool name ${toolName}`)
    taken.set(toolName, name).set(command, name)
    const verb = noun === undefined ? undefined : verbs.get(`${area}.${noun}`)
    if (verb !== undefined) throw new Error(`${noun} is a noun in ${name} and the verb of ${verb.name}`)
  }
}

function verbKey({ area, verb }: Named): string {
  return `${area}.${verb}`
}
