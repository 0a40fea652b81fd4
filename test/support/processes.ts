/** Real processes for tests that kill them; every one is gone when the test is. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface TestProcess {
  readonly pid: number
  /** All that it wrote so far, on both streams. */
  readonly output: () => string
  /** Answers with the first line that matches, now or later; throws when the process ends without it. */
  line(pattern: RegExp): Promise<string>
  /** Ends its input. */
  endInput(): void
  /** Sends a signal and answers with the exit code (null: killed by a signal). */
  kill(signal: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

/** Starts a TypeScript file of this repository as a process of its own. */
export function startProcess(file: string, args: string[], env: Record<string, string> = {}): TestProcess {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
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
  const find = (pattern: RegExp) => output.split('\n').find((line) => pattern.test(line))
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
