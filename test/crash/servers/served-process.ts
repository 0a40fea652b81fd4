/** One process of the product that can be killed, frozen, thawed and started anew under the same name. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { UNOPTIMIZED } from '../../support/world/unoptimized.ts'

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url))

/** Characters of its output that are kept to be shown when something is wrong. */
const OUTPUT_MAX_CHARS = 20_000

export interface ProcessOptions {
  readonly name: string
  readonly role: 'gateway' | 'worker' | 'all'
  readonly countingUrl: string
  readonly environment: Readonly<Record<string, string>>
}

export interface ServedProcess {
  readonly name: string
  /** Answers once it serves. @throws Error when it cannot */
  start(): Promise<void>
  /** kill -9; answers when it is gone. */
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  /** Lets it finish what it does. */
  stop(): Promise<void>
  readonly output: string
}

export function createServedProcess(options: ProcessOptions): ServedProcess {
  let child: ChildProcess | undefined
  let output = ''

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  return {
    name: options.name,
    async start() {
      const words = [UNOPTIMIZED, '--import', 'tsx', ENTRY, options.role, options.countingUrl]
      const started = spawn(process.execPath, words, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...options.environment },
      })
      child = started
      await new Promise<void>((resolve, reject) => {
        const hear = (chunk: Buffer) => {
          output = (output + chunk.toString()).slice(-OUTPUT_MAX_CHARS)
          if (/^up /m.test(chunk.toString())) resolve()
        }
        started.stdout.on('data', hear)
        started.stderr.on('data', hear)
        started.once('exit', () => reject(new Error(`${options.name} ended:\n${output}`)))
      })
    },
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
    get output() {
      return output
    },
  }
}
