/** An approval in words: one line, or the input of its call. */
import type { Reader } from '../../../core/operation/description.ts'
import { counted } from '../../../core/text/counts.ts'
import { cutSayingRest } from '../../../core/text/cut.ts'
import { seenJson } from '../../../core/text/json.ts'
import { momentText } from '../../time/moment-text.ts'
import type { Approval } from './approvals.ts'

/** A call's input as JSON; for a longer one, how many characters more there are, and where. */
export function shownInput(
  { ref, input }: Pick<Approval, 'ref' | 'input'>,
  maxChars: number,
  indent = 0,
): string {
  return cutSayingRest(
    seenJson(input, indent),
    maxChars,
    (left) => ` ... and ${counted(left, 'character')} more, which approvals.get shows for ${ref}`,
  )
}

interface ApprovalLine extends Pick<Reader, 'timeZone'> {
  /** Default: no limit. */
  readonly inputMaxChars?: number
}

/** An approval in a line or two, with the whole input or a limited number of characters. */
export function approvalLine(
  approval: Approval,
  { inputMaxChars = Number.POSITIVE_INFINITY, timeZone }: ApprovalLine = {},
): string {
  const { ref, state, agent, runRef: ofRun, operation, why, expiresAt, decidedBy, decidedAt, note } = approval
  const end =
    state === 'pending'
      ? `until ${atText(expiresAt, timeZone)}`
      : `${decidedBy === null ? '' : `by ${decidedBy} `}at ${atText(decidedAt ?? '', timeZone)}`
  return `${ref} ${state} (${end}): ${agent} of ${ofRun} wants ${operation} ${shownInput(approval, inputMaxChars)}, since ${why}${note === null ? '' : `. Note: ${note}`}`
}

function atText(at: string, timeZone: string | undefined): string {
  return timeZone === undefined || at === '' ? at : momentText(timeZone, new Date(at))
}
