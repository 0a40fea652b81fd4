/** Whether a port is available. */
import { createServer } from 'node:net'

/** Takes the port for a moment; resolves with the error code, or with undefined on success. */
export function listenOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}
