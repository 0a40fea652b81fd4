/** The log: structured lines for machines, short lines for a person at a terminal, and secrets in neither. */
import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Config } from '../config/config.ts'
import type { Log } from '../core/operation/context.ts'
import { redactForLog } from '../core/text/redact.ts'

/** Everything goes to standard error: standard output is for answers, and for MCP on the standard streams. */
const STANDARD_ERROR = 2

/** How many nested causes are written. */
const CAUSE_DEPTH = 4

interface LogOptions {
  readonly level: Config['logLevel']
  /** The destination of lines; default: standard error. */
  readonly destination?: Writable
}

export function createLog({ level, destination }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are described below, so pino must not describe them again.
      serializers: { err: (described: unknown) => described },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? defaultDestination(),
  )
  const isNew = createRepeats()
  const write = (label: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    if (!logger.isLevelEnabled(label)) return
    if ((label === 'warn' || label === 'error') && !isNew(fields, message)) return
    logger[label](safe(fields), message)
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** Milliseconds during which lasting trouble is not written again, and how many kinds of trouble are told apart. */
const REPEAT_MS = 60_000
const REPEATS_MAX = 1_000

/**
 * Tells whether a line says something new within the last minute: when a store is unavailable, every loop reports it.
 */
function createRepeats(): (fields: object, message: string) => boolean {
  const writtenAt = new Map<string, number>()
  return (fields, message) => {
    // Each failed call is logged, except when a dependency is unavailable: then the next calls fail for the same
    // reason.
    const told = 'code' in fields && fields.code === 'unavailable' ? { ...fields, requestId: '' } : fields
    const words = Object.values(told).map((value) => (value instanceof Error ? messageOf(value) : value))
    if (words.some((word) => typeof word === 'object')) return true
    const line = JSON.stringify([message, ...words.map(String)])
    const now = performance.now()
    if (now - (writtenAt.get(line) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return false
    if (writtenAt.size >= REPEATS_MAX) writtenAt.clear()
    writtenAt.set(line, now)
    return true
  }
}

function safe(fields: object): object {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    value instanceof Error ? describeError(value) : value,
  ])
  return redactForLog(Object.fromEntries(entries)) as object
}

/** An error's description without its data: a database error contains the statement's own values. */
function describeError(error: Error, depth = CAUSE_DEPTH): object {
  const code = 'code' in error ? { code: error.code } : {}
  const cause =
    error.cause instanceof Error && depth > 0 ? { cause: describeError(error.cause, depth - 1) } : {}
  return { type: error.name, ...code, message: messageOf(error), stack: framesOf(error), ...cause }
}

const SQLSTATE = /^[0-9A-Z]{5}$/

/** drizzle writes `Failed query: ... params: ...`, PostgreSQL `invalid input syntax for type integer: "..."`. */
function messageOf(error: Error): string {
  const [message = ''] = error.message.split('\nparams: ', 1)
  const isFromDatabase = 'code' in error && typeof error.code === 'string' && SQLSTATE.test(error.code)
  return isFromDatabase ? message.replace(/: ".*/s, '') : message
}

function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').flatMap((line) => (/^ +at /.test(line) ? [line.trim()] : []))
}

/** The most characters of unwritten lines that are kept; the rest is dropped. */
const WAITING_MAX_CHARS = 1_000_000

function defaultDestination() {
  if (process.stderr.isTTY) return createTerminalStream()
  const lines = pino.destination({ dest: STANDARD_ERROR, sync: true, maxLength: WAITING_MAX_CHARS })
  // A log that cannot be written, as on a full disk, must not end a call or the process: it waits for room.
  lines.on('error', () => undefined)
  return lines
}

/** Lines such as `09:30:12 warn  the queue does not answer  code=ECONNREFUSED`. */
export function createTerminalStream(out: NodeJS.WritableStream = process.stderr): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      out.write(terminalLine(chunk.toString()))
      done()
    },
  })
}

const CLOCK_START = 11
const CLOCK_END = 19
const LEVEL_WIDTH = 5

function terminalLine(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json)
  const words = Object.entries(fields).map(([name, value]) => `${name}=${wordOf(value)}`)
  return `${String(time).slice(CLOCK_START, CLOCK_END)} ${String(level).padEnd(LEVEL_WIDTH)} ${[msg, ...words].join('  ')}\n`
}

function wordOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  // An error's stack is for readers of the structured line.
  if ('stack' in value && 'message' in value) return String(value.message)
  return JSON.stringify(value)
}
