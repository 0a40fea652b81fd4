/** Requests to addresses that a caller chose, against a real socket. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFetchPublic, isSameSite } from '../../../src/clients/outbound/fetch-public.ts'

let answer: RequestListener
let server: Server
let host = ''

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `localhost:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const signal = new AbortController().signal

test('an answer that does not come is given up', async () => {
  answer = () => undefined
  const get = createFetchPublic([host], { answerMaxMs: 20 })
  await expect(get(`http://${host}/late`, { signal })).rejects.toThrow('did not answer within 0.02 seconds')
})

test('a redirect is followed five times, and never to a host that is not allowed', async () => {
  let asked = 0
  answer = ({ url }, response) => {
    // The request that was given up may arrive only now.
    if (url !== '/late') asked += 1
    response.writeHead(302, { location: '/again' }).end()
  }
  const get = createFetchPublic([host])
  await expect(get(`http://${host}/`, { signal })).rejects.toThrow('redirects too often')
  expect(asked).toBe(6)
  answer = (_request, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${host.split(':')[1]}/` }).end()
  await expect(get(`http://${host}/`, { signal })).rejects.toThrow(
    'leads to an address that does not begin with https',
  )
})

test('a password goes with a redirect only to the same site', async () => {
  const [name, port] = host.split(':')
  const seen: (string | undefined)[] = []
  answer = ({ headers, url }, response) => {
    seen.push(headers.authorization)
    if (url === '/') response.writeHead(302, { location: '/same' }).end()
    else if (url === '/same') response.writeHead(302, { location: `http://127.0.0.1:${port}/other` }).end()
    else response.end('there')
  }
  const get = createFetchPublic([`${name}:${port}`, `127.0.0.1:${port}`])
  const { text } = await get(`http://${host}/`, { signal, headers: { authorization: 'Basic x' } })
  expect({ text, seen }).toEqual({ text: 'there', seen: ['Basic x', 'Basic x', undefined] })
})

test.each([
  ['https://caldav.icloud.com', 'https://p42-caldav.icloud.com', true],
  ['https://caldav.icloud.com', 'http://p42-caldav.icloud.com', false],
  ['https://caldav.icloud.com', 'https://icloud.com.example.org', false],
  ['https://caldav.one.co.uk', 'https://caldav.other.co.uk', false],
  ['https://10.0.0.1', 'https://11.0.0.1', false],
])('%s and %s are one site: %s', (one, other, expected) => {
  expect(isSameSite(new URL(one), new URL(other))).toBe(expected)
})
