/**
 * A model that answers at once, by Anthropic's protocol: a number of calls of one tool, one after the other, then a
 * last text.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface InstantModelConfig {
  /** Answers that call the tool, before the one that ends the run. */
  readonly calls: number
  readonly tool: string
  readonly input: object
}

const { calls, tool, input } = JSON.parse(process.argv[2] ?? '{}') as InstantModelConfig

const RESULT = '"type":"tool_result"'
const USAGE = { input_tokens: 1_000, output_tokens: 1 }

let answers = 0

function blockOf(isLast: boolean): object[] {
  if (isLast) {
    return [
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Done.' } },
    ]
  }
  answers += 1
  const call = { type: 'tool_use', id: `toolu_${answers}`, name: tool, input: {} }
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) }
  return [
    { type: 'content_block_start', index: 0, content_block: call },
    { type: 'content_block_delta', index: 0, delta },
  ]
}

function answerTo(question: string): string {
  const isLast = question.split(RESULT).length > calls
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'instant', content: [] }
  const events = [
    { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null, usage: USAGE } },
    ...blockOf(isLast),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: isLast ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: 50 },
    },
    { type: 'message_stop' },
  ] as { readonly type: string }[]
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

const server = createServer(async (request, response) => {
  const question = await text(request)
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answerTo(question))
})
// A connection that is closed as it is used again would count as a failure of the provider.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
