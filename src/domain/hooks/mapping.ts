/** Evaluates the mappings of hooks in threads, because an expression may take arbitrarily long: a thread can be ended. */
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type jsonata from 'jsonata'
import { AppError } from '../../core/errors.ts'
import { cutText } from '../../core/text/cut.ts'
import { isNestedDeeper } from '../../core/text/json.ts'
import { makeStorable } from '../../core/text/storable.ts'

/** Milliseconds that a mapping may take. */
const MAPPING_MAX_MS = 1_000
/** Megabytes of a mapping's memory. */
const MAPPING_MAX_MB = 64
/** The most characters of JSON that a mapping may make. */
const MADE_MAX_CHARS = 262_144
/** Levels of nesting in an expression's tree. */
const TREE_MAX_LEVELS = 100
const FAULT_MAX_CHARS = 300

/** @throws AppError `invalid_input` for a mapping that is not a JSONata expression, or too deep */
export async function assertMapping(mapping: string): Promise<void> {
  const { default: parse } = await import('jsonata')
  let tree: jsonata.ExprNode
  try {
    tree = parse(mapping).ast()
  } catch (thrown) {
    throw notValid(faultOf(thrown))
  }
  if (isNestedDeeper(tree, TREE_MAX_LEVELS)) throw notValid('it is nested too deeply')
}

/** What a service sent, and the kind of event. */
export interface Sent {
  /** JSON. */
  readonly body: string
  readonly type: string | null
}

/**
 * What the mapping makes; null: the event is ignored.
 * @throws AppError `invalid_input` where it fails, `unavailable` where it takes too long
 */
export async function evaluateMapping(mapping: string, sent: Sent): Promise<unknown> {
  const found = await evaluateApart(mapping, sent)
  if ('late' in found) {
    throw new AppError('unavailable', `The mapping takes longer than ${MAPPING_MAX_MS} milliseconds.`, {
      fix: 'Simplify it: patterns with nested repetitions can take very long.',
    })
  }
  if ('fault' in found) throw notValid(found.fault)
  return found.made === undefined ? null : (makeStorable(JSON.parse(found.made)).value as unknown)
}

function notValid(why: string): AppError {
  const { value } = makeStorable(cutText(why.replace(/\.$/, ''), FAULT_MAX_CHARS, '…'))
  return new AppError('invalid_input', `The mapping does not work: ${value}.`, {
    fix: 'Correct the JSONata expression and try it on a sample with hooks.try.',
    issues: [{ path: 'mapping', message: value }],
  })
}

function faultOf(thrown: unknown): string {
  if (thrown instanceof RangeError) return 'it is nested too deeply'
  const { message, position } = thrown as Partial<jsonata.JsonataError>
  return `${message ?? 'it cannot be read'}${position === undefined ? '' : ` (at character ${position})`}`
}

type Found = { readonly made: string | undefined } | { readonly fault: string } | { readonly late: true }

/** The code of a mapping's thread: an expression sees what was sent and the kind of event, and nothing else. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const { jsonata, mapping, body, type, maxChars } = workerData
const post = (found) => parentPort.postMessage(found)
async function evaluate() {
  const value = await require(jsonata)(mapping).evaluate(JSON.parse(body), { type })
  const made = value === undefined ? undefined : JSON.stringify(value)
  if (made !== undefined && made.length > maxChars) return { fault: 'it makes more than ' + maxChars + ' characters' }
  return { made }
}
evaluate().then(post, (error) => post({ fault: String(error?.message ?? error) }))`

/** The package's path; a thread does not resolve packages from this file. */
const JSONATA = createRequire(import.meta.url).resolve('jsonata')

function evaluateApart(mapping: string, { body, type }: Sent): Promise<Found> {
  return new Promise((resolve) => {
    const thread = new Worker(THREAD, {
      eval: true,
      env: {},
      workerData: { jsonata: JSONATA, mapping, body, type, maxChars: MADE_MAX_CHARS },
      resourceLimits: { maxOldGenerationSizeMb: MAPPING_MAX_MB },
    })
    let timer: NodeJS.Timeout | undefined
    function end(found: Found): void {
      clearTimeout(timer)
      void thread.terminate()
      resolve(found)
    }
    thread.once('online', () => {
      timer = setTimeout(end, MAPPING_MAX_MS, { late: true })
    })
    thread.once('message', end)
    thread.once('error', ({ message }) => end({ fault: message }))
    thread.once('exit', () => end({ fault: 'it ended without a result' }))
  })
}
