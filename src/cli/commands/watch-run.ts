/** Shows a run as it goes, to its end. */

import { AppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { commandsFor } from '../render/commands-for.ts'
import { durationText } from '../render/duration.ts'
import { createEventPrinter, type EventPrinter } from '../render/render-event.ts'
import { wrapSentences } from '../render/wrap-text.ts'
import type { ConnectOptions, Surroundings } from '../surroundings.ts'
import { plainText, type Terminal } from '../terminal.ts'

export interface WatchFlags extends ConnectOptions {
  readonly json?: boolean
}

/** Exit codes by how a run ended. */
const EXIT_CODES: Readonly<Record<string, number>> = { succeeded: 0, failed: 1, cancelled: 130 }

/** Exit code when the person stops looking: the run goes on. */
const INTERRUPTED_EXIT_CODE = 130

/** Answers with the exit code. @throws AppError */
export async function watchRun(
  runId: string,
  flags: WatchFlags,
  surroundings: Surroundings,
): Promise<number> {
  const { terminal } = surroundings
  const operations = await surroundings.operations()
  const connection = await surroundings.connect(flags)
  try {
    const signal = surroundings.interrupted()
    const printer = createEventPrinter({ runId, operations, out: terminal.out })
    const watching = { runId, operations, flags, terminal, printer, signal }
    const { events } = connection
    if (events === undefined) throw noGateway()
    await showEvents(watching, events)
    if (signal.aborted) return sayHowToGoOn(watching)
    const get = operationNamed(operations, 'runs.get')
    const { output } = await connection.gateway.invoke(
      get,
      { runId },
      { actor: LOCAL_PERSON, door: 'cli', signal },
    )
    return showEnd(output, watching)
  } finally {
    await connection.close()
  }
}

interface Watching {
  readonly runId: string
  readonly operations: readonly Operation[]
  readonly flags: WatchFlags
  readonly terminal: Terminal
  readonly printer: EventPrinter
  readonly signal: AbortSignal
}

async function showEvents(watching: Watching, events: NonNullable<ConnectionEvents>): Promise<void> {
  const { runId, operations, flags, terminal, printer, signal } = watching
  const { out } = terminal
  try {
    for await (const event of events(operationNamed(operations, 'runs.events'), { runId }, signal)) {
      if (!flags.json) printer.show(event)
      else if (event.type !== 'delta') {
        const position = Number(event.lastId)
        out.write(`${JSON.stringify({ position, type: event.type, data: JSON.parse(event.data) })}\n`)
      }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown
  } finally {
    printer.close()
  }
}

type ConnectionEvents = Awaited<ReturnType<Surroundings['connect']>>['events']

function showEnd(answer: Record<string, unknown>, watching: Watching): number {
  const { flags, terminal, printer } = watching
  const { out } = terminal
  const run = isRecord(answer.run) ? answer.run : {}
  const state = typeof run.state === 'string' ? run.state : ''
  if (flags.json) out.write(`${JSON.stringify(answer)}\n`)
  else {
    // An agent's last words are often its summary.
    const isShown = typeof run.summary === 'string' && printer.hasJustShown(run.summary)
    out.write(`${endLines(isShown ? { ...run, summary: null } : run, state, out).join('\n')}\n`)
    if (state !== 'succeeded') sayHowToRetry(watching)
  }
  return EXIT_CODES[state] ?? 1
}

function endLines(run: Record<string, unknown>, state: string, out: Terminal['out']): string[] {
  const { bold, dim, green, red, yellow } = out.colours
  const paint = state === 'succeeded' ? green : state === 'failed' ? red : yellow
  const mark = state === 'succeeded' ? '✓' : '✗'
  const said = (value: unknown) => (typeof value === 'string' && value !== '' ? [plainText(value)] : [])
  const facts = [
    ...said(run.verdict),
    ...(typeof run.durationMs === 'number' ? [durationText(run.durationMs)] : []),
    ...(typeof run.treeTokens === 'number' ? [`${run.treeTokens} tokens`] : []),
    typeof run.treeCostUsd === 'number' ? `$${run.treeCostUsd.toFixed(4)}` : 'cost unknown',
  ]
  const why = state === 'succeeded' ? [] : said(run.detail ?? run.reason)
  return [
    `${paint(mark)} ${bold(state)} ${dim(facts.join(' · '))}`,
    ...[...why, ...said(run.summary)].map((text) => wrapSentences(text, out.width)),
  ]
}

function sayHowToGoOn({ runId, operations, terminal }: Watching): number {
  const { err } = terminal
  const cancel = commandsFor(operations, [{ operation: 'runs.cancel', input: { runId } }]).map(
    (line) => ` Stop it: ${line}`,
  )
  err.write(
    `${err.colours.dim(`The run goes on. Watch it: switchboard runs watch ${runId}${cancel.join('')}`)}\n`,
  )
  return INTERRUPTED_EXIT_CODE
}

function sayHowToRetry({ runId, operations, terminal: { err } }: Watching): void {
  for (const line of commandsFor(operations, [{ operation: 'runs.retry', input: { runId } }])) {
    err.write(`${err.colours.dim(`Go on from its last good step: ${line}`)}\n`)
  }
}

function noGateway(): AppError {
  return new AppError('unavailable', 'Nothing runs agents here: no gateway is running.', {
    fix: 'Start one with switchboard serve; what was started goes on there.',
  })
}

function operationNamed(operations: readonly Operation[], name: string): Operation {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new AppError('internal', `There is no operation ${name}.`)
  return operation
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
