/** Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) off an answer's body. */
import { AppError } from '../../core/errors.ts'

export interface ServerEvent {
  /** `message` where the server named none. */
  readonly type: string
  readonly data: string
  /** The last id that the stream gave, with this event or before; '' when none. */
  readonly lastId: string
}

/** Characters of one event: more is nothing that a gateway sends. */
const EVENT_MAX_CHARS = 20_000_000

/** The events of a body, each as soon as it is whole; one that was cut off is dropped. */
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

/** Lines end in CR, LF or both, wherever the chunks are cut. */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    // A CR at the end may be half of a line's end.
    const isHalf = rest.endsWith('\r')
    const lines = (isHalf ? rest.slice(0, -1) : rest).split(/\r\n|\r|\n/)
    rest = (lines.pop() ?? '') + (isHalf ? '\r' : '')
    yield* lines
    if (rest.length > EVENT_MAX_CHARS) throw new AppError('internal', 'An event of this stream is too long.')
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1)
}
