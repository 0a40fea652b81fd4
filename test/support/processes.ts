/** Real processes for tests that kill them; every one is gone when the test is. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { buildProgram } from './world/build-program.ts'
import { UNOPTIMIZED } from './world/unoptimized.ts'

export interface TestProcess {
  readonly pid: number
  /** All that it wrote so far, on both streams. */
  readonly output: () => string
  /** Answers with the first whole line that matches, now or later; throws when the process ends without it. */
  line(pattern: RegExp): Promise<string>
  /** Ends its input. */
  endInput(): void
  /** Sends a signal and answers with the exit code (null: killed by a signal). */
  kill(signal: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

type Environment = Readonly<Record<string, string>>

const pathOf = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url))

/** Starts the product as it is installed, with these words on its command line. */
export function startProduct(words: readonly string[], env: Environment): TestProcess {
  return startNode([pathOf('bin/switchboard'), ...words], env)
}

/** Starts a TypeScript file of the tests as a process of its own, on the product as it was built. */
export function startProcess(file: string, args: readonly string[], env: Environment = {}): TestProcess {
  return startNode([buildProgram(pathOf(file)), ...args], env)
}

function startNode(words: readonly string[], env: Environment): TestProcess {
  const child = spawn(process.execPath, [UNOPTIMIZED, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const exited = once(child, 'close').then(() => child.exitCode)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return watchProcess(child, exited)
}

function watchProcess(child: ChildProcess, exited: Promise<number | null>): TestProcess {
  let output = ''
  const waiting = new Set<() => void>()
  const hear = (chunk: Buffer) => {
    output += chunk.toString()
    for (const check of waiting) check()
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const find = (pattern: RegExp) =>
    output
      .split('\n')
      .slice(0, -1)
      .find((line) => pattern.test(line))
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    line(pattern) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const line = find(pattern)
          if (line === undefined) return
          waiting.delete(check)
          resolve(line)
        }
        waiting.add(check)
        check()
        void exited.then(() => reject(new Error(`ended without ${pattern}; it wrote:\n${output}`)))
      })
    },
    endInput: () => child.stdin?.end(),
    kill(signal) {
      child.kill(signal)
      return exited
    },
  }
}

/** Where a gateway is reached that was started by `serve`, once it is up. */
export async function urlOf(served: TestProcess): Promise<string> {
  const line = await served.line(/ is up at /)
  return / is up at (\S+)/.exec(line)?.[1] ?? ''
}
