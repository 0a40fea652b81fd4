/** A server that is not PostgreSQL is refused at once, whatever it does. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { readServerAddress } from '../../../src/domain/db/address/address.ts'
import { connectServer } from '../../../src/domain/db/server/connect-server.ts'

/** An error as PostgreSQL sends it, without any field. */
const EMPTY_ERROR = Buffer.from([0x45, 0, 0, 0, 5, 0])

/** The refusal of a server that does `answer` with each connection, and how many connections it was asked for. */
async function refusal(answer: (socket: Socket) => void) {
  let count = 0
  const server = createServer((socket) => {
    count += 1
    socket.on('error', () => undefined)
    answer(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const url = `postgres://me@127.0.0.1:${port}/db?connect_timeout=1`
  const error = await connectServer(readServerAddress(url)).catch((thrown: unknown) => thrown)
  return { error, count }
}

test.each<[string, (socket: Socket) => void, string]>([
  ['hangs up at once', (socket) => socket.end(), 'hung up'],
  ['hangs up when it is spoken to', (socket) => socket.once('data', () => socket.end()), 'hung up'],
  [
    'answers as a web server',
    (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 \r\n\r\n')),
    'hung up',
  ],
  ['cuts the connection', (socket) => socket.once('data', () => socket.resetAndDestroy()), 'ECONNRESET'],
  ['says nothing', () => undefined, 'does not answer in time'],
  [
    'refuses without a reason',
    (socket) => socket.once('data', () => socket.end(EMPTY_ERROR)),
    'gives no reason',
  ],
])('what %s is asked once, and refused with what it did', async (_, answer, reason) => {
  const { error, count } = await refusal(answer)
  expect(error).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(reason),
    fix: expect.any(String),
  })
  expect(count).toBe(1)
})
