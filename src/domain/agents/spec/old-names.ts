/**
 * Former names of operations. Agents, their approval rules, and the steps of runs keep the name that they were written
 * with; it means the present operation.
 */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['ask_person', 'runs.ask_person'],
  ['delegate', 'runs.delegate'],
  ['save_artifact', 'runs.save_artifact'],
  ['give_verdict', 'runs.give_verdict'],
])

/** The present name for a former name of an operation; every other name stays as it is. */
export function currentName(name: string): string {
  return OLD_NAMES.get(name) ?? name
}
