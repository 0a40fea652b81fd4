/** What a caller may rely on when the gateway dies, or the answer is lost, in the middle of writes. */
import { connect, createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { isLong } from '../support/form.ts'
import { openFront } from '../support/front.ts'
import {
  createKeyed,
  createUntilDone,
  openPlace,
  SERVED_TIMEOUT_MS,
  startGateway,
  taskNamed,
  titlesAt,
} from './served.ts'

const WRITERS = 6

/** Answers after which the gateway is killed: no multiple of the writers, so that some calls are under way. */
const KILL_AFTER = 41

test.runIf(isLong)(
  'killed during writes and started again, a gateway has all it answered, nothing twice, and one effect a key',
  {
    timeout: SERVED_TIMEOUT_MS,
  },
  async () => {
    const place = await openPlace()
    const first = await startGateway(place)
    const sent: string[] = []
    const answers = new Map<string, unknown>()
    const write = async (writer: number): Promise<void> => {
      for (let number = 0; ; number += 1) {
        const key = `writer ${writer}, number ${number}`
        sent.push(key)
        const answer = await createKeyed(first.url, key).catch(() => undefined)
        if (answer === undefined) return
        expect(answer.status).toBe(200)
        answers.set(key, answer.body)
        if (answers.size === KILL_AFTER) void first.process.kill('SIGKILL')
      }
    }
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
    await first.process.exited

    const { url } = await startGateway(place)
    const titles = await titlesAt(url)
    expect(titles).toEqual(expect.arrayContaining([...answers.keys()]))
    expect(new Set(titles).size).toBe(titles.length)

    const again = await Promise.all(sent.map((key) => createKeyed(url, key)))
    for (const [index, answer] of again.entries()) {
      const body = answers.get(sent[index] ?? '')
      expect(answer).toMatchObject(
        body === undefined ? { status: 200 } : { status: 200, replayed: true, body },
      )
    }
    expect(await titlesAt(url)).toEqual(sent.toSorted())
  },
)

test('a caller who lost the answer, or left before it, and calls again with the key has one effect', async () => {
  const front = await openFront()
  onTestFinished(() => front.close())
  const { url } = front
  const cutting = await openCuttingProxy(url)
  const lost = Array.from({ length: 12 }, (_, number) => `lost ${number}`)
  const left = Array.from({ length: 12 }, (_, number) => `left ${number}`)

  const unanswered = await Promise.allSettled(lost.map((key) => createKeyed(cutting, key)))
  expect(unanswered.map(({ status }) => status)).toEqual(lost.map(() => 'rejected'))
  await Promise.all(left.map((key) => sendAndLeave(url, key)))

  const again = await Promise.all(lost.map((key) => createKeyed(url, key)))
  for (const answer of again) expect(answer).toMatchObject({ status: 200, replayed: true })
  await Promise.all(left.map((key) => createUntilDone(url, key)))
  expect(await titlesAt(url)).toEqual([...lost, ...left].toSorted())
})

/** Passes requests on and cuts the caller off when the first byte of the answer arrives; answers with its address. */
async function openCuttingProxy(url: string): Promise<string> {
  const { host, hostname, port } = new URL(url)
  const proxy: Server = createServer((caller) => {
    const upstream = connect(Number(port), hostname)
    // Under the gateway's own name, since one that is called by another port asks for a key.
    caller.once('data', (head) => {
      upstream.write(head.toString('latin1').replace(/^host: .*$/im, `host: ${host}`), 'latin1')
      caller.pipe(upstream)
    })
    upstream.once('data', () => {
      caller.destroy()
      upstream.destroy()
    })
    caller.on('error', () => undefined)
    upstream.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => proxy.listen(0, hostname, resolve))
  onTestFinished(() => {
    proxy.close()
  })
  const address = proxy.address()
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port')
  return `http://${hostname}:${address.port}`
}

/** Sends a whole request and drops the connection as soon as it is out. */
function sendAndLeave(url: string, key: string): Promise<void> {
  const { host, hostname, port } = new URL(url)
  const body = taskNamed(key)
  const head = [
    'POST /v1/tasks HTTP/1.1',
    `host: ${host}`,
    'content-type: application/json',
    `idempotency-key: ${key}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.once('error', reject)
    socket.once('close', () => resolve())
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
  })
}
