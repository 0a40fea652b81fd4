/** Builds the parts that `invoke` needs, in the same way for the product, for tests and for measurements. */
import type { Area } from '../core/area/area.ts'
import type { Runtime } from '../core/call/runtime.ts'
import type { Resources } from '../core/operation/context.ts'
import { newId } from '../core/operation/ids.ts'
import { createLedger } from '../domain/access/answers/ledger.ts'
import { createShownThings } from '../domain/access/answers/shown-things.ts'
import type { Database, Db } from '../domain/db/db.ts'
import { hearing } from '../domain/outbox/hear.ts'

export interface RuntimeParts
  extends Pick<Runtime, 'operations' | 'lend' | 'publish' | 'watch' | 'enqueue' | 'log'>,
    Partial<Pick<Runtime, 'now' | 'newId'>> {
  /** The kinds of ids of the areas. */
  readonly ids: Area['ids']
  readonly database: Pick<Database, 'db' | 'transaction'>
  /** The resources of operations besides the database. */
  readonly lent: Omit<Resources, 'db' | 'shown'>
}

export function createRuntime({ database, lent, ids, ...rest }: RuntimeParts): Runtime {
  const shown = createShownThings(ids.filter((id) => typeof id !== 'string'))
  const ledgerParts = { hearing, shown }
  const resourcesOn = (db: Db): Resources => ({ db, shown, ...lent })
  return {
    now: systemClock,
    newId,
    ...rest,
    resources: resourcesOn(database.db),
    ledger: createLedger(database.db, ledgerParts),
    transaction: (work) => database.transaction((db) => work(resourcesOn(db), createLedger(db, ledgerParts))),
  }
}

export const systemClock = () => new Date()
