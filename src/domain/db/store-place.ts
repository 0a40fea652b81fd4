/** Which store a process works on, in a form that is safe to write down and to show. */
import { join } from 'node:path'
import { z } from 'zod'
import { describeServer, type ServerAddress } from './address/address.ts'

/** `place`: hosts and database, without name and password. */
export const StorePlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('embedded'), folder: z.string() }),
  z.object({ kind: z.literal('server'), place: z.string() }),
])
export type StorePlace = z.output<typeof StorePlace>

interface StoreConfig {
  readonly home: string
  /** Absent: the embedded store in `home`. */
  readonly database?: ServerAddress | undefined
}

export function storePlaceOf({ home, database }: StoreConfig): StorePlace {
  return database === undefined
    ? { kind: 'embedded', folder: join(home, 'data') }
    : { kind: 'server', place: describeServer(database) }
}

export function storeText(store: StorePlace): string {
  return store.kind === 'embedded' ? store.folder : `PostgreSQL at ${store.place}`
}

/** Whether two processes with the same home work on the same store. */
export function isSameStore(one: StorePlace, other: StorePlace): boolean {
  if (one.kind === 'embedded' || other.kind === 'embedded') return one.kind === other.kind
  return comparable(one.place) === comparable(other.place)
}

/** The names of this machine are one. */
function comparable(place: string): string {
  return place.replaceAll(/(^|,)(?:127\.0\.0\.1|\[::1\])(?=:)/g, '$1localhost')
}
