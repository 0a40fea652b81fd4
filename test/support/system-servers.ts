/** Servers of a test's own, from the programs that this machine has; gone when the test file is. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where Debian has the programs of servers, which are not on everybody's path. */
const FOLDERS = [
  ...(process.env.PATH ?? '').split(':'),
  ...(existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`)
    : []),
  '/usr/sbin',
]

/** The path of a program; undefined where it is not installed. */
export function programOf(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** Neither server runs as root: there, they get the user that Debian made for them. */
const OWNER = userInfo().uid === 0 ? idsOf('postgres') : undefined

function idsOf(name: string): { uid: number; gid: number } | undefined {
  try {
    const [uid = 0, gid = 0] = ['-u', '-g'].map((which) =>
      Number(execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
    )
    return { uid, gid }
  } catch {
    return undefined
  }
}

export interface OwnServer {
  readonly port: number
  /** Where it has its files. */
  readonly folder: string
  stop(): Promise<void>
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-server-'))
  chmodSync(folder, 0o755)
  give(folder)
  return folder
}

function give(path: string): void {
  if (OWNER) chownSync(path, OWNER.uid, OWNER.gid)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port is free')
  return address.port
}

/** Answers when it has said that it is ready. */
async function run(
  program: string,
  args: readonly string[],
  { folder, port, ready }: Place,
): Promise<OwnServer> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], ...OWNER })
  const ended = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += String(chunk)
        if (ready.test(said)) resolve()
      })
    }
    void ended.then(() => reject(new Error(`${program} ended: ${said}`)))
  })
  return {
    port,
    folder,
    async stop() {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Place {
  readonly folder: string
  readonly port: number
  /** What it says when it is. */
  readonly ready: RegExp
}

/** Rules of who is let in, in the form of pg_hba.conf. */
export async function startPostgres(
  rules: readonly string[],
  settings: readonly string[],
): Promise<OwnServer> {
  const folder = makeFolder()
  const data = join(folder, 'data')
  execFileSync(
    programOf('initdb') ?? 'initdb',
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    { stdio: 'ignore', cwd: folder, ...OWNER },
  )
  makeCertificate(folder)
  writeFileSync(join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`)
  const port = await freePort()
  const given = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'fsync=off',
    'ssl=on',
    `ssl_cert_file=${join(folder, 'server.crt')}`,
    `ssl_key_file=${join(folder, 'server.key')}`,
    ...settings,
  ]
  return await run(
    programOf('postgres') ?? 'postgres',
    ['-D', data, ...given.flatMap((each) => ['-c', each])],
    { folder, port, ready: /ready to accept connections/ },
  )
}

/** A certificate for `localhost` that nobody has signed but itself. */
function makeCertificate(folder: string): void {
  const [key, certificate] = ['server.key', 'server.crt'].map((name) => join(folder, name)) as [
    string,
    string,
  ]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  )
  chmodSync(key, 0o600)
  for (const path of [key, certificate]) give(path)
}

/** A pooler in front of the server at `serverPort`, whose user `postgres` needs no password. */
export async function startPgBouncer(
  serverPort: number,
  mode: 'transaction' | 'session',
): Promise<OwnServer> {
  const folder = makeFolder()
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  const lines = [
    '[databases]',
    `* = host=127.0.0.1 port=${serverPort} user=postgres`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'auth_type = any',
    `pool_mode = ${mode}`,
    'unix_socket_dir =',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  give(file)
  return await run(programOf('pgbouncer') ?? 'pgbouncer', [file], { folder, port, ready: /process up/ })
}

/** A Redis that keeps nothing. */
export async function startRedis(): Promise<OwnServer> {
  const folder = makeFolder()
  const port = await freePort()
  const settings = { port, bind: '127.0.0.1', unixsocket: join(folder, 'redis.sock'), dir: folder, save: '' }
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  return await run(programOf('redis-server') ?? 'redis-server', words, {
    folder,
    port,
    ready: /eady to accept/,
  })
}
