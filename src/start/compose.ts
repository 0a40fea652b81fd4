/** Builds the parts of a process once, in the order in which they need each other, and takes them down again. */

import { join } from 'node:path'
import { createAgentFiles } from '../clients/agent-files.ts'
import { createOAuth } from '../clients/oauth/oauth.ts'
import type { Config } from '../config/config.ts'
import type { Connector } from '../core/area/connector.ts'
import type { Gateway } from '../core/area/gateway.ts'
import type { Message } from '../core/area/message.ts'
import { createInvoke } from '../core/call/invoke.ts'
import { AppError } from '../core/errors.ts'
import type { Log, QueuedJob } from '../core/operation/context.ts'
import { newId } from '../core/operation/ids.ts'
import { endCalls } from '../domain/access/answers/ledger.ts'
import { createConsents } from '../domain/accounts/consents.ts'
import { createAccounts } from '../domain/accounts/use-accounts.ts'
import type { Database } from '../domain/db/db.ts'
import { createMappings } from '../domain/hooks/mapping.ts'
import { createMappingProcesses } from '../domain/hooks/mapping-processes.ts'
import type { Held } from '../domain/limits/held-limits.ts'
import type { LinkKeys } from '../domain/mail/link-keys.ts'
import { invokeWithRunKeys } from '../domain/runs/calls/invoke-with-run-keys.ts'
import type { KeyRing } from '../domain/secrets/key-ring.ts'
import { assertKeys } from '../domain/secrets/missing-keys.ts'
import { createSecrets } from '../domain/secrets/secrets.ts'
import type { SlackApp } from '../domain/slack/slack-app.ts'
import { SLACK } from '../domain/slack/workspaces.ts'
import { createWatchFor, findSeers } from '../domain/teams/watch-for.ts'
import type { Readiness } from '../server/http/health.ts'
import { openRuns } from '../tools/runs/settings.ts'
import { readVersion } from '../version.ts'
import type { Executor } from '../workers/runs/executor.ts'
import { createChannels, createMailParts } from './compose-channels.ts'
import { type OpenDatabase, openDatabase } from './compose-database.ts'
import { createHookReports, type HookReports } from './compose-hooks.ts'
import { createQueueSlot, type Role, startQueue } from './compose-queue.ts'
import { openKeyRing } from './compose-secrets.ts'
import { createRuntime, systemClock } from './create-runtime.ts'
import { checkReadiness } from './process/check-readiness.ts'
import { configuredModels } from './process/configured-models.ts'
import { countCalls } from './process/count-calls.ts'
import { createLazySlackWork, createNotifier, createSlackApp } from './slack/compose-slack.ts'

export interface Composition {
  readonly gateway: Gateway
  readonly database: Database
  readonly now: () => Date
  /** What secrets are sealed with. */
  readonly keyRing: KeyRing
  readonly linkKeys: LinkKeys
  readonly connectors: readonly Connector[]
  /** What people can be told. */
  readonly messages: readonly Message[]
  /** How much is open for an owner: doors add what they hold. */
  readonly held: Held
  /** Absent: this gateway runs without Slack. */
  readonly slack?: SlackApp | undefined
  /** Notes the address of this gateway once it listens. */
  listensAt(url: string): void
  /** Reads and stores what other services report. */
  readonly hooks: HookReports
  /**
   * Opens the queue, and starts workers if the role has them. It is a separate step, so that a gateway answers before
   * the queue is loaded; a single command needs no queue.
   * @throws AppError `unavailable`
   */
  openQueue(): Promise<void>
  /** Whether each part that readiness depends on works. */
  ready(): Promise<Readiness>
  /** Waits until no operation runs, but at most `maxMs`. */
  idle(maxMs: number): Promise<void>
  /** Lets running jobs finish, and closes everything. */
  close(): Promise<void>
}

/** The channel on which the gateways of one server tell each other of changes. */
const CHANGES_CHANNEL = 'switchboard_changes'

/** The channel on which workers send live text to gateways. */
const LIVE_CHANNEL = 'switchboard_live'

/** What an embedding program adds to the product besides areas: executors beside `model`. */
export interface Extension {
  readonly executors?: readonly Executor[]
}

export interface ComposeOptions {
  readonly log: Log
  readonly extend?: Extension | undefined
}

/** @throws AppError when the store is unavailable, or a key that sealed something in it is missing */
export async function compose(
  config: Config,
  role: Role,
  { log, extend }: ComposeOptions,
): Promise<Composition> {
  assertShared(config, role)
  const closers: Closer[] = []
  const close = async () => {
    for (const closePart of closers.splice(0).reverse()) await closePart()
  }
  try {
    const [database, { createChanges }, { createLive }, { createModels }] = await Promise.all([
      openDatabase(config, log),
      import('../clients/changes.ts'),
      import('../clients/live.ts'),
      import('../clients/models.ts'),
    ])
    closers.push(() => database.close())
    if (database.kind === 'embedded') await endCalls(database.db)
    const keyRing = openKeyRing(config)
    // A single command may be what mends it.
    if (role !== 'command') await assertKeys(database.db, keyRing)
    const { secrets, openSecret } = createSecrets(keyRing)
    const { settings, timeZone: defaultTimeZone, mail } = config
    const operations = config.areas.flatMap((area) => area.operations)
    const { linkKeys, links, addressCodes } = createMailParts(config, {
      ...{ db: database.db, ring: keyRing, secrets, openSecret },
    })
    const reaching = createChannels({
      ...{ db: database.db, operations, mail, links, secrets, openSecret },
      now: systemClock,
    })
    closers.push(() => reaching.close())
    const prompts = config.areas.flatMap((area) => area.prompts)
    const ids = config.areas.flatMap((area) => area.ids)
    const events = config.areas.flatMap((area) => area.events)
    const messages = config.areas.flatMap((area) => area.messages)
    const letters = config.areas.flatMap((area) => area.letters)
    const changes = await createChanges({ wire: wireOf(database, CHANGES_CHANNEL), log })
    closers.push(() => changes.close())
    const notifier = createNotifier(settings, {
      ...{ operations, newId, now: systemClock, publish: changes.publish },
      transaction: (work) => database.transaction(work),
    })
    const channels = [...reaching.channels, notifier]
    const live = await createLive({ wire: wireOf(database, LIVE_CHANNEL), log })
    closers.push(() => live.close())
    const queue = createQueueSlot()
    const enqueue = (jobs: readonly QueuedJob[]) => queue.add(jobs, log)
    const models = createModels({ ...configuredModels(config), log })
    const agentFiles = createAgentFiles(join(config.home, 'agents'), log)
    const executors = extend?.executors ?? []
    // A process with both roles carries out all of its runs itself, so it knows the executors.
    const known = role === 'all' && { executors: ['model', ...executors.map(({ name }) => name)] }
    const quota = { openRunsPerPerson: settings.of(openRuns) }
    let listensAt: string | undefined
    const consents = createConsents(keyRing)
    const slack = createSlackApp(settings, { db: database.db, openSecret, publicUrl: config.publicUrl })
    const held: Held = new Map()
    const limits = config.areas.flatMap((area) => area.limits)
    const hookPaths = config.areas.flatMap(({ hooks }) => hooks.map(({ path }) => path))
    const mappingProcesses = createMappingProcesses()
    closers.push(async () => mappingProcesses.close())
    const connectors = config.areas.flatMap((area) => area.connectors)
    const slackWork = createLazySlackWork(() => ({ operations, invoke, live, areas: config.areas }))
    const lent = {
      inboxHandlers: { [SLACK]: slackWork.handle },
      settings,
      events,
      messages,
      letters,
      channels,
      mailLinks: mail && links,
      addressCodes,
      defaultTimeZone,
      ...quota,
      models,
      agentFiles,
      secrets,
      connectors,
      limits,
      held,
      storedSums: new Map(),
      hookPaths,
      consents,
      mappings: createMappings(mappingProcesses),
      ...(slack && { slack }),
      shortcuts: config.areas.flatMap((area) => area.shortcuts),
      publicUrl: () => config.publicUrl ?? listensAt,
      ...known,
    }
    const { publish, watch } = changes
    const lend = createAccounts({
      ...{ database, secrets, openSecret, ring: keyRing, connectors, publish },
      oauth: createOAuth(),
    })
    const runtime = createRuntime({ database, operations, ids, lent, lend, publish, watch, enqueue, log })
    const { invoke, idle } = countCalls(invokeWithRunKeys(runtime, createInvoke(runtime)))
    const gateway: Gateway = {
      ...{ operations, prompts, events, invoke, log, live },
      version: readVersion(),
      watch,
      watchFor: createWatchFor({ log, watch, seersOf: (spaceId) => findSeers(database.db, spaceId) }),
    }
    const sweeps = [...config.areas.flatMap((area) => area.sweeps), ...slackWork.sweeps]
    const parts = { config, runtime, invoke, models, live, openSecret, channels, executors, sweeps }
    const openQueue = () => queue.open(() => startQueue({ ...parts, role, database, closers }))
    const ready = () => checkReadiness(database, role === 'command' ? undefined : queue)
    const noteAddress = (url: string) => {
      listensAt = url
    }
    const hooks = createHookReports(runtime, { openSecret, areas: config.areas })
    const kept = {
      ...{ database, keyRing, linkKeys, connectors, messages, hooks, slack, held },
      ...{ now: systemClock, listensAt: noteAddress },
    }
    return { gateway, ...kept, openQueue, ready, idle, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Closer = () => Promise<void>

function assertShared({ database }: Config, role: Role): void {
  if (database !== undefined || role === 'all' || role === 'command') return
  throw new AppError('invalid_input', `A process that is only a ${role} shares its store with others.`, {
    fix: 'Set DATABASE_URL to a PostgreSQL server, or leave out --role to run everything in one process.',
  })
}

/** Only processes that share a server have other processes to notify. */
function wireOf(database: OpenDatabase, channel: string) {
  if (database.kind === 'embedded' || !database.hearsOthers) return undefined
  return {
    send: (text: string) => database.notify(channel, text),
    listen: (listener: (text: string) => void) => database.listen(channel, listener),
  }
}
