/**
 * The names that operations had before. Agents, their approval rules, and the steps of runs keep the name that they were
 * written with; it means the operation of today.
 */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['ask_person', 'runs.ask_person'],
  ['delegate', 'runs.delegate'],
  ['save_artifact', 'runs.save_artifact'],
  ['give_verdict', 'runs.give_verdict'],
])

/** The name of today for an old name of an operation; every other name stays as it is. */
export function currentName(name: string): string {
  return OLD_NAMES.get(name) ?? name
}
