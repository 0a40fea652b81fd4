/** The baseline of streams: a bare Hono that writes the same bytes to all who watch, from memory. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { deltaText, EVENT_TYPE, eventData, type Telling, tell } from '../tell.ts'

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
const encoder = new TextEncoder()
const watchers = new Set<ReadableStreamDefaultController<Uint8Array>>()

function toAll(text: string): void {
  const bytes = encoder.encode(text)
  for (const watcher of watchers) watcher.enqueue(bytes)
}

const app = new Hono()
app.get('/events', () => {
  let mine: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      mine = controller
      watchers.add(controller)
      controller.enqueue(encoder.encode('retry: 1000\n\n'))
    },
    cancel() {
      if (mine) watchers.delete(mine)
    },
  })
  return new Response(body, { headers: HEADERS })
})
app.post('/tell', async (c) => {
  const telling: Telling = await c.req.json()
  const told = await tell(telling, {
    event(number) {
      const data = JSON.stringify({ ...eventData(number), at: new Date().toISOString() })
      toAll(`id: ${number}\nevent: ${EVENT_TYPE}\ndata: ${data}\n\n`)
    },
    delta(number) {
      const live = { stepId: 'step_00000000000000000000000000', text: deltaText(number) }
      toAll(`event: delta\ndata: ${JSON.stringify(live)}\n\n`)
    },
  })
  return c.json(told)
})

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})
