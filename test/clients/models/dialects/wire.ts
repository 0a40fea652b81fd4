/**
 * Recordings of what model servers send, of our own making after each one's documentation. Every server says the same
 * things, so that one test can replay them all: a plain answer, one call, two calls, thinking, a refusal, an error.
 */
import type { Provider, Usage } from '../../../../src/clients/models/model.ts'

/** What is said, whoever says it: with characters of two, three and four bytes, and one of several code points. */
export const ANSWER = ['Es sind 21', ' °C in Tōkyō', ' 🌤️ 👩‍👩‍👧'] as const
export const THOUGHT = ['Erst überlegen', ', dann 🤔 handeln.'] as const
export const CALLED = { name: 'tasks_create', title: 'Zürich 🌍' } as const

/** The arguments of a call in pieces. */
export function argumentsOf(title: string): readonly [string, string, string] {
  return ['{"tas', `ks": [{"title": "${title}`, '"}]}']
}

/** An event of a stream: an object becomes its data, a text is sent as it is. */
export type Line = object | string

export interface Recording {
  readonly says: 'plain' | 'call' | 'two calls' | 'thinking' | 'refusal' | 'error'
  readonly lines: readonly Line[]
  /** Default 200; any other comes with the first line as its whole body. */
  readonly status?: number
  /** What the answer must be counted as; absent: the server counts nothing, and it is estimated. */
  readonly usage?: Partial<Usage>
  /** What must stand in the answer's message when it is sent back. */
  readonly back?: object
  /** What becomes of the run; `again`: the model is asked a second time, and the run succeeds. */
  readonly ends?: 'refused_by_model' | 'provider_failed' | 'again'
  /** The server's own words, which the person must be shown. */
  readonly words?: string
}

export interface Dialect {
  readonly name: string
  /** Where its form is documented. */
  readonly source: string
  readonly provider: Provider
  readonly model: string
  readonly recordings: readonly Recording[]
  /** What the server would refuse of a question, in its own words. */
  refuses?(body: Question): string | undefined
}

/** A question as far as a server looks into it. */
export interface Question extends Readonly<Record<string, unknown>> {
  readonly messages: readonly QuestionMessage[]
}

export interface QuestionMessage extends Readonly<Record<string, unknown>> {
  readonly role: string
  readonly tool_call_id?: string
  readonly tool_calls?: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[]
}

export const DONE = 'data: [DONE]'

/** Writes chunks of Chat Completions with what stands in each one of a server. */
export function chunks(envelope: object) {
  const choice = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
    ...envelope,
    choices: [{ index: 0, delta, finish_reason, ...more }],
  })
  return {
    choice,
    usage: (usage: object) => ({ ...envelope, choices: [], usage }),
    texts: (pieces: readonly string[], of = (content: string): object => ({ content })) =>
      pieces.map((piece) => choice(of(piece))),
    /** A call as OpenAI streams it: its name, then its arguments in pieces. */
    call(index: number, id: string, title: string, more: object = {}) {
      const { name } = CALLED
      return [
        choice({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' }, ...more }] }),
        ...argumentsOf(title).map((piece) =>
          choice({ tool_calls: [{ index, function: { arguments: piece } }] }),
        ),
      ]
    },
    /** A call in one piece. */
    wholeCall(id: string, title: string, more: object = {}) {
      const written = { name: CALLED.name, arguments: argumentsOf(title).join('') }
      return { id, type: 'function', function: written, ...more }
    },
  }
}

/** The messages of the model in a question. */
export function assistants({ messages }: Question): readonly QuestionMessage[] {
  return messages.filter(({ role }) => role === 'assistant')
}
