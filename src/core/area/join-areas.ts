/** Joins areas into one gateway, and makes sure that their names do not collide. */
import { assertDistinctNames } from '../operation/name.ts'
import { declareScopes } from '../operation/scopes.ts'
import type { Area } from './area.ts'

/**
 * The areas of a gateway: `known` and `more`. Their scopes are declared from then on, in this order.
 * @throws Error at start-up, naming both values, when two share a name that must be unique
 */
export function joinAreas(known: readonly Area[], more: readonly Area[]): readonly Area[] {
  const areas = [...known, ...more]
  assertDistinctNames(areas.flatMap(({ operations }) => operations))
  for (const [what, values] of Object.entries(namesIn(areas))) assertOnce(what, values)
  assertCommands(areas)
  for (const { scopes } of more) declareScopes(scopes)
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
      ids.flatMap((id) => (typeof id === 'string' ? [] : id.letters)),
    ),
    scope: from(({ scopes }) => Object.keys(scopes)),
    prompt: from(({ prompts }) => prompts.map(({ name }) => name)),
    setting: from(({ settings }) => settings.map(({ variable }) => variable)),
    check: from(({ checks }) => checks.map(({ name }) => name)),
    job: from(({ jobs }) => jobs.map(({ name }) => name)),
    expiry: from(({ expires }) => expires.map(({ name }) => name)),
    sweep: from(({ sweeps }) => sweeps.map(({ name }) => name)),
    hook: from(({ hooks }) => hooks.map(({ path }) => path)),
    event: from(({ events }) => events.map(({ name }) => name)),
    message: from(({ messages }) => messages.map(({ name }) => name)),
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

/** A command group must not hide an area of the same name. */
function assertCommands(areas: readonly Area[]): void {
  const commands = areas.flatMap((area) => area.commands.map(({ words }) => ({ words, area: area.name })))
  assertOnce(
    'command',
    commands.map(({ words, area }) => [words.join(' '), area]),
  )
  for (const { words, area } of commands) {
    if (areas.some(({ name }) => name.replaceAll('_', '-') === words[0])) {
      throw new Error(`the command ${words.join(' ')} of ${area} hides the area ${words[0]}`)
    }
  }
}
