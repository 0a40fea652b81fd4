/** A stand-in for Anthropic's API: it streams answers that follow from the transcript alone, and stops where it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Spot, Trap } from '../harness/trap.ts'
import { readText } from './counting-server.ts'
import { listenLocal } from './listen-local.ts'
import { type Asked, answerTo, type Block } from './model-answer.ts'

export interface ModelServer {
  urlFor(process: string): string
  /** Questions that were asked. */
  readonly asked: number
  close(): Promise<void>
}

const BYTES_PER_TOKEN = 4
const OUTPUT_TOKENS = 60

export async function openModelServer(trap: Trap): Promise<ModelServer> {
  let asked = 0
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy())
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const process = request.url?.split('/')[1] ?? ''
    const text = await readText(request)
    asked += 1
    const events = eventsOf(answerTo(JSON.parse(text) as Asked), Math.ceil(text.length / BYTES_PER_TOKEN))
    const spots: [Spot, number][] = [
      ['model.asked', 0],
      ['model.midway', Math.floor(events.length / 2)],
      ['model.ending', events.length - 1],
    ]
    for (const [index, event] of events.entries()) {
      for (const [spot, at] of spots) {
        if (index === at && (await trap.pass({ spot, process })) === 'cut') {
          response.destroy()
          return
        }
      }
      if (index === 0) response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    response.end()
  }

  const port = await listenLocal(server)
  return {
    urlFor: (process) => `http://127.0.0.1:${port}/${process}`,
    get asked() {
      return asked
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface StreamEvent {
  readonly type: string
}

function eventsOf(blocks: readonly Block[], inputTokens: number): StreamEvent[] {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-4-5', content: [] }
  const usage = { input_tokens: inputTokens, output_tokens: 1 }
  const hasCalls = blocks.some(({ type }) => type === 'tool_use')
  return [
    { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null, usage } },
    ...blocks.flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: hasCalls ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: OUTPUT_TOKENS },
    },
    { type: 'message_stop' },
  ] as StreamEvent[]
}

function blockEvents(block: Block, index: number): object[] {
  const [empty, deltas] =
    block.type === 'text'
      ? [{ ...block, text: '' }, halves(block.text).map((text) => ({ type: 'text_delta', text }))]
      : [
          { ...block, input: {} },
          halves(JSON.stringify(block.input)).map((json) => ({
            type: 'input_json_delta',
            partial_json: json,
          })),
        ]
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2)
  return [text.slice(0, middle), text.slice(middle)]
}
