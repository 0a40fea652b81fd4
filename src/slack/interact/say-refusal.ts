/** Refusals as people in Slack read them. */
import { type AppError, errorBody } from '../../core/errors.ts'
import type { Refusal } from '../../domain/slack/speaker.ts'

/** Another attempt may succeed soon, so the press is handled again rather than answered. */
const REPEATABLE = new Set<string>(['unavailable', 'in_progress', 'cancelled', 'rate_limited'])

/** @throws AppError when another attempt may succeed soon */
export function refusalText(error: AppError): string {
  if (REPEATABLE.has(error.code)) throw error
  if (error.code === 'internal') return FAILED
  const { message, fix, issues = [] } = errorBody(error)
  const said =
    issues.length > 0 ? issues.map((issue) => `${issue.path}: ${issue.message}`).join('\n') : message
  return fix === undefined ? said : `${said}\n${fix}`
}

export const GONE = 'This button is too old, so it did nothing. Write what you want instead.'

export const FAILED = 'That did not work, and nothing was changed. The reason is in the log of the gateway.'

/** What somebody reads who may not press anything; undefined: a program, which is not answered. */
export function strangerText(why: Refusal): string | undefined {
  switch (why) {
    case 'own':
    case 'bot':
      return undefined
    case 'unknown':
      return 'I do not know you yet, so I did nothing. Write to me privately, and I tell you how to connect.'
    case 'deactivated':
      return 'You have been deactivated here, so I did nothing. An admin of the gateway can let you come back.'
    case 'guest':
    case 'stranger':
      return 'I did nothing: only full members of this workspace can use me here.'
  }
}
