/** Writes a count with its noun, which agrees with the count: "1 task", "2 tasks", "0 tasks". */
export function counted(count: number, one: string, many?: string): string {
  return `${count} ${nounFor(count, one, many)}`
}

/** The noun or verb alone. `many` is needed where it is not `one` with an s. */
export function nounFor(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many
}
