/**
 * Evaluates mappings in threads, because an expression may take arbitrarily long: a thread can be ended. Starting one takes
 * longer than most mappings, so that a thread is kept for a while for further events of the same mapping, and of no other:
 * nothing that an expression does to its thread reaches what somebody else has mapped.
 */
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/** Milliseconds that a mapping may take. */
export const MAPPING_MAX_MS = 1_000
/** Megabytes of a mapping's memory. */
const MAPPING_MAX_MB = 64
/** The most characters of JSON that a mapping may make. */
const MADE_MAX_CHARS = 262_144
/** Threads that are kept, and for how many milliseconds after their last event. */
const KEPT_MAX = 4
const KEPT_MS = 10_000

/** What a service sent, and the kind of event. */
export interface Sent {
  /** JSON. */
  readonly body: string
  readonly type: string | null
}

export type Found =
  | { readonly made: string | undefined }
  | { readonly fault: string }
  | { readonly late: true }

export interface MappingThreads {
  evaluate(mapping: string, sent: Sent): Promise<Found>
  /** Ends the threads that are kept. */
  close(): Promise<void>
}

/** The code of a thread: an expression sees what was sent and the kind of event, and nothing else. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const { jsonata, mapping, maxChars } = workerData
let expression
async function evaluate({ body, type }) {
  expression ??= require(jsonata)(mapping)
  const value = await expression.evaluate(JSON.parse(body), { type })
  const made = value === undefined ? undefined : JSON.stringify(value)
  if (made !== undefined && made.length > maxChars) return { fault: 'it makes more than ' + maxChars + ' characters' }
  return { made }
}
const post = (found) => parentPort.postMessage(found)
parentPort.on('message', (sent) => evaluate(sent).then(post, (error) => post({ fault: String(error?.message ?? error) })))`

/** The package's path; a thread does not resolve packages from this file. */
const JSONATA = createRequire(import.meta.url).resolve('jsonata')

interface Kept {
  readonly mapping: string
  readonly thread: Worker
  readonly timer: NodeJS.Timeout
}

export function createMappingThreads(): MappingThreads {
  /** The one used last comes last. */
  const kept: Kept[] = []

  /** A thread that was kept for the mapping, or a new one. */
  async function take(mapping: string): Promise<Worker> {
    const at = kept.findLastIndex((each) => each.mapping === mapping)
    const [found] = at < 0 ? [] : kept.splice(at, 1)
    if (found === undefined) return await startThread(mapping)
    clearTimeout(found.timer)
    found.thread.ref()
    return found.thread
  }

  function keep(mapping: string, thread: Worker): void {
    const timer = setTimeout(() => drop(thread), KEPT_MS)
    // Neither keeps a process alive that has nothing else to do.
    timer.unref()
    thread.unref()
    kept.push({ mapping, thread, timer })
    const [oldest] = kept
    if (kept.length > KEPT_MAX && oldest) drop(oldest.thread)
  }

  function drop(thread: Worker): void {
    const at = kept.findIndex((each) => each.thread === thread)
    if (at < 0) return
    for (const { timer } of kept.splice(at, 1)) clearTimeout(timer)
    void thread.terminate()
  }

  return {
    async evaluate(mapping, sent) {
      const thread = await take(mapping)
      const found = await ask(thread, sent)
      if ('made' in found) keep(mapping, thread)
      else void thread.terminate()
      return found
    },
    async close() {
      for (const { timer } of kept) clearTimeout(timer)
      await Promise.all(kept.splice(0).map(({ thread }) => thread.terminate()))
    },
  }
}

/** Resolves once the thread runs: its time counts from then on. */
async function startThread(mapping: string): Promise<Worker> {
  const thread = new Worker(THREAD, {
    eval: true,
    env: {},
    workerData: { jsonata: JSONATA, mapping, maxChars: MADE_MAX_CHARS },
    resourceLimits: { maxOldGenerationSizeMb: MAPPING_MAX_MB },
  })
  // A kept thread has no other listener; without one an error would end the process.
  thread.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    thread.once('online', resolve)
    thread.once('exit', () => resolve())
  })
  return thread
}

function ask(thread: Worker, { body, type }: Sent): Promise<Found> {
  return new Promise((resolve) => {
    const end = (found: Found): void => {
      clearTimeout(timer)
      thread.off('message', end).off('error', fail).off('exit', exit)
      resolve(found)
    }
    const fail = ({ message }: Error): void => end({ fault: message })
    const exit = (): void => end({ fault: 'it ended without a result' })
    const timer = setTimeout(end, MAPPING_MAX_MS, { late: true })
    thread.on('message', end).on('error', fail).on('exit', exit)
    thread.postMessage({ body, type })
  })
}
