/** Joins areas into one gateway, and makes sure that their names do not collide and that their jobs can be called. */
import { WATCH_VERB } from '../command-line/command-line.ts'
import { assertIntents } from '../intent/assert-intents.ts'
import { assertDistinctNames, assertPart, isKebab, toKebab } from '../operation/name.ts'
import type { Operation } from '../operation/operation.ts'
import { declareScopes } from '../operation/scopes.ts'
import type { Area } from './area.ts'
import { assertHook } from './assert-hook.ts'
import { assertJob } from './assert-job.ts'

/**
 * The areas of a gateway: `known` and `more`. Their scopes are declared from then on, in this order.
 * @throws Error at start-up, naming the values at fault: two that share a name which must be unique, a name that a door
 * uses itself, a scope that gives what it may not, a job that could never be called, a hook that could never be served, or intents
 * that take each other's messages
 */
export function joinAreas(known: readonly Area[], more: readonly Area[]): readonly Area[] {
  const areas = [...known, ...more]
  const operations = areas.flatMap((area) => area.operations)
  for (const { name, ids } of areas) {
    assertAreaName(name)
    for (const id of ids) assertIdPrefix(typeof id === 'string' ? id : id.name)
  }
  assertDistinctNames(operations)
  for (const [what, values] of Object.entries(namesIn(areas))) assertOnce(what, values)
  assertCommands(areas)
  for (const job of areas.flatMap((area) => area.jobs)) assertJob(job)
  for (const hook of areas.flatMap((area) => area.hooks)) assertHook(hook)
  // The suite checks those of the product, which would take every start a tenth of a second.
  if (more.length > 0) assertIntents(areas.flatMap((area) => area.intents))
  declareScopes(
    more.map(({ scopes }) => scopes),
    operations,
  )
  return areas
}

/** Each kind of name with the area that uses it. */
function namesIn(areas: readonly Area[]): Record<string, [name: string, area: string][]> {
  const from = (names: (area: Area) => readonly string[]) =>
    areas.flatMap((area) => names(area).map((name): [string, string] => [name, area.name]))
  return {
    area: from(({ name }) => [name]),
    'kind of id': from(({ ids }) => ids.map((id) => (typeof id === 'string' ? id : id.name))),
    'letters of references': from(({ ids }) =>
      ids.flatMap((id) => (typeof id !== 'string' && 'letters' in id ? id.letters : [])),
    ),
    scope: from(({ scopes }) => Object.keys(scopes)),
    route: from(({ operations }) => operations.map(routeForm)),
    prompt: from(({ prompts }) => prompts.map(({ name }) => name)),
    setting: from(({ settings }) => settings.map(({ variable }) => variable)),
    check: from(({ checks }) => checks.map(({ name }) => name)),
    job: from(({ jobs }) => jobs.map(({ name }) => name)),
    expiry: from(({ expires }) => expires.map(({ name }) => name)),
    sweep: from(({ sweeps }) => sweeps.map(({ name }) => name)),
    hook: from(({ hooks }) => hooks.map(({ path }) => path)),
    event: from(({ events }) => events.map(({ name }) => name)),
    message: from(({ messages }) => messages.map(({ name }) => name)),
    letter: from(({ letters }) => letters.map(({ name }) => name)),
    shortcut: from(({ shortcuts }) => shortcuts.map(({ name }) => name)),
    connector: from(({ connectors }) => connectors.map(({ name }) => name)),
  }
}

function assertOnce(what: string, values: readonly [name: string, area: string][]): void {
  const seen = new Map<string, string>()
  for (const [name, area] of values) {
    const other = seen.get(name)
    if (other !== undefined) throw new Error(`the ${what} ${name} is in the areas ${other} and ${area}`)
    seen.set(name, area)
  }
}

/** Words that stand for something else where the name of an area is typed: in the command line and in `toolsets`. */
const TAKEN_NAMES: ReadonlySet<string> = new Set(['all', 'help', 'serve', 'mcp', 'chat', 'doctor'])

function assertAreaName(name: string): void {
  assertPart(name, 'area')
  if (TAKEN_NAMES.has(name)) throw new Error(`no area may be named ${name}, which has a meaning of its own`)
}

/** What ids may begin with. */
const ID_PREFIX = /^[a-z]([a-z_]{0,61}[a-z])?$/

function assertIdPrefix(prefix: string): void {
  if (!ID_PREFIX.test(prefix))
    throw new Error(`the kind of id ${prefix} is not lower-case letters with _ between`)
}

/** Two routes that differ only in the names of their fields are one. */
function routeForm({ method, path }: Operation): string {
  return `${method} ${path.replace(/:\w+/g, ':')}`
}

/** A command group must not hide an area of the same name, nor a command that the product has besides operations. */
function assertCommands(areas: readonly Area[]): void {
  const commands = areas.flatMap((area) => area.commands.map(({ words }) => ({ words, area: area.name })))
  assertOnce(
    'command',
    commands.map(({ words, area }) => [words.join(' '), area]),
  )
  for (const { words, area } of commands) {
    const [group] = words
    if (!words.every(isKebab))
      throw new Error(`the command ${words.join(' ')} of ${area} is not in kebab-case`)
    if (TAKEN_NAMES.has(group) || areas.some(({ name }) => toKebab(name) === group))
      throw new Error(`the command ${words.join(' ')} of ${area} hides the area or command ${group}`)
  }
  assertOnce(
    'command',
    areas.flatMap(({ name, operations }) =>
      operations.flatMap(commandsOf).map((command): [string, string] => [command, name]),
    ),
  )
}

/** How an operation is called on the command line, and how its stream is watched there. */
function commandsOf({ command, stream }: Operation): string[] {
  if (stream?.watch === undefined) return [command]
  return [command, command.replace(/\S+$/, WATCH_VERB)]
}
