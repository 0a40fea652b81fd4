/**
 * Calls a gateway over HTTP as a careful client of its owner does: again with the same key when it is away, and on from where
 * it was.
 */
import { encodeInput } from '../../../src/core/operation/wire.ts'
import { operations } from '../../../src/tools/registry.ts'
import { pause } from './pause.ts'

export interface Called {
  readonly status: number
  readonly body: unknown
}

export interface GatewayClient {
  readonly url: string
  /** One try. @throws when the gateway cannot be reached */
  call(name: string, input: Readonly<Record<string, unknown>>, key?: string): Promise<Called>
  /** Tries with the same key until it is answered. @throws CallRefused, or Error when no answer comes */
  callUntilDone(name: string, input: Readonly<Record<string, unknown>>, key: string): Promise<unknown>
  /** Reads a run's events as a stream until its end, from where it was whenever the stream breaks; answers with positions. */
  follow(runId: string, signal: AbortSignal): Promise<number[]>
}

const RETRY_MS = 50
/** Milliseconds in which a gateway that was killed must be back. */
const WITHIN_MS = 60_000
/** Milliseconds in which one call is answered; a frozen gateway does not answer. */
const CALL_MS = 5_000

/** Codes of what another try may mend; a gateway that was started again has another secret. */
const RETRIED = ['in_progress', 'rate_limited', 'internal', 'unavailable', 'unauthenticated']

/** The gateway has said no. */
export class CallRefused extends Error {
  readonly code: string

  constructor(what: string, body: unknown) {
    super(`${what}: ${JSON.stringify(body)}`)
    this.name = 'CallRefused'
    this.code = String((body as { code?: unknown }).code)
  }
}

/** `secret`: what proves the owner now; undefined while the gateway is away. */
export function createGatewayClient(url: string, secret: () => string | undefined): GatewayClient {
  async function call(name: string, input: Readonly<Record<string, unknown>>, key?: string): Promise<Called> {
    const { address, method, body } = requestOf(url, name, input)
    const owner = secret()
    const response = await fetch(address, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(owner === undefined ? {} : { authorization: `Bearer ${owner}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(CALL_MS),
    })
    return { status: response.status, body: await response.json() }
  }

  return {
    url,
    call,
    async callUntilDone(name, input, key) {
      const until = performance.now() + WITHIN_MS
      let last: unknown
      while (performance.now() < until) {
        try {
          const { status, body } = await call(name, input, key)
          if (status < 300) return body
          const refused = new CallRefused(`${name} with the key ${key}`, body)
          if (!RETRIED.includes(refused.code)) throw refused
          last = body
        } catch (error) {
          if (error instanceof CallRefused) throw error
          last = error
        }
        await pause(RETRY_MS)
      }
      throw new Error(`${name} with the key ${key}: ${JSON.stringify(last)}`, { cause: last })
    },
    async follow(runId, signal) {
      const positions: number[] = []
      let isOver = false
      while (!isOver && !signal.aborted) {
        isOver = await readStream(`${url}/v1/runs/${runId}/events`, positions, signal).catch(() => false)
        if (!isOver) await pause(RETRY_MS)
      }
      return positions
    },
  }
}

function requestOf(url: string, name: string, input: Readonly<Record<string, unknown>>) {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`there is no operation ${name}`)
  const { target, body } = encodeInput(operation, input)
  return { address: `${url}${target}`, method: operation.method, body }
}

const END_TYPES = ['run.succeeded', 'run.failed', 'run.cancelled']

/** True once the end of the run has come. */
async function readStream(address: string, positions: number[], signal: AbortSignal): Promise<boolean> {
  const last = positions.at(-1)
  const response = await fetch(address, {
    headers: {
      accept: 'text/event-stream',
      ...(last === undefined ? {} : { 'last-event-id': String(last) }),
    },
    signal,
  })
  if (response.body === null || !response.ok) return false
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const id = /^id: ?(\d+)$/m.exec(block)?.[1]
      if (id === undefined) continue
      positions.push(Number(id))
      if (END_TYPES.includes(/^event: ?(\S+)$/m.exec(block)?.[1] ?? '')) return true
    }
  }
  return false
}
