/** Starts a server of this process on loopback. */
import type { AddressInfo, Server } from 'node:net'

/** Listens on a port, any free one when none is given, and answers with it. */
export async function listenLocal(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}
