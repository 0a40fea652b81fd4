/** Things of one kind, each with the number of its last change, from which a partial sync is read. */
export class Table<Row extends { id: string }> {
  readonly #rows = new Map<string, Row>()
  readonly #versions = new Map<string, number>()
  readonly #owners = new Map<string, string>()
  readonly #nextVersion: () => number

  constructor(nextVersion: () => number) {
    this.#nextVersion = nextVersion
  }

  /** Adds a row; one with an owner is seen by that person only. */
  add(row: Row, ownerId?: string): Row {
    this.#rows.set(row.id, row)
    if (ownerId !== undefined) this.#owners.set(row.id, ownerId)
    this.touch(row)
    return row
  }

  /** Notes that a row changed. */
  touch(row: Row): void {
    this.#versions.set(row.id, this.#nextVersion())
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  ownerOf(row: Row): string | undefined {
    return this.#owners.get(row.id)
  }

  all(): Row[] {
    return [...this.#rows.values()]
  }

  where(isWanted: (row: Row) => boolean): Row[] {
    return this.all().filter(isWanted)
  }

  changedSince(version: number): Row[] {
    return this.where(({ id }) => (this.#versions.get(id) ?? 0) > version)
  }
}
