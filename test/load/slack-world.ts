/** Two gateways and two workers of the product, as processes, on a database of their own, before the stand-in of Slack. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServerDatabase } from '../../src/domain/db/server/server-database.ts'
import { createServedProcess, type ServedProcess } from '../crash/servers/served-process.ts'
import { type SlackStandIn, startSlack } from '../support/slack/start-slack.ts'
import type { Workspace } from '../support/slack/world/workspace.ts'
import { administer, databaseUrl } from '../support/world/server.ts'

export interface LoadWorld {
  readonly slack: SlackStandIn
  readonly workspace: Workspace
  readonly db: ReturnType<typeof openServerDatabase>['db']
  process(name: (typeof NAMES)[number]): ServedProcess
  close(): Promise<void>
}

const NAMES = ['gateway-1', 'gateway-2', 'worker-1', 'worker-2'] as const
/** Connections of Socket Mode that each gateway has. */
const CONNECTIONS = 2

interface Urls {
  /** A PostgreSQL server on which databases may be made. */
  readonly database: string
  /** Empty: without Redis. */
  readonly redis: string
}

export async function openLoadWorld({ database: url, redis }: Urls): Promise<LoadWorld> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const slack = await startSlack()
    closers.push(() => slack.close())
    const workspace = slack.world.workspace('Acme')
    const name = `switchboard_load_${randomBytes(6).toString('hex')}`
    await administer(url, `create database ${name}`)
    closers.push(() => administer(url, `drop database ${name} with (force)`))
    const own = databaseUrl(url, name)
    const { db, close: closeDatabase } = openServerDatabase(own, { poolSize: 2 })
    closers.push(closeDatabase)
    const home = await mkdtemp(join(tmpdir(), 'switchboard-load-'))
    closers.push(() => rm(home, { recursive: true, force: true }))
    const environment = {
      SWITCHBOARD_HOME: home,
      ...slack.settingsFor(workspace),
      ...{ HOST: '127.0.0.1', PORT: '0', DATABASE_URL: own, REDIS_URL: redis },
      ...{ SWITCHBOARD_SECRET: 'what the secrets of the load are sealed with', SWITCHBOARD_TIME_ZONE: 'UTC' },
      ...{ SLACK_EMAIL_DOMAINS: `${workspace.domain}.example`, LOG_LEVEL: 'warn' },
    }
    const processes = new Map<string, ServedProcess>()
    for (const each of NAMES) {
      const role = each.startsWith('gateway') ? 'gateway' : 'worker'
      const served = createServedProcess({
        name: each,
        role,
        countingUrl: '',
        environment,
        isOptimized: true,
      })
      processes.set(each, served)
      closers.push(() => served.kill())
      // The first one makes the tables, for which the others would only wait.
      await served.start()
    }
    await slack.world.until(() => slack.sockets.connections === 2 * CONNECTIONS)
    return { slack, workspace, db, process: (each) => processes.get(each) as ServedProcess, close }
  } catch (error) {
    await close()
    throw error
  }
}
