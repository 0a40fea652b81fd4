/** What a person reads when a call is refused. */
import { type AppError, errorBody, toAppError } from '../core/errors.ts'
import type { Reply } from './reply.ts'

/** The same turn may succeed later, so that the door decides when to repeat it. */
const REPEATABLE = new Set<string>(['unavailable', 'in_progress', 'cancelled'])

/** The refusal as a reply. @throws AppError when the turn may be tried again */
export function refusalOf(thrown: unknown, said: string): Reply {
  const error = toAppError(thrown)
  if (REPEATABLE.has(error.code)) throw error
  if (error.code === 'internal') {
    return {
      text: 'That did not work, and the reason is in the log of the gateway. What you said before is kept.',
      actions: [{ label: 'Try again', say: said }],
    }
  }
  return { text: refusalText(error), actions: [] }
}

function refusalText(error: AppError): string {
  const { message, fix, issues = [] } = errorBody(error)
  const said = issues.length > 0 ? issues.map((issue) => sentence(issue.message)).join(' ') : message
  return fix === undefined ? said : `${said}\n${fix}`
}

function sentence(text: string): string {
  const whole = /[.?!]$/.test(text) ? text : `${text}.`
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}`
}
