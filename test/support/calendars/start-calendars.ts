/** A stand-in of services that have calendars: iCalendar files by address, and CalDAV with a password. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { calendarText } from './calendar-text.ts'
import { answerDav } from './dav.ts'

/** A calendar as the stand-in has it. A test changes it in place. */
export interface StoodCalendar {
  name: string
  /** Each event by its lines. */
  events: string[][]
  /** Changes with each version. */
  etag: string
  /** How it answers instead; undefined: well. */
  fault: Fault | undefined
}

export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'hangs'
  | 'endless'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly status: number
}

export async function startCalendars() {
  const calendars = new Map<string, StoodCalendar>()
  const asked: Asked[] = []
  const user = { name: 'ada@example.com', password: 'app-password-1' }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', method = '' } = request
    response.on('finish', () => {
      const { authorization } = request.headers
      asked.push({ method, path, authorization, status: response.statusCode })
    })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const calendar = [...calendars].find(([name]) => path.includes(`/${name}`))?.[1]
    const { fault } = calendar ?? {}
    if (fault === 'hangs') return
    if (fault === 'endless') return pourInto(response)
    if (fault !== undefined) return void response.writeHead(fault.status, fault.headers).end(fault.body ?? '')
    if (/^\/(dav|\.well-known)/.test(path)) return answerDav(request, response, { calendars, user })
    if (calendar === undefined) return void response.writeHead(404).end('nothing here')
    if (request.headers['if-none-match'] === calendar.etag) return void response.writeHead(304).end()
    response
      .writeHead(200, { 'content-type': 'text/calendar', etag: calendar.etag })
      .end(calendarText(calendar))
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `localhost:${(server.address() as AddressInfo).port}`
  return {
    ...{ host, asked, user, davUrl: `http://${host}/` },
    /** Adds a calendar; its address is secret. */
    add(name: string, ...events: string[][]): StoodCalendar & { readonly url: string } {
      const calendar = {
        name,
        events,
        etag: '"1"',
        fault: undefined,
        url: `http://${host}/secret-4711/${name}.ics`,
      }
      calendars.set(name, calendar)
      return calendar
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const CHUNK = Buffer.alloc(1_048_576, 'x')

/** Sends without an end, until the reader has enough. */
function pourInto(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/calendar' })
  const pour = () => {
    while (!response.destroyed && response.write(CHUNK));
  }
  response.on('drain', pour)
  pour()
}
