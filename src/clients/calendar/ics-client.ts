/** Reads a calendar at an address that answers with iCalendar text. */
import { createHash } from 'node:crypto'
import { AppError } from '../../core/errors.ts'
import { type CalendarAnswer, type CalendarClient, whatElse } from '../../core/outbound/calendar.ts'
import { parseJson } from '../../core/text/json.ts'
import { answerOf, type CalendarParts, idOfCalendar } from './answers.ts'

const NOT_MODIFIED = 304

export function createIcsClient(url: string, { fetchPublic, refused }: CalendarParts): CalendarClient {
  const address = httpsOf(url)

  async function read(version: string | null, signal: AbortSignal): Promise<CalendarAnswer> {
    return await answerOf(refused, async () => {
      const headers = { accept: 'text/calendar, */*;q=0.5', ...conditionsOf(version) }
      const answer = await fetchPublic(address, { headers, signal })
      if (answer.status === NOT_MODIFIED) return { kind: 'unchanged' }
      const fault = answer.status === 200 ? whatElse(answer.text) : undefined
      if (fault !== undefined) return { kind: 'failed', why: fault, retryAfterMs: undefined }
      if (answer.status !== 200) return answer
      const next = versionOf(answer.headers, answer.text)
      return next === version ? { kind: 'unchanged' } : { kind: 'read', texts: [answer.text], version: next }
    })
  }

  return {
    self: null,
    read: ({ version }, signal) => read(version, signal),
    async whoIs(signal) {
      const answer = await read(null, signal)
      if (answer.kind === 'read') {
        const name = nameIn(answer.texts[0] ?? '') ?? new URL(address).hostname
        return { id: idOfCalendar(address), name }
      }
      const why = answer.kind === 'failed' ? answer.why : 'answered that nothing has changed'
      throw new AppError('invalid_input', `The address ${why}.`, {
        fix: 'Copy the address of the calendar in iCal format from its settings: it mostly ends in .ics.',
      })
    },
  }
}

function httpsOf(url: string): string {
  return url.replace(/^webcals?:\/\//i, 'https://')
}

/** A version holds what the service says of it, and what the text says by itself: some services never say. */
function versionOf(headers: Headers, text: string): string {
  return JSON.stringify({
    etag: headers.get('etag'),
    modified: headers.get('last-modified'),
    digest: createHash('sha256').update(text).digest('base64url'),
  })
}

function conditionsOf(version: string | null): Record<string, string> {
  const { etag, modified } = (version === null ? {} : parseJson(version)) as Record<string, string | null>
  return {
    ...(etag && { 'if-none-match': etag }),
    ...(modified && { 'if-modified-since': modified }),
  }
}

function nameIn(text: string): string | undefined {
  const name = /^X-WR-CALNAME[^:\r\n]*:(.*)$/im.exec(text.replace(/\r?\n[ \t]/g, ''))?.[1]
  return name?.replace(/\\([\\;,])/g, '$1').trim() || undefined
}
