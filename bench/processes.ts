/** Servers as processes of their own: started, found by the address they print, and stopped for certain. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Milliseconds after which a process that was asked to stop is ended. */
const STOP_GRACE_MS = 10_000

/** Bytes that a program may write. */
const OUTPUT_MAX_BYTES = 100_000_000

export interface Server {
  readonly pid: number
  /** e.g. `http://127.0.0.1:3000`. */
  readonly origin: string
  stop(): Promise<void>
}

interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

const running = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of running) end(child, 'SIGKILL')
})

/**
 * Starts a command and waits for the address that it prints.
 * @throws Error with what it wrote when it ends without one
 */
export async function startServer({ program, args, environment = {} }: Command): Promise<Server> {
  const child = spawn(program, args, {
    cwd: ROOT,
    // A group of its own: npm does not pass signals on to what it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), ...environment },
  })
  running.add(child)
  const closed = once(child, 'close').then(() => running.delete(child))
  const origin = await printedOrigin(child)
  return {
    pid: child.pid ?? 0,
    origin,
    async stop() {
      end(child, 'SIGTERM')
      const timer = setTimeout(() => end(child, 'SIGKILL'), STOP_GRACE_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

/** Starts a server of the bench itself, configured by `config`. */
export function startOwn(file: string, config: object): Promise<Server> {
  return startServer({ program: process.execPath, args: ownArgs(file, config) })
}

/**
 * Runs a program of the bench itself to its end, and gives what it tells as JSON in its last line.
 * @throws Error with what it wrote when it fails
 */
export async function runOwn<Answer>(file: string, config: object): Promise<Answer> {
  const { stdout } = await promisify(execFile)(process.execPath, ownArgs(file, config), {
    cwd: ROOT,
    env: cleanEnvironment(),
    maxBuffer: OUTPUT_MAX_BYTES,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer
}

function ownArgs(file: string, config: object): string[] {
  return ['--import', 'tsx', `bench/${file}`, JSON.stringify(config)]
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It is gone already.
  }
}

/** What this machine has set up must not change what is measured. */
function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(SWITCHBOARD_.*|DATABASE_URL|REDIS_URL|PORT|HOST|LOG_LEVEL|NODE_ENV|NODE_OPTIONS)$/.test(name),
    ),
  )
}

function printedOrigin(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const hear = (chunk: Buffer) => {
      output += chunk.toString()
      const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? []
      if (origin !== undefined) resolve(origin)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('close', () => reject(new Error(`a server did not start:\n${output}`)))
  })
}
