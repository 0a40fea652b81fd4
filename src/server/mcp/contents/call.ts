/**
 * Calls one operation for an MCP tool: asks the person where necessary, keeps the answer within limits, renders errors.
 */

import type { Gateway } from '../../../core/area/gateway.ts'
import type { Call } from '../../../core/call/call.ts'
import { parseInput } from '../../../core/call/input.ts'
import { AppError, toAppError } from '../../../core/errors.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { counted } from '../../../core/text/counts.ts'
import { ANSWER_MAX_CHARS, errorAnswer, type ToolAnswer, toolAnswer } from '../exchange/answer.ts'
import type { TaskStarted } from './task-wire.ts'
import type { Question, ToolCall, ToolOutcome } from './tool.ts'

type Input = Readonly<Record<string, unknown>>

export type CallOperation = (operation: Operation, input: Input, call: ToolCall) => Promise<ToolOutcome>

/** A shortened page is requested with this share of the items that would fit, because items differ in length. */
const SHORTER_PAGE_MARGIN = 0.8

/** Binds calls to the gateway. A call never rejects: a failure is an answer with `isError`. */
export function createOperationCaller(gateway: Gateway): CallOperation {
  return async (operation, input, call) => {
    try {
      const isAsked = operation.effect === 'destroy' || operation.asksPerson?.(input) === true
      return isAsked && call.person && call.caller.actor.run === undefined
        ? await callWithConsent(operation, input, call)
        : await callAndTell(operation, input, call)
    } catch (thrown) {
      if (!(thrown instanceof AppError)) {
        gateway.log.error(
          { err: thrown, operation: operation.name, requestId: call.requestId },
          'door failed',
        )
      }
      return errorAnswer(toAppError(thrown), call.requestId)
    }
  }

  /**
   * The person is asked even if the model already sends `confirm: true`: the model cannot agree for the person. The
   * first attempt is made unconfirmed, so that the person is not asked about a call that would be refused anyway.
   */
  async function callWithConsent(operation: Operation, input: Input, call: ToolCall): Promise<ToolOutcome> {
    const { confirm: _theirs, ...asked } = input
    const { name, summary } = operation
    const isFinal = operation.effect === 'destroy'
    const { idempotencyKey } = call
    const question: Question = { operation: name, summary, isFinal, input: asked, idempotencyKey }
    const decision = call.person?.decision(question)
    if (decision === undefined) return askFirst(operation, question, call)
    if (!decision.agreed) {
      throw new AppError('confirmation_required', `The person did not agree to ${name}.`, {
        fix: 'Nothing was changed. Do not try again unless they ask for it.',
      })
    }
    // The client keeps the answer and may send it again, for example after a lost connection: it is valid for one run.
    const once = { ...call, idempotencyKey: call.idempotencyKey ?? decision.askedAs }
    return callAndTell(operation, isFinal ? { ...asked, confirm: true } : asked, once)
  }

  async function askFirst(operation: Operation, question: Question, call: ToolCall): Promise<ToolOutcome> {
    if (call.person && !question.isFinal) {
      const about = await aboutCall(operation, question.input, call)
      return call.person.ask({ ...question, ...(about !== undefined && { about }) })
    }
    try {
      return await callAndTell(operation, question.input, call)
    } catch (thrown) {
      if (call.person && thrown instanceof AppError && thrown.code === 'confirmation_required') {
        return call.person.ask(question)
      }
      throw thrown
    }
  }

  /** What a decision is about: it is read first, so that nobody is asked about what is not there. */
  async function aboutCall(operation: Operation, input: Input, call: ToolCall): Promise<string | undefined> {
    const offer = operation.offeredBy?.(parseInput(operation, input))
    const read = gateway.operations.find(({ name }) => name === offer?.operation)
    if (offer === undefined || read === undefined) return undefined
    const { output } = await gateway.invoke(read, offer.input, invocation(call))
    return tell(read, output, call)
  }

  async function callAndTell(
    operation: Operation,
    input: Input,
    call: ToolCall,
  ): Promise<ToolAnswer | TaskStarted> {
    const { output, replayed } = await gateway.invoke(operation, input, invocation(call))
    const started = operation.task && (await call.tasks?.begin(operation.task, output))
    if (started) return started
    const answer = toolAnswer({ text: tell(operation, output, call), structured: output, replayed })
    const isTooLong = answer.json.length > ANSWER_MAX_CHARS && operation.effect === 'read'
    return isTooLong ? shorterPage(operation, input, call, { output, chars: answer.json.length }) : answer
  }

  /** The effect of a call is final, even if its answer cannot be put into words. */
  function tell(operation: Operation, output: Record<string, unknown>, call: ToolCall): string {
    try {
      return operation.tell(output)
    } catch (err) {
      gateway.log.error({ err, operation: operation.name, requestId: call.requestId }, 'tell failed')
      return 'Done; the answer is in the structured content.'
    }
  }

  /** A list that is too long for one answer is requested again as a shorter page, so that its cursor stays correct. */
  async function shorterPage(
    operation: Operation,
    input: Input,
    call: ToolCall,
    long: { output: Record<string, unknown>; chars: number },
  ): Promise<ToolAnswer> {
    const { items } = long.output
    if (!Array.isArray(items) || items.length < 2 || !('limit' in operation.input.shape)) {
      throw tooLong(long.chars)
    }
    const share = (items.length * ANSWER_MAX_CHARS * SHORTER_PAGE_MARGIN) / long.chars
    const limit = Math.max(1, Math.floor(share))
    const { output } = await gateway.invoke(operation, { ...input, limit }, invocation(call))
    const note = `Shortened to ${limit} of ${counted(items.length, 'item')}, since all would be ${counted(long.chars, 'character')}. For the rest, call again with cursor: nextCursor.`
    const answer = toolAnswer({ text: `${note}\n${tell(operation, output, call)}`, structured: output })
    if (answer.json.length <= ANSWER_MAX_CHARS) return answer
    return shorterPage(operation, input, call, { output, chars: answer.json.length })
  }
}

function invocation(call: ToolCall): Call {
  const { caller, requestId, idempotencyKey, report } = call
  return {
    actor: caller.actor,
    door: 'mcp',
    requestId,
    // Created on first use: it costs more than a short call.
    get signal() {
      return call.signal
    },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(report === undefined ? {} : { report }),
  }
}

function tooLong(chars: number): AppError {
  return new AppError(
    'payload_too_large',
    `The answer has ${counted(chars, 'character')}; at most ${ANSWER_MAX_CHARS} are sent.`,
    { fix: 'Request less: a smaller limit, narrower filters, or one item at a time.' },
  )
}
