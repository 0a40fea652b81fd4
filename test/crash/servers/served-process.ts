/** One process of the product that can be killed, frozen, thawed and started anew under the same name. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { buildProgram } from '../../support/world/build-program.ts'
import { UNOPTIMIZED } from '../../support/world/unoptimized.ts'

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url))

/** Characters of its output that are kept to be shown when something is wrong. */
const OUTPUT_MAX_CHARS = 20_000

export interface ProcessOptions {
  readonly name: string
  readonly role: 'gateway' | 'worker' | 'all'
  readonly countingUrl: string
  readonly environment: Readonly<Record<string, string>>
  /** Whether its code is to be fast once it has run for a while, rather than soon ready. Default: false. */
  readonly isOptimized?: boolean
}

export interface ServedProcess {
  readonly name: string
  /** Answers once it serves. @throws Error when it cannot */
  start(): Promise<void>
  /** kill -9; answers when it is gone. */
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  /** Sets its clock so far ahead of the machine's, now if it runs and at every start from now on. */
  setAhead(milliseconds: number): Promise<void>
  /** Lets it finish what it does. */
  stop(): Promise<void>
  readonly output: string
}

export function createServedProcess(options: ProcessOptions): ServedProcess {
  const program = buildProgram(ENTRY)
  let child: ChildProcess | undefined
  let output = ''
  let aheadMs = 0

  function isAlive(): boolean {
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || !isAlive()) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  return {
    name: options.name,
    async start() {
      const { name, role, countingUrl, isOptimized = false } = options
      const words = [...(isOptimized ? [] : [UNOPTIMIZED]), program, name, role, countingUrl]
      const started = spawn(process.execPath, words, {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: { ...process.env, ...options.environment, CRASH_AHEAD_MS: String(aheadMs) },
      })
      child = started
      await new Promise<void>((resolve, reject) => {
        const hear = (chunk: Buffer) => {
          output = (output + chunk.toString()).slice(-OUTPUT_MAX_CHARS)
          if (/^up /m.test(chunk.toString())) resolve()
        }
        started.stdout?.on('data', hear)
        started.stderr?.on('data', hear)
        started.once('exit', () => reject(new Error(`${options.name} ended:\n${output}`)))
      })
    },
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async setAhead(milliseconds) {
      aheadMs = milliseconds
      if (child === undefined || !isAlive()) return
      const set = once(child, 'message')
      child.send(milliseconds)
      await set
    },
    stop: () => end('SIGTERM'),
    get output() {
      return output
    },
  }
}
