/** Column types that every area uses. */
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core'

/** Text that sorts by bytes in every locale, so that ids and sort keys page the same everywhere. */
export const bytewise = customType<{ data: string; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
})

/** A moment, in UTC. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** A count that can exceed 32 bits: tokens, micro-dollars. */
export const big = (name: string) => bigint(name, { mode: 'number' })

/** A file's content. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })

/** The number of a thing to which people refer, drawn from a sequence of its table. */
export const numbered = (name: string) => bigint(name, { mode: 'number' }).generatedAlwaysAsIdentity()
