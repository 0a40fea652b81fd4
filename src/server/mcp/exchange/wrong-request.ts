/**
 * Refuses requests with wrong parameters in our own words. The SDK would send its findings as JSON, mostly under the
 * code of an internal error.
 */
import { type JSONRPCRequest, type Result, Server, type ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { parseJson } from '../../../core/text/json.ts'
import { protocolError } from './answer.ts'

type Handler = (request: JSONRPCRequest, ctx: ServerContext) => Promise<Result>

export class WordedServer extends Server {
  /** The SDK checks a request within the handler that is passed here. */
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const checked = super._wrapHandler(method, handler)
    return async (request, ctx) => {
      try {
        return await checked(request, ctx)
      } catch (thrown) {
        throw inWords(method, thrown)
      }
    }
  }
}

const Findings = z
  .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
  .min(1)

/** What the SDK writes before the findings of some methods. */
const PREFIX = /^Invalid \S+ request: /

/** What the SDK writes before each finding. */
const FINDING_PREFIX = /^Invalid input: /

function inWords(method: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  const { data } = Findings.safeParse(parseJson(thrown.message.replace(PREFIX, '')))
  const [first] = data ?? []
  if (data === undefined || first === undefined) return thrown
  const issues = data.map(({ path, message }) => ({
    path: path.join('.'),
    message: message.replace(FINDING_PREFIX, ''),
  }))
  const said = issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return protocolError(
    new AppError('invalid_input', `This ${method} is not valid: ${said}.`, {
      fix: 'Send the parameters that the protocol defines for this method.',
      issues,
      cause: thrown,
    }),
  )
}
