/**
 * Asks the person at the client before a call that cannot be undone or is their own decision, and makes sure that exactly
 * the call they agreed to is made.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { counted } from '../../../core/text/counts.ts'
import { cutSayingRest } from '../../../core/text/cut.ts'
import type { Person, Question } from '../contents/tool.ts'
import type { Caller } from '../exchange/caller.ts'

/** How long a person may take to answer, in seconds. */
const ANSWER_WITHIN_S = 600

/** The most characters of the input in a question; nobody would read more. */
const SHOWN_INPUT_MAX_CHARS = 2000

/** The key of our one question in a client's answers. */
const ANSWER_KEY = 'consent'

/** The signed state that the client carries back to us: the question, and the occasion on which it was asked. */
interface Asked {
  readonly question: string
  readonly askedAs: string
}

export interface Consent {
  readonly codec: RequestStateCodec<Asked>
  /** The person behind a call, or undefined when the client cannot ask them. */
  personOf(ctx: ServerContext, canBeAsked: boolean): Person | undefined
}

/**
 * `secret` signs the state that the client carries, at least 32 characters, the same in every process that may receive
 * it. The state is bound to the caller, so that nobody answers for another person.
 */
export function createConsent(secret: string, callerOf: (ctx: ServerContext) => Caller): Consent {
  const codec = createRequestStateCodec<Asked>({
    key: secret,
    ttlSeconds: ANSWER_WITHIN_S,
    bind: (ctx) => ownerKey(callerOf(ctx)),
  })
  return {
    codec,
    personOf(ctx, canBeAsked) {
      if (!canBeAsked) return undefined
      return {
        decision(question) {
          const asked = ctx.mcpReq.requestState<Asked>()
          if (asked?.question !== digest(question)) return undefined
          const answer = inputResponse(ctx.mcpReq.inputResponses, ANSWER_KEY)
          if (answer.kind !== 'elicit') return undefined
          return { agreed: answer.action === 'accept', askedAs: asked.askedAs }
        },
        ask: async (question) =>
          inputRequired({
            inputRequests: {
              [ANSWER_KEY]: inputRequired.elicit({
                message: wording(question),
                requestedSchema: { type: 'object', properties: {} },
              }),
            },
            requestState: await codec.mint({ question: digest(question), askedAs: randomUUID() }, ctx),
          }),
      }
    },
  }
}

/** The identity of a caller: callers with different keys are different callers. */
export function ownerKey({ actor }: Caller): string {
  return JSON.stringify([actor.kind, actor.id, actor.personId, actor.keyId ?? null])
}

function digest({ operation, input, idempotencyKey }: Question): string {
  return createHash('sha256')
    .update(JSON.stringify([operation, input, idempotencyKey ?? null]))
    .digest('base64url')
}

function wording({ operation, summary, input, about, isFinal }: Question): string {
  const json = JSON.stringify(input, null, 2)
  const shown = cutSayingRest(
    json,
    SHOWN_INPUT_MAX_CHARS,
    (left) => `\n... and ${counted(left, 'character')} more`,
  )
  const what = Object.keys(input).length === 0 ? '' : `\nWith exactly this input:\n${shown}`
  const on = about === undefined ? '' : `\n${about}`
  return `${isFinal ? 'This cannot be undone. Continue?' : 'Do you agree?'}${on}\n${operation}: ${summary}${what}`
}
