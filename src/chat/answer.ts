/** The answer of an operation as a reply. */
import { isDeepStrictEqual } from 'node:util'
import type { Intent, Said } from '../core/intent/intent.ts'
import type { Reader } from '../core/operation/description.ts'
import type { NextCall } from '../core/operation/next-call.ts'
import type { Operation } from '../core/operation/operation.ts'
import type { DoneHere } from './chat-state.ts'
import type { Reply, ReplyAction } from './reply.ts'
import type { Turning } from './turning.ts'

/** What a person says to have the last thing undone. */
const UNDO = 'undo'

export interface Answered {
  readonly intent: Pick<Intent, 'operation'> & Partial<Intent>
  readonly input: Readonly<Record<string, unknown>>
  readonly output: Readonly<Record<string, unknown>>
  readonly said: Said
  /** What undoes it, where anything does. */
  readonly undoing?: DoneHere | undefined
}

export function replyOf(turning: Turning, answered: Answered): Reply {
  const { operation, tells, asks, offers, sends } = answered.intent
  const { input, output, said, undoing } = answered
  const question = asks?.(output, said)
  const own = answerOf(turning.operations, { operation, input, output }, turning.message.reader)
  const told = tells === undefined ? own : { text: tells(output), actions: [] }
  return {
    // Rows would stand for the text and leave out the question.
    ...(question === undefined ? told : { text: `${told.text}\n${question.text}` }),
    actions: [
      ...(question?.answers ?? []),
      ...(offers?.(output, said) ?? []),
      ...undoOf(undoing),
      ...told.actions.filter((action) => !isUndoing(action, undoing)),
    ],
    files: sends?.(output),
  }
}

/** The button stays where it was shown, so it names what it undoes: more may be done by then. */
export function undoOf(undoing: DoneHere | undefined): ReplyAction[] {
  return undoing?.calls === undefined ? [] : [{ label: 'Undo', say: UNDO, waitingId: undoing.id }]
}

/** Whether an action makes the call that undoing makes. */
function isUndoing(action: ReplyAction, undoing: DoneHere | undefined): boolean {
  return 'call' in action && undoing?.calls?.some((call) => isDeepStrictEqual(call, action.call)) === true
}

type Call = Pick<Answered, 'input' | 'output'> & { readonly operation: Operation }

/** The words and the rows of an answer, the rest of its list, and what people are likely to do next. */
export function answerOf(operations: readonly Operation[], call: Call, reader?: Reader): Reply {
  const { operation, output } = call
  const table = operation.table?.(output, reader)
  return {
    text: operation.tell('nextCursor' in output ? { ...output, nextCursor: null } : output, reader),
    ...(table !== undefined && table.rows.length > 0 && { table }),
    actions: [...moreOf(call), ...callsAfter(operations, call)],
  }
}

function moreOf({ operation, input, output }: Call): ReplyAction[] {
  if (typeof output.nextCursor !== 'string') return []
  const call = { operation: operation.name, input: { ...input, cursor: output.nextCursor } }
  return [{ label: 'More', call }]
}

function callsAfter(operations: readonly Operation[], { operation, input, output }: Call): ReplyAction[] {
  return actionsFor(operations, operation.next?.(output, input) ?? [])
}

/** What a reader may do, in words. */
export function actionsFor(operations: readonly Operation[], calls: readonly NextCall[]): ReplyAction[] {
  return calls.flatMap((call) => {
    const next = operations.find(({ name }) => name === call.operation)
    return next === undefined ? [] : [{ label: labelOf(next, call), call }]
  })
}

/** `Decide AP-3: approve` of a call of `approvals.decide`. */
function labelOf({ verb, pathFields }: Operation, { input, named }: NextCall): string {
  const words = verb.replaceAll('_', ' ')
  const about = named === undefined ? pathFields.map((field) => input[field]).filter(isNamed) : [named]
  const others = Object.entries(input).flatMap(([field, value]) =>
    isNamed(value) && !pathFields.includes(field) ? [value] : [],
  )
  const head = [`${words.charAt(0).toUpperCase()}${words.slice(1)}`, ...about].join(' ')
  return others.length > 0 ? `${head}: ${others.join(', ')}` : head
}

/** Whether people know a thing by this text. Ids are for programs: `notification_0192...`. */
function isNamed(value: unknown): value is string {
  return typeof value === 'string' && !ID.test(value)
}

const ID = /^[a-z]+_[0-9a-z]{12,}$/i
