/** One more worker of a server, whose sender delivers. Configured by its argument. */
import { composeProduct, type Product } from './compose-product.ts'

const { close } = await composeProduct(JSON.parse(process.argv[2] ?? '{}') as Product)
// It has no address; what starts it waits for one.
process.stdout.write('http://127.0.0.1:0\n')
process.once('SIGTERM', () => void close().finally(() => process.exit(0)))
