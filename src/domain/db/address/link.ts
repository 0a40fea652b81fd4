/** What a driver needs to sign in at a server: user and password, and sockets that are ready for use. */
import { Socket } from 'node:net'
import postgres from 'postgres'
import type { ServerAddress, Target } from './address.ts'
import { dial, hungUp } from './dial.ts'
import { describeHost, type ServerHost } from './hosts.ts'
import { findPassword } from './password-file.ts'

export interface ServerLink {
  readonly address: ServerAddress
  readonly password: string
  /** Opens a connection to the server that `target_session_attrs` asks for. */
  open(): Promise<Socket>
  /** Makes the next connection look for that server again, for example after one has become a standby. */
  forget(): void
}

export function createLink(address: ServerAddress): ServerLink {
  const password = address.password ?? findPassword(address)
  let found: ServerHost | undefined
  const dialFound = async () => {
    found ??= await locate(address, password)
    return await dial({ ...address, hosts: [found] })
  }
  return {
    address,
    password,
    async open() {
      if (address.target === 'any') return await dial(address)
      try {
        return await dialFound()
      } catch {
        found = undefined
        return await dialFound()
      }
    },
    forget() {
      found = undefined
    },
  }
}

/**
 * postgres-js with the settings used everywhere; its own parsing of addresses, which differs from libpq's, is bypassed.
 */
export function openDriver(
  link: ServerLink,
  options: postgres.Options<Record<string, postgres.PostgresType>>,
) {
  const { address, password } = link
  const [first] = address.hosts
  const known = {
    // Host and port are shown only in errors: `socket` provides the connection.
    host: first.kind === 'network' ? first.name : 'localhost',
    port: first.kind === 'network' ? first.port : 0,
    socket: () => link.open().then(sayingEnd, failing),
    ssl: false,
    database: address.database,
    user: address.user,
    pass: password,
    connect_timeout: address.connectTimeoutMs / 1000,
    onnotice: () => undefined,
    // Asking each new connection for its array types is slower, and ends the process when that connection is cut.
    fetch_types: false,
  }
  return postgres({ ...known, ...options })
}

/** The message by which a server reports that a new session is ready: ReadyForQuery, outside a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

/**
 * Turns a hang-up before a session is ready into an error: the driver would otherwise dial again without end or pause.
 * A later end stays a plain end, after which the driver dials at once; after an error it waits, for up to 20 seconds.
 */
function sayingEnd(socket: Socket): Socket {
  let last = Buffer.alloc(0)
  const hear = (chunk: Buffer): void => {
    last = Buffer.concat([last, chunk.subarray(-READY.length)]).subarray(-READY.length)
    if (last.equals(READY)) socket.off('data', hear).off('end', end)
  }
  const end = (): void => {
    if (!socket.writableEnded) socket.destroy(hungUp())
  }
  return socket.prependListener('data', hear).prependListener('end', end)
}

/** The driver gives up a connection permanently when it gets no socket at all. */
function failing(error: Error): Socket {
  const socket = new Socket()
  setImmediate(() => socket.destroy(error))
  return socket
}

interface ServerState {
  readonly isStandby: boolean
  readonly isReadOnly: boolean
}

const FITS: Readonly<Record<Exclude<Target, 'any'>, (state: ServerState) => boolean>> = {
  'read-write': ({ isReadOnly }) => !isReadOnly,
  'read-only': ({ isReadOnly }) => isReadOnly,
  primary: ({ isStandby }) => !isStandby,
  standby: ({ isStandby }) => isStandby,
  'prefer-standby': ({ isStandby }) => isStandby,
}

/**
 * The first host that satisfies `target_session_attrs`.
 * @throws Error when none does
 */
async function locate(address: ServerAddress, password: string): Promise<ServerHost> {
  const { target, hosts } = address
  if (target === 'any') return hosts[0]
  const errors: unknown[] = []
  let second: ServerHost | undefined
  for (const host of hosts) {
    try {
      if (FITS[target](await stateOf({ ...address, hosts: [host] }, password))) return host
      if (target === 'prefer-standby') second ??= host
      const unfit = new Error(`${describeHost(host)} is not ${target}`)
      errors.push(Object.assign(unfit, { code: 'UNFIT_HOST' }))
    } catch (error) {
      errors.push(error)
    }
  }
  if (second) return second
  throw errors.length === 1
    ? errors[0]
    : new AggregateError(errors, `no host of ${hosts.length} is ${target}`)
}

async function stateOf(address: ServerAddress, password: string): Promise<ServerState> {
  const link: ServerLink = { address, password, open: () => dial(address), forget: () => undefined }
  const client = openDriver(link, { max: 1, prepare: false })
  try {
    const [row] = await client.unsafe(
      `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as readonly`,
    )
    return { isStandby: row?.standby === true, isReadOnly: row?.readonly === true }
  } finally {
    await client.end({ timeout: 1 })
  }
}
