/** Calls one operation as a person or a script typed it, and shows the outcome. */

import { CONFIRM_FIELD } from '../../core/command-line/shape.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import { newId } from '../../core/operation/ids.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { isKeyForm } from '../../domain/access/key-form.ts'
import { flagOf } from '../input/flag-of.ts'
import { readInput } from '../input/read-input.ts'
import { commandsFor } from '../render/commands-for.ts'
import { type ProgressLine, startProgress } from '../render/progress.ts'
import { exitCodeOfAnswer, renderAnswer } from '../render/render-answer.ts'
import { errorJson, exitCodeOf, renderError } from '../render/render-error.ts'
import { wrapSentences } from '../render/wrap-text.ts'
import type { Connection, Surroundings } from '../surroundings.ts'
import { withCommands } from './command-names.ts'
import type { TypedCall } from './typed-call.ts'

type Fields = Record<string, unknown>

const KEY_HINT = [
  'Use it on this command line: export SWITCHBOARD_KEY=<key>, or keep it in the file `key` in SWITCHBOARD_HOME (chmod 600).',
  'Over HTTP and MCP: send the header Authorization: Bearer <key>.',
].join('\n')

/** Resolves with the exit code. */
export async function callOperation(call: TypedCall, surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings
  const { operation, shape, flags } = call
  const requestId = newId('req')
  try {
    const typed = await readInput(operation, shape, call.typed, terminal.readInput)
    const input = await confirmedInput(call, typed, surroundings)
    const answer = await answerOf({ ...call, input, requestId }, surroundings)
    await show({ ...call, input, requestId }, answer, surroundings)
    return flags.watch ? await watchStarted(answer, call, surroundings) : exitCodeOfAnswer(answer)
  } catch (thrown) {
    const error = forThisDoor(toAppError(thrown))
    const text = flags.json
      ? errorJson(error, requestId)
      : renderError(
          typedAsHere(error, await surroundings.operations()),
          terminal,
          (path) => flagOf(shape, path),
          requestId,
        )
    terminal.err.write(`${text}\n`)
    return exitCodeOf(error)
  }
}

async function watchStarted(
  answer: Fields,
  { operation: { name, task }, flags }: TypedCall,
  surroundings: Surroundings,
): Promise<number> {
  if (task?.log === undefined) throw new Error(`${name} starts nothing that can be watched`)
  const taskId = task.startedBy(answer)
  if (taskId === undefined) return 0
  const log = task.log(taskId)
  const { watchStream } = await import('./watch-stream.ts')
  return watchStream(log, flags, surroundings)
}

interface ReadyCall extends TypedCall {
  readonly input: Fields
  readonly requestId: string
}

/** A connection for one command. */
interface Session extends Connection {
  readonly signal: AbortSignal
  readonly progress: ProgressLine
}

async function answerOf(call: ReadyCall, surroundings: Surroundings): Promise<Fields> {
  const progress = startProgress(surroundings.terminal, call.operation.command)
  try {
    const connection = await surroundings.connect(call.flags)
    const session = { ...connection, signal: surroundings.interrupted(), progress }
    try {
      return await (call.flags.all ? everyPage(call, session) : onePage(call, session))
    } finally {
      await connection.close()
    }
  } finally {
    progress.end()
  }
}

async function onePage(call: ReadyCall, { gateway, signal, progress }: Session): Promise<Fields> {
  const { idempotencyKey } = call.flags
  const { output } = await gateway.invoke(call.operation, call.input, {
    actor: LOCAL_PERSON,
    door: 'cli',
    requestId: call.requestId,
    signal,
    report: progress.report,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
  return output
}

/** Follows `nextCursor` to the end, in pages as large as the operation allows. */
async function everyPage(call: ReadyCall, session: Session): Promise<Fields> {
  const items: unknown[] = []
  let input: Fields = { ...largestPage(call.operation), ...call.input }
  for (;;) {
    const page = await onePage({ ...call, input }, session)
    if (Array.isArray(page.items)) items.push(...page.items)
    session.progress.report({ done: items.length })
    if (typeof page.nextCursor !== 'string') return { ...page, items, nextCursor: null }
    input = { ...input, cursor: page.nextCursor }
  }
}

function largestPage(operation: Operation): Fields {
  const limit = operation.inputSchema.properties?.limit
  const maximum =
    typeof limit === 'object' && limit !== null && 'maximum' in limit ? limit.maximum : undefined
  return typeof maximum === 'number' ? { limit: maximum } : {}
}

/**
 * Asks for confirmation of a call that cannot be undone, where a person can answer; elsewhere the operation itself
 * refuses.
 */
async function confirmedInput(
  { operation, flags }: TypedCall,
  input: Fields,
  { terminal }: Surroundings,
): Promise<Fields> {
  if (operation.effect !== 'destroy') return input
  if (flags.yes) return { ...input, [CONFIRM_FIELD]: true }
  const isValid = operation.input.safeParse(input).success
  if (!isValid || !terminal.canAsk || input[CONFIRM_FIELD] === true) return input
  const { colours } = terminal.err
  const question = `${colours.yellow('?')} ${operation.summary} This cannot be undone. Continue? ${colours.dim('[y/N]')} `
  const answer = await terminal.ask(question)
  if (!/^y(es)?$/i.test(answer.trim())) throw new AppError('cancelled', 'Nothing was changed.')
  return { ...input, [CONFIRM_FIELD]: true }
}

function forThisDoor(error: AppError): AppError {
  if (error.code !== 'confirmation_required') return error
  return new AppError(error.code, error.message, { fix: 'Add --yes to do it.', cause: error })
}

/** The error with its fix in terms of the command line. */
function typedAsHere(error: AppError, operations: readonly Operation[]): AppError {
  const { code, message, fix, issues } = error
  if (fix === undefined) return error
  return new AppError(code, message, { fix: withCommands(fix, operations), issues, cause: error })
}

async function show(
  { operation, flags, input }: ReadyCall,
  answer: Fields,
  { terminal: { out, err }, operations }: Surroundings,
): Promise<void> {
  if (flags.json) {
    out.write(`${JSON.stringify(answer, null, out.isTerminal ? 2 : undefined)}\n`)
    return
  }
  out.write(`${renderAnswer(operation, answer, out)}\n`)
  const hint = hintAfter(operation, answer)
  if (hint !== undefined) err.write(`${err.colours.dim(wrapSentences(hint, err.width))}\n`)
  if (!out.isTerminal || flags.watch) return
  for (const line of commandsFor(await operations(), operation.next?.(answer, input) ?? [])) {
    err.write(`${err.colours.dim('→')} ${line}\n`)
  }
}

/** A hint at what the person may want to do next. */
function hintAfter({ shownOnce = [] }: Operation, answer: Fields): string | undefined {
  if (shownOnce.some((field) => isKeyForm(String(answer[field])))) return KEY_HINT
  if (typeof answer.nextCursor !== 'string') return undefined
  return `There is more: add --all for everything, or --cursor=${answer.nextCursor} for the next page`
}
