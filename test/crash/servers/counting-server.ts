/** A service outside the gateway that counts what reaches it, and can lose its answer after it has counted. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Trap } from '../harness/trap.ts'
import { listenLocal } from './listen-local.ts'

/** One call that was counted. */
export interface CountedCall {
  readonly kind: string
  readonly label: string
  readonly key: string
}

export interface CountingServer {
  /** Its address for one process, by which the trap knows who calls. */
  urlFor(process: string): string
  /** Every call, oldest first, repeated keys included. */
  readonly calls: readonly CountedCall[]
  /** Labels of calls that have arrived and are not counted yet. */
  readonly arrived: ReadonlySet<string>
  close(): Promise<void>
}

export async function openCountingServer(trap: Trap): Promise<CountingServer> {
  const calls: CountedCall[] = []
  const arrived = new Set<string>()
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy())
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const process = request.url?.split('/')[1] ?? ''
    const call = JSON.parse(await readText(request)) as CountedCall
    arrived.add(call.label)
    const fate = await trap.pass({ spot: 'effect.arrived', process })
    arrived.delete(call.label)
    if (fate === 'cut') {
      response.destroy()
      return
    }
    calls.push(call)
    if ((await trap.pass({ spot: 'effect.counted', process })) === 'cut') {
      response.destroy()
      return
    }
    response.end(JSON.stringify({ counted: calls.length }))
  }

  const port = await listenLocal(server)
  return {
    urlFor: (process) => `http://127.0.0.1:${port}/${process}`,
    calls,
    arrived,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
