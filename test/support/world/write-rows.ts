/** A process that writes numbers into an embedded store, telling each when it is stored, until it is killed. */
import { sql } from 'drizzle-orm'
import { openEmbeddedStore } from '../../../src/domain/db/embedded/open-embedded.ts'

const [home = ''] = process.argv.slice(2)
const store = await openEmbeddedStore(home)
await store.db.execute(sql`create table numbers (number integer primary key)`)
for (let number = 1; ; number += 1) {
  await store.db.execute(sql`insert into numbers values (${number})`)
  process.stdout.write(`${number}\n`)
}
