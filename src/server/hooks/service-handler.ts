/** Takes what a service sends to routes of its own, which it verifies, stores and answers in its own way. */
import type { JsonObject } from '../../core/text/json.ts'
import type { Report } from '../../domain/inbox/report.ts'
import { BODY_MAX_BYTES, readBodyBytes } from '../http/body.ts'
import type { Answer } from '../http/gate.ts'
import type { HookLimit } from './hook-limit.ts'

export interface ServiceReports {
  readonly paths: readonly string[]
  /**
   * Answers with the JSON of the answer; undefined: an empty one.
   * @throws AppError `not_configured`, `unauthenticated`, `invalid_input`
   */
  take(path: string, report: Report): Promise<JsonObject | undefined>
  readonly limit: HookLimit
}

const JSON_HEADERS = { 'content-type': 'application/json' }

export function createServiceHandler({ take, limit }: ServiceReports, path: string) {
  return async (request: Request): Promise<Answer> => {
    const raw = await readBodyBytes(request, BODY_MAX_BYTES)
    const answer = await take(path, { raw, headers: request.headers }).catch((thrown: unknown) =>
      limit.refused(request, thrown),
    )
    if (answer === undefined) return { status: 200, headers: {}, body: '' }
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(answer) }
  }
}
