/** Where answers of Chat Completions come from, and which of their fields may only be returned there. */
import type { Said } from '../model.ts'
import { isRecord } from '../tool-input.ts'

/** Known peculiarities of a server with one of its models. */
export const HABITS = [
  /** Its template opens the model's thinking, so that only the closing tag is seen. */
  'opens_thinking',
  'no_stream_options',
  'no_response_format',
  'wants_max_tokens',
  'wants_max_completion_tokens',
] as const
export type Habit = (typeof HABITS)[number]

export interface ChatOrigin {
  readonly model: string
  /** Host and port. */
  readonly server: string
  readonly habits: Set<Habit>
}

type Fields = Readonly<Record<string, unknown>>

/** The parts of a server's answer that are not understood here. */
export interface Returned {
  /** Fields of the message. */
  readonly message: Fields
  /** Fields of its calls, by call id. */
  readonly calls: Readonly<Record<string, Fields>>
}

export function keepReturned({ model, server }: ChatOrigin, { message, calls }: Returned): Said[] {
  const isEmpty = Object.keys(message).length + Object.keys(calls).length === 0
  return isEmpty ? [] : [{ type: 'opaque', provider: 'openai', data: { model, server, message, calls } }]
}

/** The parts of an answer to return to this server and model. */
export function findReturned({ model, server }: ChatOrigin, content: readonly Said[]): Returned {
  const found = content.flatMap((said) => {
    if (said.type !== 'opaque' || said.provider !== 'openai' || !isRecord(said.data)) return []
    const { data } = said
    return data.model === model && data.server === server ? [data as unknown as Returned] : []
  })
  // Several answers that became neighbours cannot share one content.
  const { content: sole, ...message } = Object.assign({}, ...found.map(({ message }) => message))
  return {
    message: { ...message, ...(sole !== undefined && found.length === 1 && { content: sole }) },
    calls: Object.assign({}, ...found.map(({ calls }) => calls)),
  }
}
