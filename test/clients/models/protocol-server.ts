/** A server that speaks the models' protocols byte for byte as a test says, also wrongly. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KEPT_ALIVE } from '../../support/keep-alive.ts'

export interface Exchange {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: a protocol's own JSON, looked into by tests only
  readonly body: any
  /** Fulfilled when the client goes before the answer ended. */
  readonly gone: Promise<void>
  readonly response: ServerResponse
}

export interface ProtocolServer {
  readonly url: string
  readonly exchanges: Exchange[]
  /** Answers all that follows so. */
  answer(with_: (exchange: Exchange) => void | Promise<void>): void
  close(): Promise<void>
}

export async function openProtocolServer(): Promise<ProtocolServer> {
  const exchanges: Exchange[] = []
  let respond: (exchange: Exchange) => void | Promise<void> = ({ response }) => {
    response.end()
  }
  const server = createServer(KEPT_ALIVE, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const gone = new Promise<void>((resolve) => {
      response.on('close', () => {
        if (!response.writableFinished) resolve()
      })
    })
    const exchange = {
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()),
      gone,
      response,
    }
    exchanges.push(exchange)
    await respond(exchange)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    answer(with_) {
      respond = with_
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' }

/** Opens a stream and writes these events of Anthropic's, each named by its type. */
export function writeAnthropic(response: ServerResponse, events: readonly { readonly type: string }[]): void {
  if (!response.headersSent) response.writeHead(200, EVENT_STREAM)
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
}

/** Opens a stream and writes these chunks of Chat Completions. */
export function writeChunks(response: ServerResponse, chunks: readonly object[]): void {
  if (!response.headersSent) response.writeHead(200, EVENT_STREAM)
  for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
}

export function writeJson(
  response: ServerResponse,
  { status, body, headers = {} }: { status: number; body: object; headers?: Record<string, string> },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export const anthropicEvents = {
  start: (usage: object = { input_tokens: 10, output_tokens: 1 }) => ({
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-test-1',
      content: [],
      stop_reason: null,
      usage,
    },
  }),
  text: (index: number, ...pieces: string[]) => [
    { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
    ...pieces.map((text) => ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index },
  ],
  toolUse: (index: number, name: string, ...pieces: string[]) => [
    {
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id: `toolu_${index}`, name, input: {} },
    },
    ...pieces.map((partial_json) => ({
      type: 'content_block_delta',
      index,
      delta: { type: 'input_json_delta', partial_json },
    })),
    { type: 'content_block_stop', index },
  ],
  end: (stop_reason: string, usage: object = { output_tokens: 5 }) => [
    { type: 'message_delta', delta: { stop_reason }, usage },
    { type: 'message_stop' },
  ],
}

export function chunkOf(delta: object, finish_reason: string | null = null): object {
  return {
    id: 'chat_1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'test-1',
    choices: [{ index: 0, delta, finish_reason }],
  }
}

export function usageChunk(usage: object): object {
  return { id: 'chat_1', object: 'chat.completion.chunk', created: 1, model: 'test-1', choices: [], usage }
}
