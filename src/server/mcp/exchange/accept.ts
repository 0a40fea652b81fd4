/** Converts an answer to the kind that the client accepts, where the SDK or we produced the other kind. */
import { isJsonObject } from '../../../core/text/json.ts'
import { type Accepted, EVENT_STREAM_TYPE, JSON_TYPE } from '../../http/accept.ts'

/** The same answer as JSON or as an event stream. Refusals are JSON in any case. */
export async function answeredAs({ json, stream }: Accepted, response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? ''
  if (!stream && type.startsWith(EVENT_STREAM_TYPE)) return toJson(response)
  if (!json && response.ok && type.startsWith(JSON_TYPE)) return toStream(response)
  return response
}

/** Only the replies: notifications before the reply cannot reach this client. */
async function toJson(response: Response): Promise<Response> {
  const replies = messagesIn(await response.text()).filter(
    (message) => isJsonObject(message) && ('result' in message || 'error' in message),
  )
  return withSession(response, JSON_TYPE, JSON.stringify(replies.length === 1 ? replies[0] : replies))
}

async function toStream(response: Response): Promise<Response> {
  return withSession(response, EVENT_STREAM_TYPE, `event: message\ndata: ${await response.text()}\n\n`)
}

const DATA = 'data: '

/** Reads a stream that we or the SDK have written: each message is on its own line. */
function messagesIn(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(DATA))
    .map((line) => JSON.parse(line.slice(DATA.length)))
}

function withSession(response: Response, type: string, body: string): Response {
  const session = response.headers.get('mcp-session-id')
  return new Response(body, {
    status: response.status,
    headers: { 'content-type': type, ...(session !== null && { 'mcp-session-id': session }) },
  })
}
