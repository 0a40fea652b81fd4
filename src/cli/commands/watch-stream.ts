/** Shows an operation's stream to its end, and then the outcome. */

import type { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Watch } from '../../core/operation/stream.ts'
import type { Mark } from '../../core/operation/told.ts'
import { commandsFor } from '../render/commands-for.ts'
import { createEventPrinter, type EventPrinter, readLiveText } from '../render/event-printer.ts'
import { renderTold } from '../render/render-told.ts'
import type { Connection, ConnectOptions, Surroundings } from '../surroundings.ts'
import type { Terminal } from '../terminal.ts'

export interface WatchFlags extends ConnectOptions {
  readonly json?: boolean
}

/** Exit code when the person stops watching: the watched work continues. */
const INTERRUPTED_EXIT_CODE = 130

const FAILED_EXIT_CODE = 1

/** Exit codes by the kind of end. */
const EXIT_CODES: { readonly [End in Mark]?: number } = {
  done: 0,
  failed: FAILED_EXIT_CODE,
  cancelled: INTERRUPTED_EXIT_CODE,
}

interface Watching {
  /** The call of the streaming operation. */
  readonly call: NextCall
  readonly watch: Watch<z.ZodObject>
  readonly operations: readonly Operation[]
  readonly flags: WatchFlags
  readonly terminal: Terminal
  readonly printer: EventPrinter
  readonly signal: AbortSignal
}

/**
 * Resolves with the exit code.
 * @throws AppError
 */
export async function watchStream(
  call: NextCall,
  flags: WatchFlags,
  surroundings: Surroundings,
): Promise<number> {
  const { terminal } = surroundings
  const operations = await surroundings.operations()
  const operation = operationOf(call, operations)
  const watch = operation.stream?.watch
  if (watch === undefined) throw new Error(`${operation.name} cannot be watched`)
  const connection = await surroundings.connect(flags)
  try {
    const signal = surroundings.interrupted()
    const printer = createEventPrinter(terminal.out, operations)
    const watching = { call, watch, operations, flags, terminal, printer, signal }
    await showEvents(operation, watching, connection)
    return signal.aborted ? sayHowToGoOn(watching) : await showOutcome(watching, connection)
  } finally {
    await connection.close()
  }
}

async function showEvents(operation: Operation, watching: Watching, { events }: Connection): Promise<void> {
  const { call, watch, flags, terminal, printer, signal } = watching
  if (events === undefined) throw noGateway()
  try {
    for await (const { type, data, lastId } of events(operation, call.input, signal)) {
      if (flags.json && type !== 'delta') {
        const event = { position: Number(lastId), type, data: JSON.parse(data) }
        terminal.out.write(`${JSON.stringify(event)}\n`)
      } else if (!flags.json) {
        if (type === 'delta') printer.showLive(readLiveText(data))
        else printer.show(watch.tell({ type, data: JSON.parse(data) }, call.input))
      }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown
  } finally {
    printer.close()
  }
}

async function showOutcome(watching: Watching, { gateway }: Connection): Promise<number> {
  const { call, watch, operations, flags, terminal, printer, signal } = watching
  const { out, err } = terminal
  const asked = watch.outcome(call.input)
  const operation = operationOf(asked, operations)
  const { output } = await gateway.invoke(operation, asked.input, {
    actor: LOCAL_PERSON,
    door: 'cli',
    signal,
  })
  const told = watch.tellOutcome(output)
  if (flags.json) out.write(`${JSON.stringify(output)}\n`)
  else {
    // The last words of an agent are often its summary, which must not be shown twice.
    const unsaid = told.filter(({ mark, text = '' }) => mark !== 'said' || !printer.hasJustShown(text))
    for (const line of unsaid.flatMap((piece) => renderTold(piece, out, operations))) out.write(`${line}\n`)
    for (const line of commandsFor(operations, operation.next?.(output, asked.input) ?? [])) {
      err.write(`${err.colours.dim('→')} ${line}\n`)
    }
  }
  return EXIT_CODES[told[0]?.mark ?? 'note'] ?? FAILED_EXIT_CODE
}

function sayHowToGoOn({ call, watch, operations, terminal: { err } }: Watching): number {
  const [again = ''] = commandsFor(operations, [call])
  const stop = commandsFor(operations, [watch.stop(call.input)]).map((line) => ` Stop it: ${line}`)
  err.write(`${err.colours.dim(`The ${watch.noun} continues. Watch it: ${again}${stop.join('')}`)}\n`)
  return INTERRUPTED_EXIT_CODE
}

function noGateway(): AppError {
  return new AppError('unavailable', 'There is nothing to watch: no gateway is running.', {
    fix: 'Start one with switchboard serve; the started work continues there.',
  })
}

function operationOf({ operation: name }: NextCall, operations: readonly Operation[]): Operation {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new AppError('internal', `There is no operation ${name}.`)
  return operation
}
