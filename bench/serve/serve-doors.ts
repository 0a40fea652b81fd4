/** Serves the doors of a product that was composed, until the process is asked to end. */
import process from 'node:process'
import { built } from '../built.ts'
import type { composeProduct } from './compose-product.ts'

type Product = Awaited<ReturnType<typeof composeProduct>>

/** Prints where the product is reached. SIGTERM closes it. */
export async function serveDoors({ config, parts, close }: Omit<Product, 'call'>): Promise<void> {
  const { openDoors } = await built<typeof import('../../src/start/compose-doors.ts')>('start/compose-doors')
  const front = await openDoors(config, parts, undefined)
  process.stdout.write(`${front.url}\n`)
  process.once('SIGTERM', () => {
    front.drain()
    void front
      .close(0)
      .then(close)
      .finally(() => process.exit(0))
  })
}
