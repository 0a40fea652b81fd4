/** Decides what a command talks to: the gateway it names, the gateway that runs here, or the store itself. */
import type { Gateway } from '../../core/area/gateway.ts'
import { AppError } from '../../core/errors.ts'
import { isLoopback } from '../../core/loopback.ts'
import type { Log } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { retry } from '../../core/retry.ts'
import { isSameStore, type StorePlace, storeText } from '../../domain/db/store-place.ts'
import type { Connection, ConnectOptions } from '../surroundings.ts'
import { type Authorize, authorizeFound, authorizeNamed, isSamePlace } from './authorize.ts'
import { findGateway, type RunningGateway } from './find-gateway.ts'
import { createHttpEvents } from './http-events.ts'
import { createHttpGateway } from './http-gateway.ts'
import { readKey } from './key-file.ts'

/**
 * Another command holds the embedded store for a second or two, or for ten on a busy machine, so it is waited for; a
 * process that keeps it is not.
 */
const STORE_PATIENCE_MS = 30_000
const STORE_POLL_MS = 150

const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {}

export interface ConnectParts {
  readonly home: string
  readonly version: string
  /** Absent: nothing is logged. */
  readonly log?: Log | undefined
  /** Which store `openStore` opens. */
  readonly store: StorePlace
  /** The gateway that the environment names. */
  readonly url?: string | undefined
  /** The key in the environment. */
  readonly key?: string | undefined
  /** Whether a key may cross a network unencrypted. */
  readonly allowsPlainHttp?: boolean | undefined
  operations(): Promise<readonly Operation[]>
  /**
   * Opens the store of this machine, with the rights of `key`, or of its owner without a key.
   * @throws AppError `conflict` while another process has the embedded store open
   */
  openStore(key: string | undefined): Promise<{ readonly gateway: Gateway; close(): Promise<void> }>
}

/** The parts that calls over HTTP need. */
type HttpParts = Omit<ConnectParts, 'openStore' | 'store' | 'url'>

export function createConnect(parts: ConnectParts) {
  return function connect({ url, local }: ConnectOptions): Promise<Connection> {
    const named = url ?? parts.url
    if (!local && named !== undefined) return callNamed(parts, readUrl(named))
    return withPatience(async () => {
      if (local) {
        // A note that is not to be trusted keeps nobody from their own store.
        const beside = await findGateway(parts.home).catch(() => undefined)
        if (beside) assertSameStore(parts, beside, LOCAL_FIX)
        return openHere(parts, undefined)
      }
      const running = await findGateway(parts.home)
      if (!running) return openHere(parts, await keyOf(parts))
      // A store that the environment names is not swapped for that of the gateway.
      if (parts.store.kind === 'server') assertSameStore(parts, running, NAMED_FIX)
      return callFound(parts, running)
    })
  }
}

const LOCAL_FIX =
  'Leave out --local to call the gateway, or give this command the same DATABASE_URL. For the other store, stop the gateway first.'
const NAMED_FIX =
  'Unset DATABASE_URL to call the gateway, or give this command the same DATABASE_URL. For another store, set SWITCHBOARD_HOME to a folder of its own.'

/**
 * The person would not find what this command writes when they look at the gateway.
 * @throws AppError `invalid_input`
 */
function assertSameStore({ store }: ConnectParts, { url, store: its }: RunningGateway, fix: string): void {
  if (its === undefined || isSameStore(store, its)) return
  throw new AppError(
    'invalid_input',
    `The gateway that runs here (${url}) keeps its data in ${storeText(its)}, and this command would open ${storeText(store)}.`,
    { fix },
  )
}

async function openHere({ home, openStore }: ConnectParts, key: string | undefined): Promise<Connection> {
  return { kind: 'store', where: home, ...(await openStore(key)) }
}

/** The key in the environment, or else the one in the home folder. */
async function keyOf({ home, key }: Pick<ConnectParts, 'home' | 'key'>): Promise<string | undefined> {
  return key ?? (await readKey(home))
}

/** Tries again while another process has the store open: it may finish, or become a gateway. */
function withPatience(attempt: () => Promise<Connection>): Promise<Connection> {
  return retry(attempt, { withinMs: STORE_PATIENCE_MS, retryIf: isInUse, delayMs: () => STORE_POLL_MS })
}

/** Calls the gateway of this machine, as its owner unless there is a key. */
export async function callFound(parts: HttpParts, running: RunningGateway): Promise<Connection> {
  return overHttp(parts, running.url, authorizeFound(running, await keyOf(parts)))
}

async function callNamed(parts: ConnectParts, url: string): Promise<Connection> {
  const running = isLoopback(new URL(url).hostname) ? await findGateway(parts.home) : undefined
  if (running && isSamePlace(url, running)) return callFound(parts, running)
  return overHttp(parts, url, authorizeNamed(url, await keyOf(parts), parts.allowsPlainHttp === true))
}

async function overHttp(parts: HttpParts, url: string, authorize: Authorize): Promise<Connection> {
  const { log, version } = parts
  const options = { url, authorize, operations: await parts.operations(), log: log ?? SILENT, version }
  const gateway = createHttpGateway(options)
  const events = createHttpEvents(options)
  return { kind: 'gateway', where: url, gateway, events, close: async () => undefined }
}

/** An address without anything that `new URL` would misread: `localhost:3000` is one too. */
function readUrl(text: string): string {
  const full = text.includes('://') ? text : `http://${text}`
  if (!/^https?:/i.test(full) || !URL.canParse(full)) {
    throw new AppError('invalid_input', `${text} is not an address of a gateway.`, {
      fix: 'Give one such as http://127.0.0.1:3000.',
    })
  }
  return full.replace(/\/+$/, '')
}

function isInUse(error: unknown): boolean {
  return error instanceof AppError && error.code === 'conflict'
}
