/** What a Chat Completions server sent instead of an answer. */
import { cutText } from '../../../core/text/cut.ts'

/** The most characters of the body in the error's message. */
const BODY_MAX_CHARS = 1_000

export class ProviderRefusal extends Error {
  /** Its body: JSON if it is valid JSON, otherwise its text. */
  readonly error: unknown
  readonly status: number | undefined
  readonly headers: Headers | undefined

  constructor(error: unknown, response?: Pick<Response, 'status' | 'headers'>) {
    const body = typeof error === 'string' ? error : JSON.stringify(error)
    super(cutText([response?.status, body].filter(Boolean).join(' '), BODY_MAX_CHARS))
    this.name = 'ProviderRefusal'
    this.error = error
    this.status = response?.status
    this.headers = response?.headers
  }
}
