/** What a message says besides its sentence, as its reader may know it now. */
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Message } from '../../core/area/message.ts'
import { cutText } from '../../core/text/cut.ts'
import { seenJson } from '../../core/text/json.ts'
import type { Viewer } from '../access/visible-to.ts'
import { byMessage } from './seen.ts'

/** Characters that are shown of each detail. */
const DETAIL_MAX_CHARS = 500

/** The details of `n`, for `toDetails`. The statement selects only what the viewer sees: see `seenBy`. */
export function detailsFor(viewer: Viewer, messages: readonly Message[]): SQL {
  const cases = messages.flatMap(({ details, ...message }) =>
    details === undefined ? [] : [[message, details(viewer)] as const],
  )
  return byMessage(cases, sql`null::jsonb`)
}

const Selected = z.array(z.unknown()).nullable()

/** A text is shown in one line; anything else as JSON in which every character is visible. */
export function toDetails(selected: unknown): string[] {
  return (Selected.parse(selected) ?? [])
    .filter((detail) => detail !== null)
    .map((detail) => (typeof detail === 'string' ? detail.replaceAll(/\s+/g, ' ').trim() : seenJson(detail)))
    .map((detail) => cutText(detail, DETAIL_MAX_CHARS, '…'))
}
