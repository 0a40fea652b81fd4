/** A Redis of this harness' own, which is killed and comes back with what it had written down. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listenLocal } from './listen-local.ts'

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

/** A port that nobody has now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listenLocal(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
