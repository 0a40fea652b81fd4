/** The order of texts by their characters, for `sort`: the same as PostgreSQL's `collate "C"` for ASCII. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
