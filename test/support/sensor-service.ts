/** A service on this machine that accepts some tokens, as the other side of a connector. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SensorService {
  readonly url: string
  /** Accounts by the token that each has now. */
  readonly accounts: Map<string, { readonly id: string; readonly name: string }>
  /** The tokens that came with requests, oldest first. */
  readonly seen: string[]
  /** Answered in place of everything else. */
  status: number | undefined
  close(): Promise<void>
}

export async function startSensorService(): Promise<SensorService> {
  const accounts: SensorService['accounts'] = new Map()
  const seen: string[] = []
  const server = createServer((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    seen.push(token)
    const account = accounts.get(token)
    const status = service.status ?? (account === undefined ? 401 : 200)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ...account, degrees: 21 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const service: SensorService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accounts,
    seen,
    status: undefined,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return service
}
