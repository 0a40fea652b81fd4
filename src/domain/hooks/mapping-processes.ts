/**
 * Evaluates mappings in processes of their own. An expression may take arbitrarily much time and memory, and one that takes
 * too much memory aborts its whole process: as a thread of the gateway it would abort the gateway. Starting a process takes
 * longer than most mappings, so that one is kept for a while for further events of the same mapping, and of no other:
 * nothing that an expression does to its process reaches what somebody else has mapped.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'

/** Milliseconds of a processor's time that a mapping may take: other work on the machine does not count. */
const CPU_MAX_MS = 1_000
/** Megabytes of a mapping's memory. */
const MEMORY_MAX_MB = 64
/** The most characters of JSON that a mapping may make. */
const MADE_MAX_CHARS = 262_144
/** Milliseconds within which a process must have answered, however busy the machine is. */
const ANSWER_MAX_MS = 20_000
/** Processes that are kept, and for how many milliseconds after their last event. */
const KEPT_MAX = 4
const KEPT_MS = 10_000

/** What a service sent, and the kind of event. */
export interface Sent {
  /** JSON. */
  readonly body: string
  readonly type: string | null
}

export type Found =
  /** JSON; absent: the mapping makes nothing. */
  | { readonly made?: string | undefined }
  | { readonly fault: string }
  /** No process could be started, or the machine is too busy. */
  | { readonly missing: unknown }

export interface MappingProcesses {
  evaluate(mapping: string, sent: Sent): Promise<Found>
  /** Ends the processes that are kept. */
  close(): void
}

/** The package's path: the code of a process is in no file from which it could be resolved. */
const JSONATA = createRequire(import.meta.url).resolve('jsonata')

/**
 * The code of a process: an expression sees what was sent and the kind of event, and nothing else. A thread ends the process
 * when an expression has used up its time, also after the gateway was killed.
 */
const CODE = `
const { Worker } = require('node:worker_threads')
const jsonata = require(${JSON.stringify(JSONATA)})
const watch = new Worker(\`
  let since
  require('node:worker_threads').parentPort.on('message', (isBusy) => {
    since = isBusy ? process.cpuUsage() : undefined
  })
  setInterval(() => {
    if (since === undefined) return
    const { user, system } = process.cpuUsage(since)
    if (user + system > ${CPU_MAX_MS * 1000}) process.kill(process.pid, 'SIGKILL')
  }, 50)\`, { eval: true })
watch.unref()
let expression
// JSON would make null of the one, and an error about circles of the other.
function checked(_name, value) {
  if (value?._jsonata_lambda || value?._jsonata_function) throw new Error('it makes a function')
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('it makes a number without bounds')
  return value
}
async function evaluate({ mapping, body, type }) {
  expression ??= jsonata(mapping)
  const value = await expression.evaluate(JSON.parse(body), { type })
  const made = value === undefined ? undefined : JSON.stringify(value, checked)
  return made?.length > ${MADE_MAX_CHARS} ? { fault: 'it makes more than ${MADE_MAX_CHARS} characters' } : { made }
}
process.on('message', async (job) => {
  watch.postMessage(true)
  const found = await evaluate(job).catch((error) => ({ fault: String(error?.message ?? error).slice(0, 1000) }))
  watch.postMessage(false)
  process.send(found)
})`

const ARGUMENTS = [
  `--max-old-space-size=${MEMORY_MAX_MB}`,
  // No text becomes code, whatever an expression may find.
  '--disallow-code-generation-from-strings',
  '--eval',
  CODE,
]

interface Kept {
  readonly mapping: string
  readonly child: ChildProcess
  readonly timer: NodeJS.Timeout
}

export function createMappingProcesses(): MappingProcesses {
  /** The one used last comes last. */
  const kept: Kept[] = []

  /** A process that was kept for the mapping, or a new one. */
  function take(mapping: string): ChildProcess {
    const at = kept.findLastIndex((each) => each.mapping === mapping)
    const [found] = at < 0 ? [] : kept.splice(at, 1)
    if (found === undefined) {
      const child = startProcess()
      return child.once('exit', () => drop(child))
    }
    clearTimeout(found.timer)
    found.child.ref()
    found.child.channel?.ref()
    return found.child
  }

  function keep(mapping: string, child: ChildProcess): void {
    const timer = setTimeout(() => drop(child), KEPT_MS)
    // None of these keeps a process alive that has nothing else to do.
    timer.unref()
    child.unref()
    child.channel?.unref()
    kept.push({ mapping, child, timer })
    const [oldest] = kept
    if (kept.length > KEPT_MAX && oldest) drop(oldest.child)
  }

  function drop(child: ChildProcess): void {
    const at = kept.findIndex((each) => each.child === child)
    if (at < 0) return
    for (const { timer } of kept.splice(at, 1)) clearTimeout(timer)
    child.kill('SIGKILL')
  }

  return {
    async evaluate(mapping, sent) {
      const child = take(mapping)
      const found = await ask(child, { mapping, ...sent })
      if ('fault' in found || 'missing' in found) child.kill('SIGKILL')
      else keep(mapping, child)
      return found
    },
    close() {
      for (const { child } of [...kept]) drop(child)
    },
  }
}

function startProcess(): ChildProcess {
  const child = spawn(process.execPath, ARGUMENTS, { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  // A kept process has no other listener; without one an error would end the gateway.
  return child.on('error', () => undefined)
}

function ask(child: ChildProcess, job: Sent & { readonly mapping: string }): Promise<Found> {
  return new Promise((resolve) => {
    const end = (found: Found): void => {
      clearTimeout(timer)
      child.off('message', answer).off('error', fail).off('exit', exit)
      resolve(found)
    }
    const answer = (found: unknown): void => end(found as Found)
    const fail = (missing: unknown): void => end({ missing })
    const exit = (_code: unknown, signal: unknown): void => end({ fault: whyEnded(signal) })
    const timer = setTimeout(fail, ANSWER_MAX_MS, 'no answer in time')
    child.on('message', answer).on('error', fail).on('exit', exit)
    child.send(job, (error) => error && fail(error))
  })
}

/** Only its watching thread kills it; what takes too much memory aborts. */
function whyEnded(signal: unknown): string {
  return signal === 'SIGKILL'
    ? `it takes more than ${CPU_MAX_MS} milliseconds`
    : `it takes more than ${MEMORY_MAX_MB} MB of memory`
}
