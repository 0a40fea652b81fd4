/** Reads a body: JSON, a form, a form with a file, or a bare file whose name is in a header. */
import { ApiError } from '../api-error.ts'
import type { Json } from '../world/wire.ts'
import type { Upload } from './route.ts'

interface Body {
  readonly body: Json
  readonly upload?: Upload | undefined
}

export async function readBody(bytes: Buffer, headers: Headers): Promise<Body> {
  const type = headers.get('content-type') ?? ''
  const name = headers.get('x-file-name')
  if (name !== null) return { body: {}, upload: { name: decodeURIComponent(name), type, bytes } }
  if (type.startsWith('multipart/form-data')) return await readForm(bytes, type)
  if (bytes.length === 0) return { body: {} }
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { body: Object.fromEntries(new URLSearchParams(bytes.toString())) }
  return { body: readJson(bytes.toString()) }
}

async function readForm(bytes: Buffer, type: string): Promise<Body> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  const body: Json = {}
  let upload: Upload | undefined
  for (const [name, value] of form) {
    if (typeof value === 'string') body[name] = value
    else upload = { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) }
  }
  return { body, upload }
}

function readJson(text: string): Json {
  try {
    const body = JSON.parse(text) as unknown
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Json
  } catch {}
  throw new ApiError(400, { message: 'Invalid JSON', code: 20, tag: 'INVALID_JSON' })
}
