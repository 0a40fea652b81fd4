/** A provider that speaks Anthropic's protocol and answers as a test scripts it. */
import {
  anthropicEvents,
  type Exchange,
  openProtocolServer,
  writeAnthropic,
} from '../clients/models/protocol-server.ts'

/** What a model answers with: words, calls, or both. */
export interface Answer {
  readonly text?: string
  readonly calls?: readonly { readonly name: string; readonly input: object | string }[]
  readonly stop?: string
  readonly tokens?: { readonly input: number; readonly output: number }
}

/** Undefined: the test has answered by itself. */
export type Reply = Answer | ((exchange: Exchange) => Answer | undefined | Promise<Answer | undefined>)

export interface Provider {
  readonly url: string
  /** Every question that came, in order. */
  readonly exchanges: readonly Exchange[]
  /** Answers the next questions so, one after the other. */
  say(...replies: Reply[]): void
  close(): Promise<void>
}

export async function openProvider(): Promise<Provider> {
  const server = await openProtocolServer()
  const replies: Reply[] = []
  let calls = 0
  server.answer(async (exchange) => {
    const reply = replies.shift() ?? { text: 'Nothing is left to say.' }
    const answer = typeof reply === 'function' ? await reply(exchange) : reply
    if (answer === undefined) return
    writeAnswer(exchange, answer, () => `toolu_${++calls}`)
  })
  return {
    url: server.url,
    exchanges: server.exchanges,
    say(...more) {
      replies.splice(0, replies.length, ...more)
    },
    close: server.close,
  }
}

function writeAnswer({ response }: Exchange, answer: Answer, callId: () => string): void {
  const { text, calls = [], tokens = { input: 100, output: 10 } } = answer
  const stop = answer.stop ?? (calls.length > 0 ? 'tool_use' : 'end_turn')
  writeAnthropic(response, [
    anthropicEvents.start({ input_tokens: tokens.input, output_tokens: 1 }),
    ...(text === undefined ? [] : anthropicEvents.text(0, text)),
    ...calls.flatMap(({ name, input }, index) => callEvents(index + 1, callId(), { name, input })),
    ...anthropicEvents.end(stop, { output_tokens: tokens.output }),
  ])
  response.end()
}

function callEvents(index: number, id: string, { name, input }: { name: string; input: object | string }) {
  return [
    { type: 'content_block_start', index, content_block: { type: 'tool_use', id, name, input: {} } },
    {
      type: 'content_block_delta',
      index,
      delta: {
        type: 'input_json_delta',
        partial_json: typeof input === 'string' ? input : JSON.stringify(input),
      },
    },
    { type: 'content_block_stop', index },
  ]
}

/** The text of a question's last message, or of the results in it. */
export function lastTold({ body }: Exchange): string {
  return JSON.stringify(body.messages.at(-1).content)
}
