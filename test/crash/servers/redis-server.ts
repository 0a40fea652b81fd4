/** A Redis of this harness' own, which is killed and comes back with what it had written down. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RedisServer {
  readonly port: number
  /** kill -9, and the same again on the same files. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Undefined where no Redis is installed. */
export async function openRedisServer(): Promise<RedisServer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-crash-redis-'))
  const port = await freePort()
  let child = await startRedis(folder, port)
  if (child === undefined) return undefined
  const kill = async () => {
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  return {
    port,
    async restart() {
      await kill()
      child = await startRedis(folder, port)
    },
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startRedis(folder: string, port: number): Promise<ChildProcess | undefined> {
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const child = spawn('redis-server', [...words, '--appendonly', 'yes', '--appendfsync', 'always'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return await new Promise((resolve) => {
    child.once('error', () => resolve(undefined))
    child.once('exit', () => resolve(undefined))
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('Ready to accept connections')) resolve(child)
    })
  })
}

/** Below those that systems give to whoever asks for any port: from 32768 on, or higher. */
const OWN_PORTS = { min: 20_000, max: 32_000 } as const

/** A port that nobody has now, and that nobody gets by chance while what had it is started anew. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(OWN_PORTS.min, OWN_PORTS.max)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
