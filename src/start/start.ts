/** The command line with everything that it uses; each part is loaded by the command that needs it. */
import { resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runCommandLine } from '../cli/commands/program.ts'
import { createProcessTerminal } from '../cli/process-terminal.ts'
import type { Connection, ConnectOptions, ServeOptions, Surroundings } from '../cli/surroundings.ts'
import type { Terminal } from '../cli/terminal.ts'
import type { Config } from '../config/config.ts'
import type { Area } from '../core/area/area.ts'
import { AppError } from '../core/errors.ts'
import type { Operation } from '../core/operation/operation.ts'
import { type RetryPlan, retry } from '../core/retry.ts'
import { readVersion } from '../version.ts'

/** Exit code after a second Ctrl-C. */
const FORCED_EXIT_CODE = 130

type Environment = Readonly<Record<string, string | undefined>>

/** Runs the typed command and sets the exit code of the process. `more`: areas beside those of the product. */
export async function start(
  argv: readonly string[],
  environment: Environment,
  more: readonly Area[] = [],
): Promise<void> {
  endWithReader()
  const terminal = createProcessTerminal(environment)
  process.exitCode = await runCommandLine(argv, createSurroundings({ terminal, environment, more }))
}

/** What a command starts with. */
interface Starting {
  readonly terminal: Terminal
  readonly environment: Environment
  readonly more: readonly Area[]
}

function createSurroundings(starting: Starting): Surroundings {
  const { terminal, environment } = starting
  const areas = () => loadAreas(starting)
  const operations = async () => (await areas()).flatMap((area) => area.operations)
  return {
    terminal,
    version: readVersion(),
    interrupted: onceInterrupted(),
    areas,
    operations,
    connect: (options) => connect(options, { ...starting, operations }),
    stay: (options) => stay(options, { ...starting, operations }),
    async keptChat() {
      const { createKeptChat } = await import('../cli/connect/kept-chat.ts')
      return createKeptChat((await loadConfig(starting)).home)
    },
    serve: (options) => serveHere(options, starting),
    async serveMcp(options) {
      const { serveMcpHere } = await import('./start-mcp.ts')
      await serveMcpHere(await loadConfig(starting), options, {
        operations,
        prompts: async () => (await areas()).flatMap((area) => area.prompts),
        command: ownCommand(),
      })
    },
    async examine() {
      const [{ createExamine }, { probes }, { readConfig }] = await Promise.all([
        import('../cli/doctor/examine.ts'),
        import('./compose-probes.ts'),
        import('./read-config.ts'),
      ])
      const read = () => readConfig(environment, {}, starting.more)
      return createExamine({ ...probes, version: readVersion(), readConfig: read })()
    },
  }
}

async function loadConfig({ environment, more }: Starting, given: Environment = {}): Promise<Config> {
  const { readConfig } = await import('./read-config.ts')
  return readConfig(environment, given, more)
}

async function loadAreas({ more }: Starting): Promise<readonly Area[]> {
  const [{ areas }, { joinAreas }] = await Promise.all([
    import('../tools/registry.ts'),
    import('../core/area/join-areas.ts'),
  ])
  return joinAreas(areas, more)
}

/** This program as an absolute command. */
function ownCommand(): [string, string] {
  return [process.execPath, resolve(process.argv[1] ?? '')]
}

interface Connecting extends Starting {
  operations(): Promise<readonly Operation[]>
}

/** Internal trouble is logged only when a log was asked for. */
function levelOf({ environment }: Connecting, { logLevel }: Config): Config['logLevel'] {
  return environment.LOG_LEVEL ? logLevel : 'silent'
}

async function stay(options: ConnectOptions, connecting: Connecting): Promise<Connection> {
  const [{ reach }, { createLastingGateway }, { createLog }, config] = await Promise.all([
    import('./reach-gateway.ts'),
    import('../cli/connect/lasting-gateway.ts'),
    import('./log.ts'),
    loadConfig(connecting),
  ])
  const log = createLog({ level: levelOf(connecting, config) })
  const { operations } = connecting
  const again = () => reach(options, { config, log, operations, command: ownCommand() })
  return createLastingGateway(await again(), again)
}

async function connect(options: ConnectOptions, connecting: Connecting): Promise<Connection> {
  const [{ createConnect }, { storePlaceOf }, config] = await Promise.all([
    import('../cli/connect/connect.ts'),
    import('../domain/db/store-place.ts'),
    loadConfig(connecting),
  ])
  const level = levelOf(connecting, config)
  const { home, url, key, allowsPlainHttp } = config
  return createConnect({
    ...{ home, url, key, allowsPlainHttp, store: storePlaceOf(config) },
    version: readVersion(),
    operations: connecting.operations,
    openStore: (given) => openStore(config, level, given),
  })(options)
}

/** Opens the store in this process for one command. */
async function openStore(config: Config, level: Config['logLevel'], key: string | undefined) {
  // No command lives for long enough to earn back what optimizing the engine's WebAssembly costs.
  setFlagsFromString('--liftoff-only')
  const [{ openStoreHere }, { createLog }] = await Promise.all([
    import('./compose-command.ts'),
    import('./log.ts'),
  ])
  return openStoreHere(config, createLog({ level }), key)
}

async function serveHere({ role, port, host }: ServeOptions, starting: Starting): Promise<void> {
  const { terminal, environment } = starting
  const [{ serve }, { showBanner }, { operations }, config] = await Promise.all([
    import('./main.ts'),
    import('../cli/render/banner.ts'),
    import('../tools/registry.ts'),
    loadConfig(starting, { PORT: port, HOST: host }),
  ])
  const command = ownCommand()
  const options = { role: readRole(role), command }
  const waiting = waitForCommand(terminal)
  const serving = await retry(
    () =>
      serve(waiting.isBegun() ? { ...config, warnings: [] } : config, options).catch((error) =>
        explained(error, config),
      ),
    waiting.plan,
  )
  const variables: Record<string, string> = environment.SWITCHBOARD_HOME
    ? { SWITCHBOARD_HOME: config.home }
    : {}
  const facts = { ...serving, version: readVersion(), command, environment: variables, operations }
  showBanner(facts, terminal)
  if (environment.npm_lifecycle_event !== undefined) endWithParent(serving.stop)
  await serving.stopped
}

/** Milliseconds that a gateway waits for a store which a command has open: longer than nearly all of them live. */
const COMMAND_PATIENCE_MS = 15_000
const COMMAND_POLL_MS = 250

/** Waits while a store is in use, unless it is by a gateway, and says so once. */
function waitForCommand({ err }: Terminal): { readonly plan: RetryPlan; isBegun(): boolean } {
  let isBegun = false
  return {
    isBegun: () => isBegun,
    plan: {
      withinMs: COMMAND_PATIENCE_MS,
      delayMs: () => COMMAND_POLL_MS,
      retryIf(error) {
        if (!(error instanceof AppError) || error.code !== 'conflict' || error.cause instanceof AppError)
          return false
        if (!isBegun) err.write('Another process has the store open; waiting for it.\n')
        isBegun = true
        return true
      },
    },
  }
}

/** Milliseconds between two checks whether the parent is alive. */
const PARENT_POLL_MS = 500

/**
 * npm sends a signal to the shell in between, which does not pass it on: the process that npm started ends when that
 * shell does.
 */
function endWithParent(stop: () => Promise<void>): void {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    stop().catch(() => undefined)
  }, PARENT_POLL_MS).unref()
}

function readRole(role: string | undefined): 'all' | 'gateway' | 'worker' {
  if (role === 'all' || role === 'gateway' || role === 'worker') return role
  throw new AppError('invalid_input', `${role} is not a role.`, {
    fix: 'Give --role all, gateway or worker.',
  })
}

/** When another gateway holds the store, its address helps more than the lock's error. */
async function explained(error: unknown, { home }: Config): Promise<never> {
  const { findGateway } = await import('../cli/connect/find-gateway.ts')
  const running = error instanceof AppError && error.code === 'conflict' ? await findGateway(home) : undefined
  if (!running) throw error
  const { url, pid } = running
  throw new AppError('conflict', `A gateway runs on ${home} already: ${url}, process ${pid}.`, {
    fix: `Use that one, or stop it first: kill ${pid}`,
    cause: error,
  })
}

/** Listens for Ctrl-C from the first use on: a command gives up at the first, and the process ends at the second. */
function onceInterrupted(): () => AbortSignal {
  let controller: AbortController | undefined
  return () => {
    if (controller) return controller.signal
    const asked = new AbortController()
    controller = asked
    process.on('SIGINT', () => {
      if (asked.signal.aborted) process.exit(FORCED_EXIT_CODE)
      asked.abort()
    })
    return asked.signal
  }
}

/** Exit code when the answer could not be written, as on a full disk. */
const UNWRITTEN_EXIT_CODE = 9

/**
 * `switchboard tasks list | head -1` ends quietly when `head` has read enough; any other failure to write is reported.
 */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    process.stderr.write(`✗ The answer could not be written (${error.code}).\n`)
    process.once('exit', () => {
      process.exitCode ||= UNWRITTEN_EXIT_CODE
    })
  })
  // No output is left for a message.
  process.stderr.on('error', () => undefined)
}
