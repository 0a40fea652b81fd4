/** Where files are uploaded, and where they are read with a token. */
import { gzipSync } from 'node:zlib'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { FileFault, StoredFile } from '../world/files.ts'
import type { World } from '../world/world.ts'

type Env = { Bindings: HttpBindings }

const LOGIN_PAGE =
  '<!DOCTYPE html><html lang="en"><title>Sign in | Slack</title><body>Sign in to your workspace</body></html>'

export function fileRoutes(world: World) {
  const app = new Hono<Env>()

  app.post('/upload/v1/:id', async (context) => {
    const file = world.files.get(context.req.param('id'))
    if (file === undefined) return context.text('not found', 404)
    file.bytes = await bytesOf(context.req.raw)
    return context.text(`OK - ${file.bytes.length}`)
  })

  app.get('/files-pri/:id/*', (context) => {
    const file = world.files.get(context.req.param('id').split('-')[1] ?? '')
    if (file?.bytes === undefined) return context.text('not found', 404)
    if (file.redirectsTo !== undefined && context.req.query('redirected') === undefined)
      return context.redirect(file.redirectsTo)
    if (!mayRead(world, file, context.req.header('authorization'))) return context.html(LOGIN_PAGE)
    file.reads += 1
    const fault = file.faults.shift()
    if (fault !== undefined) return fail(context, fault, file.bytes)
    return new Response(Buffer.from(file.bytes), { headers: { 'content-type': file.mimetype } })
  })

  return app
}

function fail({ env }: Context<Env>, fault: FileFault, bytes: Uint8Array): Response | Promise<Response> {
  switch (fault.kind) {
    case 'status':
      return new Response('', {
        status: fault.status,
        headers: { 'retry-after': String(fault.retryAfterSeconds ?? 1) },
      })
    case 'cut':
      env.outgoing.writeHead(200, { 'content-length': bytes.length })
      env.outgoing.write(bytes.subarray(0, bytes.length / 2), () => env.outgoing.destroy())
      // Nothing else answers it.
      return new Promise(() => undefined)
    case 'sign in':
      return new Response(LOGIN_PAGE, { headers: { 'content-type': 'text/html; charset=utf-8' } })
    case 'bomb':
      return new Response(gzipSync(Buffer.alloc(fault.sizeBytes)), {
        headers: { 'content-encoding': 'gzip' },
      })
  }
}

/** Whether the token belongs to a workspace that sees a channel with the file. */
function mayRead(world: World, file: StoredFile, header: string | undefined): boolean {
  const token = header?.replace(/^Bearer /, '')
  const installation = world.app.installations.find((each) => each.botToken === token)
  if (installation === undefined || installation.isRevoked || !installation.scopes.has('files:read'))
    return false
  return [...file.channels].some((id) => installation.workspace.channels.has(id))
}

async function bytesOf(request: Request): Promise<Uint8Array> {
  const type = request.headers.get('content-type') ?? ''
  if (!type.includes('multipart/form-data')) return new Uint8Array(await request.arrayBuffer())
  for (const part of (await request.formData()).values()) {
    if (typeof part !== 'string') return new Uint8Array(await part.arrayBuffer())
  }
  return new Uint8Array()
}
