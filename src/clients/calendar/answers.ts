/** What answers of a calendar's service mean. */
import { createHash } from 'node:crypto'
import type { Access } from '../../core/area/connector.ts'
import type { CalendarAnswer } from '../../core/outbound/calendar.ts'
import { type FetchPublic, NoAnswer, type PublicAnswer } from '../outbound/fetch-public.ts'

export interface CalendarParts {
  readonly fetchPublic: FetchPublic
  readonly refused: Access['refused']
}

/** An answer of a service that is no calendar. */
export class Unexpected extends Error {
  readonly answer: Pick<PublicAnswer, 'status' | 'headers'>

  constructor(answer: Pick<PublicAnswer, 'status' | 'headers'>) {
    super(`answered ${answer.status}`)
    this.answer = answer
  }
}

const UNAUTHORIZED = 401
const SECOND_MS = 1000
/** The longest pause that a service may ask for, in milliseconds. */
const RETRY_AFTER_MAX_MS = 24 * 3_600_000

const MEANINGS: Readonly<Record<number, string>> = {
  403: 'may not be read: the service answered 403. Its address may have been reset',
  404: 'is not there: the service answered 404. Its address may have been reset',
  410: 'is gone: the service answered 410',
  429: 'is not given out so often: the service answered 429',
}

/** @throws the refusal of the account */
export async function answerOf(
  refused: Access['refused'],
  read: () => Promise<CalendarAnswer | PublicAnswer>,
): Promise<CalendarAnswer> {
  try {
    const answer = await read()
    return 'kind' in answer ? answer : failed(answer, refused)
  } catch (thrown) {
    if (thrown instanceof Unexpected) return failed(thrown.answer, refused)
    if (thrown instanceof NoAnswer) return { kind: 'failed', why: thrown.message, retryAfterMs: undefined }
    throw thrown
  }
}

function failed({ status, headers }: Unexpected['answer'], refused: Access['refused']): CalendarAnswer {
  if (status === UNAUTHORIZED) throw refused(new Error(`the service of a calendar answered ${status}`))
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return {
    kind: 'failed',
    why: MEANINGS[status] ?? `cannot be read: the service answered ${status}`,
    retryAfterMs: seconds > 0 ? Math.min(seconds * SECOND_MS, RETRY_AFTER_MAX_MS) : undefined,
  }
}

/** By which the same calendar is recognized; the address cannot be told from it. */
export function idOfCalendar(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url')
}
