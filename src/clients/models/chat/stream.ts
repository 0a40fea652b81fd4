/** Reads what a Chat Completions server sends: a stream of events, or a whole body although a stream was requested. */
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { noServer } from '../no-server.ts'
import { isRecord } from '../tool-input.ts'
import { ProviderRefusal } from './provider-refusal.ts'

/** The server announced the end of its answer. */
export const END = Symbol('the end of an answer')

export type ChatEvent = Readonly<Record<string, unknown>> | typeof END

/**
 * @throws ProviderRefusal where the server reports a failure; SyntaxError for text that is not JSON, or that was cut
 */
export async function* readChat(response: Response): AsyncGenerator<ChatEvent> {
  if (!response.ok) throw new ProviderRefusal(jsonOr(await response.text()), response)
  const decoder = new TextDecoder()
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  let isStream = false
  let text = ''
  for await (const bytes of response.body ?? []) {
    const piece = decoder.decode(bytes, { stream: true })
    // Servers keep a connection open with blanks; skipping them here avoids searching them again with each piece.
    text = text === '' && !isStream ? piece.trimStart() : text + piece
    // An event begins with a name or a colon; JSON and web pages begin with one of these characters.
    isStream ||= text !== '' && !/^[{[<]/.test(text)
    if (!isStream) continue
    parser.feed(text)
    text = ''
    for (const event of events.splice(0)) yield* readEvent(event)
  }
  if (!isStream) return yield* readBody(text)
  // Careless servers do not end their last line.
  parser.feed('\n\n')
  for (const event of events) yield* readEvent(event)
}

function* readEvent({ event, data }: EventSourceMessage): Generator<ChatEvent> {
  for (const value of valuesIn(data)) {
    if (event === 'error') throw new ProviderRefusal(value === END ? data : value)
    yield readValue(value)
  }
}

/** One value by the protocol; servers that leave out the empty lines between events send several. */
function valuesIn(data: string): unknown[] {
  const value = jsonOr(data)
  const lines = value === data ? data.split('\n') : []
  const values = value === data ? lines.filter((line) => line.trim() !== '') : [value]
  return values
    .filter((line) => !isSignOfLife(line))
    .map((line) => {
      if (typeof line !== 'string') return line
      return line.trim().startsWith('[DONE]') ? END : JSON.parse(line)
    })
}

/** "data: ping", "data: keep-alive", "data: null": sent while there is nothing to say. */
function isSignOfLife(line: unknown): boolean {
  if (typeof line === 'string') return /^(ping|keep-?alive|heartbeat|processing)$/i.test(line.trim())
  return line === null || (Array.isArray(line) && line.length === 0)
}

/** The whole body: an answer, one event per line, or an error that came with a success status. */
function* readBody(text: string): Generator<ChatEvent> {
  if (text.trimStart().startsWith('<')) throw noServer('openai')
  const whole = jsonOr(text)
  if (whole === text) return yield* readLines(text)
  const answer = readValue(whole)
  // A server that reports its fault in a form of its own: every answer has choices.
  if (answer !== END && !isRecord(answer.choices) && !Array.isArray(answer.choices))
    throw new ProviderRefusal(answer)
  yield answer
  yield END
}

/** Anything after the end of an answer is not part of it. */
function* readLines(text: string): Generator<ChatEvent> {
  let hasEnded = false
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const data = line.replace(/^data:/, '').trim()
    const value = jsonOr(data)
    if (value === data && hasEnded) return
    const event = readValue(value === data ? JSON.parse(data) : value)
    hasEnded ||= /"finish_reason": *"\w/.test(data)
    yield event
  }
}

function readValue(value: unknown): ChatEvent {
  if (value === END) return END
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (!isRecord(only)) throw new SyntaxError('an event of the stream is not an object')
  if (only.error || only.object === 'error') throw new ProviderRefusal(only)
  return only
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
