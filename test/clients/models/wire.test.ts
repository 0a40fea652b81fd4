import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { watchCall } from '../../../src/clients/models/call-watch.ts'
import { type Models, PROVIDERS, type Provider } from '../../../src/clients/models/model.ts'
import { createModels } from '../../../src/clients/models.ts'
import { isLong } from '../../support/form.ts'
import { ask, failureOf, silentLog as log, question, shownText, textOf } from './ask.ts'
import {
  chunkOf,
  anthropicEvents as events,
  openProtocolServer,
  type ProtocolServer,
  usageChunk,
  writeAnthropic,
  writeChunks,
} from './protocol-server.ts'

/** More than the time after which a silent provider counts as hung. */
const LONG_SILENCE_MS = 301_000

let server: ProtocolServer
let models: Models

beforeAll(async () => {
  server = await openProtocolServer()
  models = modelsAt(server.url)
})

afterAll(async () => {
  await server.close()
})

afterEach(() => {
  vi.useRealTimers()
})

function modelsAt(url: string): Models {
  return createModels({
    anthropic: { apiKey: 'test-key', baseUrl: url },
    openai: { apiKey: 'test-key', baseUrl: `${url}/v1` },
    log,
  })
}

/** Begins to answer, and says no more. */
function answerByHalf(): void {
  server.answer(({ path, response }) => {
    if (path === '/v1/messages') writeAnthropic(response, [events.start(), ...events.text(0, 'half ')])
    else writeChunks(response, [chunkOf({ role: 'assistant', content: 'half ' })])
  })
}

function answerWith(pieces: readonly string[]): void {
  server.answer(({ path, response }) => {
    if (path === '/v1/messages') {
      writeAnthropic(response, [events.start(), ...events.text(0, ...pieces), ...events.end('end_turn')])
    } else {
      writeChunks(response, [
        ...pieces.map((content) => chunkOf({ content })),
        chunkOf({}, 'stop'),
        usageChunk({ prompt_tokens: 3, completion_tokens: 2 }),
      ])
    }
    response.end()
  })
}

describe.each(PROVIDERS)('a call to %s', (provider) => {
  test('that is cancelled in the middle closes its connection, and tells what was spent', async () => {
    answerByHalf()
    const controller = new AbortController()
    const asked = models.ask(question(provider, 'go'), {
      signal: controller.signal,
      onDelta: () => controller.abort(),
    })
    const error = await failureOf(asked)
    expect(error).toMatchObject({ code: 'cancelled', retryable: false })
    expect(error.usage).toMatchObject({ estimated: true })
    expect(error.usage?.outputTokens).toBeGreaterThan(0)
    await server.exchanges.at(-1)?.gone
  })

  test('that is cancelled before the first byte closes its connection', async () => {
    const controller = new AbortController()
    server.answer(() => controller.abort())
    const error = await failureOf(models.ask(question(provider, 'go'), { signal: controller.signal }))
    expect(error.code).toBe('cancelled')
    await server.exchanges.at(-1)?.gone
  })

  test('that hangs in the middle ends on its own and may be made again', async () => {
    answerByHalf()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const asked = models.ask(question(provider, 'go'), {
      signal: new AbortController().signal,
      onDelta: () => queueMicrotask(() => vi.advanceTimersByTime(LONG_SILENCE_MS)),
    })
    const error = await failureOf(asked)
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.usage).toMatchObject({ estimated: true })
    await server.exchanges.at(-1)?.gone
  })

  test('shows piece by piece exactly what the answer holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 12 }),
        async (pieces) => {
          answerWith(pieces)
          const { answer, deltas } = await ask(models, question(provider, 'go'))
          expect(textOf(answer)).toBe(pieces.join(''))
          expect(shownText(deltas)).toBe(pieces.join(''))
        },
      ),
      { numRuns: 40 },
    )
  })

  test('to a server that is not there may be made again', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    await once(gone, 'close')
    const error = await failureOf(ask(modelsAt(`http://127.0.0.1:${port}`), question(provider, 'go')))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.usage).toBeUndefined()
  })

  test('that ends without an end may be made again', async () => {
    server.answer(({ path, response }) => {
      if (path === '/v1/messages') writeAnthropic(response, [events.start(), ...events.text(0, 'half')])
      else writeChunks(response, [chunkOf({ content: 'half' })])
      response.end()
    })
    const error = await failureOf(ask(models, question(provider, 'go')))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.message).toContain('stopped before the end of its answer')
  })

  test('whose answer came whole stands, although its connection broke after it', async () => {
    server.answer(({ path, response }) => {
      if (path === '/v1/messages') {
        writeAnthropic(response, [
          events.start(),
          ...events.text(0, 'whole'),
          ...events.end('end_turn').slice(0, 1),
        ])
      } else writeChunks(response, [chunkOf({ content: 'whole' }), chunkOf({}, 'stop')])
      response.write(': ', () => response.destroy())
    })
    const { answer } = await ask(models, question(provider, 'go'))
    expect(textOf(answer)).toBe('whole')
  })

  test('leaves nothing behind on the signal of its caller', async () => {
    answerWith(['fine'])
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    await models.ask(question(provider, 'go'), { signal })
    expect(remove).toHaveBeenCalled()
  })

  test('goes to the address that is set, with the key that is set', async () => {
    answerWith(['fine'])
    await ask(models, question(provider, 'go'))
    const { path, headers } = server.exchanges.at(-1) ?? {}
    const paths: Record<Provider, string> = { anthropic: '/v1/messages', openai: '/v1/chat/completions' }
    expect(path).toBe(paths[provider])
    expect(JSON.stringify(headers)).toContain('test-key')
  })
})

describe('a watched connection', () => {
  test('lives as long as any byte comes, also one that says nothing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let opened: (send: (ping: string) => void) => void
    const pings = new Promise<(ping: string) => void>((resolve) => {
      opened = resolve
    })
    server.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      opened((ping) => response.write(ping))
    })
    const watch = watchCall({ signal: new AbortController().signal, idleTimeoutMs: 1_000 })
    const response = await watch.fetch(server.url, { method: 'POST', body: '{}', signal: watch.signal })
    const send = await pings
    const reader = response.body?.getReader()
    for (let n = 0; n < 5; n++) {
      vi.advanceTimersByTime(900)
      send('event: ping\ndata: {}\n\n')
      await reader?.read()
    }
    expect(watch.ended()).toBeUndefined()
    vi.advanceTimersByTime(1_000)
    expect(watch.ended()).toBe('idle')
    await server.exchanges.at(-1)?.gone
    watch.stop()
  })

  test.runIf(isLong)('ends when more comes than any answer has', async () => {
    server.answer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const more = () => response.write(': on and on\n\n', (error) => error ?? more())
      more()
    })
    const watch = watchCall({
      signal: new AbortController().signal,
      idleTimeoutMs: 60_000,
      answerMaxBytes: 10_000,
    })
    const response = await watch.fetch(server.url, { method: 'POST', body: '{}', signal: watch.signal })
    await expect(response.text()).rejects.toThrow()
    expect(watch.ended()).toBe('endless')
    await server.exchanges.at(-1)?.gone
    watch.stop()
  })
})
