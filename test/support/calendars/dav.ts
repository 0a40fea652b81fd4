/** CalDAV as far as calendars are found and read by it (RFC 4791, RFC 5397). */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { calendarText } from './calendar-text.ts'
import type { StoodCalendar } from './start-calendars.ts'

interface Served {
  readonly calendars: ReadonlyMap<string, StoodCalendar>
  readonly user: { readonly name: string; readonly password: string }
}

const HOME = '/dav/calendars/ada/'
const PRINCIPAL = '/dav/principals/ada/'

export function answerDav(request: IncomingMessage, response: ServerResponse, served: Served): void {
  const { url: path = '', method } = request
  if (path.startsWith('/.well-known')) return void response.writeHead(301, { location: '/dav/' }).end()
  const { name, password } = served.user
  const expected = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
  if (request.headers.authorization !== expected) return void response.writeHead(401).end()
  const found = responsesAt(path, method === 'REPORT', served.calendars)
  if (found === undefined) return void response.writeHead(404).end()
  response.writeHead(207, { 'content-type': 'application/xml; charset=utf-8' }).end(
    `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"
      xmlns:cs="http://calendarserver.org/ns/">${found.join('')}</d:multistatus>`,
  )
}

function responsesAt(path: string, isReport: boolean, calendars: Served['calendars']): string[] | undefined {
  const isOf = (end: string) => path.replace(/\/?$/, '/') === end
  if (isOf('/dav/')) return [found('/dav/', principal)]
  if (isOf(PRINCIPAL))
    return [found(PRINCIPAL, `<c:calendar-home-set><d:href>${HOME}</d:href></c:calendar-home-set>`)]
  const collections = [...calendars].map(([name, calendar]) => ({ href: `${HOME}${name}/`, calendar }))
  if (isOf(HOME))
    return [
      found(HOME, '<d:resourcetype><d:collection/></d:resourcetype>'),
      found(`${HOME}tasks/`, collection('Tasks', 'VTODO', '"0"')),
      ...collections.map(({ href, calendar }) =>
        found(href, collection(calendar.name, 'VEVENT', calendar.etag)),
      ),
    ]
  const one = collections.find(({ href }) => isOf(href))
  if (one === undefined) return undefined
  const { href, calendar } = one
  if (!isReport) return [found(href, collection(calendar.name, 'VEVENT', calendar.etag))]
  return calendar.events.map((event, index) =>
    found(
      `${href}${index}.ics`,
      `<c:calendar-data>${escaped(calendarText({ events: [event] }))}</c:calendar-data>`,
    ),
  )
}

const principal = `<d:current-user-principal><d:href>${PRINCIPAL}</d:href></d:current-user-principal>`

function collection(name: string, component: string, etag: string): string {
  return `<d:displayname>${escaped(name)}</d:displayname><cs:getctag>${escaped(etag)}</cs:getctag>
    <d:resourcetype><d:collection/><c:calendar/></d:resourcetype>
    <c:supported-calendar-component-set><c:comp name="${component}"/></c:supported-calendar-component-set>`
}

function found(href: string, props: string): string {
  return `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop>
    <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
