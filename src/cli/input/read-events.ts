/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) from the body of an answer.
 */
import { AppError } from '../../core/errors.ts'

export interface ServerEvent {
  /** `message` if the server gave no name. */
  readonly type: string
  readonly data: string
  /** The last id of the stream, with this event or before; '' if there was none. */
  readonly lastId: string
}

/** The most characters of one event: gateways never send more. */
const EVENT_MAX_CHARS = 20_000_000

/** The events of a body, each as soon as it is complete; an event that was cut off is dropped. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  let lastId = ''
  let type = ''
  let data: string[] = []
  for await (const line of readLines(body)) {
    if (line === '') {
      if (data.length > 0) yield { type: type || 'message', data: data.join('\n'), lastId }
      type = ''
      data = []
      continue
    }
    const { name, value } = fieldOf(line)
    if (name === 'data') data.push(value)
    else if (name === 'event') type = value
    else if (name === 'id' && !value.includes('\0')) lastId = value
  }
}

/** A comment has no name. */
function fieldOf(line: string): { name: string; value: string } {
  const colon = line.indexOf(':')
  if (colon < 0) return { name: line, value: '' }
  return { name: line.slice(0, colon), value: line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1) }
}

/** Lines end in CR, LF or both, at any chunk boundary. */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    // A CR at the end may be half of a line break.
    const isHalf = rest.endsWith('\r')
    const lines = (isHalf ? rest.slice(0, -1) : rest).split(/\r\n|\r|\n/)
    rest = (lines.pop() ?? '') + (isHalf ? '\r' : '')
    yield* lines
    if (rest.length > EVENT_MAX_CHARS) throw new AppError('internal', 'An event of this stream is too long.')
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1)
}
