/** The baseline of runs: raw jobs of the same queue in the same process, each with so many commits to the same database. */
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/domain/db/db.ts'
import { built } from '../built.ts'
import { log } from '../serve/compose-product.ts'

const { createQueue } = await built<typeof import('../../src/clients/queue/queue.ts')>('clients/queue/queue')
const { openQueueBackend } = await built<typeof import('../../src/clients/queue/queue-backend.ts')>(
  'clients/queue/queue-backend',
)
const { createWorkers } = await built<typeof import('../../src/workers/workers.ts')>('workers/workers')

type Place = Parameters<typeof openQueueBackend>[0]

interface RawJobsConfig {
  readonly database: Database
  readonly place: Place
  readonly concurrency: number
}

export interface RawJobs {
  /** Does so many jobs, all put on the queue at once, and answers when the last has ended. */
  run(jobs: number, commits: number): Promise<void>
  close(): Promise<void>
}

/** Of a job's commits one is made before it goes on the queue, as a run's start is. */
export async function openRawJobs({ database, place, concurrency }: RawJobsConfig): Promise<RawJobs> {
  const write = (statement: string) => database.transaction((db) => db.execute(statement))
  await write('create table bench_commits (id text primary key, step int)')
  const backend = await openQueueBackend(place)
  const queueName = `bench-${process.pid}`
  const queue = await createQueue(backend, { name: queueName, onError: () => undefined })
  const ended = new Map<string, () => void>()
  const workers = await createWorkers({
    ...{ backend, queueName, concurrency, log },
    work: {
      commit: async ({ data: { id = '', commits } }) => {
        for (let step = 2; step <= Number(commits); step += 1) {
          await write(`update bench_commits set step = ${step} where id = '${id}'`)
        }
        ended.get(id)?.()
      },
    },
  })
  let made = 0

  async function runOne(commits: number): Promise<void> {
    made += 1
    const id = `job-${made}`
    const end = new Promise<void>((resolve) => ended.set(id, resolve))
    if (commits > 0) await write(`insert into bench_commits values ('${id}', 1)`)
    await queue.add('commit', { id, commits: String(commits) }, { id })
    await end
    ended.delete(id)
  }

  return {
    async run(jobs, commits) {
      await Promise.all(Array.from({ length: jobs }, () => runOne(commits)))
    },
    async close() {
      await workers.close()
      await queue.close()
      await backend.close()
    },
  }
}

/** Where the product has its queue. */
export function queuePlace(
  database: Database,
  { redis, database: address, workerConcurrency }: QueueSettings,
): Place {
  if (redis !== undefined) return { kind: 'redis', address: redis }
  // The product's own database says where its queue signs in; the embedded one has its engine.
  if (address !== undefined) {
    const { queue: server } = database as unknown as { queue: never }
    return { kind: 'server', server, maxConnections: workerConcurrency }
  }
  return { kind: 'embedded', engine: (database as unknown as { client: never }).client }
}

type QueueSettings = Pick<Config, 'redis' | 'database' | 'workerConcurrency'>
