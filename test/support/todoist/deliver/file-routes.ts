/** Uploaded files, for anyone with a token. */
import { Hono } from 'hono'
import type { Access } from '../sync/scopes.ts'
import type { World } from '../world/world.ts'

export function fileRoutes(world: World, accessOf: (token: string) => Access | undefined): Hono {
  const app = new Hono()
  app.get('/files/:id/:name', (context) => {
    const token = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    if (accessOf(token ?? '') === undefined) return context.text('Unauthorized', 401)
    const file = world.files.at(new URL(context.req.url).pathname)
    if (file === undefined) return context.text('Not found', 404)
    return new Response(new Uint8Array(file.bytes), { headers: { 'content-type': file.type } })
  })
  return app
}
