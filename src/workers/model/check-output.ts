/** Checks the answer of an agent whose result must have a given form. */
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { OutputUnit } from '@cfworker/json-schema'
import type { JsonSchema } from '../../core/schema/json-schema.ts'
import { cutText } from '../../core/text/cut.ts'
import { isNestedDeeper, JSON_MAX_LEVELS } from '../../core/text/json.ts'
import { makeStorable } from '../../core/text/storable.ts'
import { dialectOf } from '../../domain/agents/spec/output-schema.ts'

/** `problem`: what the model has to correct; `fault`: the check itself failed, as it would for any other answer. */
export type CheckedOutput =
  | { readonly output: unknown }
  | { readonly problem: string }
  | { readonly fault: string }

/**
 * Milliseconds that a check may take. A usual schema takes a few; a pattern such as `^(a+)+$`, or nested alternatives,
 * could take days.
 */
const CHECK_MAX_MS = 1_000
/** Megabytes of a check's memory. */
const CHECK_MAX_MB = 64

/** The most issues of one answer that its model is told, and the most characters of each. */
const ISSUES_MAX = 10
const ISSUE_MAX_CHARS = 300

export async function checkOutput(text: string, schema: JsonSchema): Promise<CheckedOutput> {
  const value = readJson(text) ?? readJson(unfenced(text))
  if (value === undefined) return { problem: 'it is not JSON.' }
  if (isNestedDeeper(value)) return { problem: `it is nested more than ${JSON_MAX_LEVELS} levels deep.` }
  const output = makeStorable(value).value
  const found = await oneAfterTheOther(() => validateApart(output, schema))
  if ('fault' in found) return found
  return found.errors.length === 0 ? { output } : { problem: describe(found.errors) }
}

/**
 * Models like to fence JSON, and to add a word before and after it: takes the text between the fences, or else all of
 * it.
 */
function unfenced(text: string): string {
  const opening = /```(?:json)?[^\S\n]*\n/i.exec(text)
  if (opening === null) return text
  const start = opening.index + opening[0].length
  const end = text.indexOf('```', start)
  return end < 0 ? text : text.slice(start, end)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Keywords whose errors only say that something inside is wrong; the error inside says what. */
const OUTER = ['properties', 'items', 'prefixItems', '$ref', 'allOf']

type Found = { readonly errors: readonly OutputUnit[] } | { readonly fault: string }

/**
 * The code of a check's thread. It returns only the issues that are shown: receiving those of 20,000 fields would block
 * the process for as long as the check took.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
const { Validator } = require(workerData.validator)
try {
  const { value, schema, dialect, outer, issuesMax } = workerData
  const { errors } = new Validator(schema, dialect, false).validate(value)
  const causes = errors.filter(({ keyword }) => !outer.includes(keyword))
  parentPort.postMessage({ errors: (causes.length > 0 ? causes : errors).slice(0, issuesMax) })
} catch (error) {
  parentPort.postMessage({ fault: error.message })
}`

/** The validator's path; a thread does not resolve packages from this file. */
const VALIDATOR = createRequire(import.meta.url).resolve('@cfworker/json-schema')

/** Validates in a thread, because a schema may make the validation take arbitrarily long: a thread can be ended. */
function validateApart(value: unknown, schema: JsonSchema): Promise<Found> {
  return new Promise((resolve) => {
    const thread = new Worker(THREAD, {
      eval: true,
      workerData: {
        ...{ validator: VALIDATOR, value, schema, dialect: dialectOf(schema) },
        ...{ outer: OUTER, issuesMax: ISSUES_MAX },
      },
      resourceLimits: { maxOldGenerationSizeMb: CHECK_MAX_MB },
    })
    let timer: NodeJS.Timeout | undefined
    function end(found: Found): void {
      clearTimeout(timer)
      void thread.terminate()
      resolve(found)
    }
    thread.once('online', () => {
      timer = setTimeout(end, CHECK_MAX_MS, { fault: `it takes longer than ${CHECK_MAX_MS} milliseconds` })
    })
    thread.once('message', end)
    thread.once('error', ({ message }) => end({ fault: message }))
  })
}

let last: Promise<unknown> = Promise.resolve()

/** Runs one check at a time in this process, so that slow checks use at most one core. */
function oneAfterTheOther<T>(work: () => Promise<T>): Promise<T> {
  const next = last.then(work)
  last = next.catch(() => undefined)
  return next
}

/** What is wrong, and where. */
function describe(errors: readonly OutputUnit[]): string {
  return errors
    .map(({ instanceLocation, error }) => cutText(`${instanceLocation}: ${error}`, ISSUE_MAX_CHARS, '…'))
    .join(' ')
}
