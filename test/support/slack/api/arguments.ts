/** The arguments of a call: form fields whose nested values are JSON, or one JSON body. */
import type { Json } from '../world/wire.ts'
import { refuse, refuseArguments } from './refusal.ts'

export class Arguments {
  readonly #values: Json

  constructor(values: Json) {
    this.#values = values
  }

  /** Everything that was sent, apart from the token. */
  all(): Json {
    const { token: _, ...rest } = this.#values
    return rest
  }

  /** The same arguments, one of them under another name. */
  renamed(from: string, to: string): Arguments {
    const { [from]: value, ...rest } = this.#values
    return new Arguments({ ...rest, [to]: value })
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return value === undefined || value === null || value === '' ? undefined : String(value)
  }

  need(name: string): string {
    return this.text(name) ?? refuseArguments(`missing required field: ${name}`)
  }

  isOn(name: string, otherwise = false): boolean {
    const value = this.text(name)
    return value === undefined ? otherwise : value === 'true' || value === '1'
  }

  number(name: string, otherwise: number): number {
    const value = this.text(name)
    if (value === undefined) return otherwise
    const number = Number(value)
    return Number.isFinite(number) ? number : refuseArguments(`must be a number [json-pointer:/${name}]`)
  }

  /** A nested value; `error` is what Slack says where it is not JSON. */
  json<T>(name: string, error = 'invalid_arguments'): T | undefined {
    const value = this.#values[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'string') return value as T
    try {
      return JSON.parse(value) as T
    } catch {
      return refuse(error)
    }
  }

  list<T>(name: string, error = 'invalid_arguments'): T[] | undefined {
    const value = this.json<T[]>(name, error)
    return value === undefined || Array.isArray(value) ? value : refuse(error)
  }
}

/** The arguments in a request; a JSON body is only read where the token is in the header, as Slack does it. */
export async function readArguments(
  request: Request,
): Promise<{ args: Arguments; token: string | undefined }> {
  const header = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const body = await readBody(request)
  const token = header ?? (body.token === undefined ? query.token : String(body.token))
  return { args: new Arguments({ ...query, ...body }), token }
}

async function readBody(request: Request): Promise<Json> {
  const type = request.headers.get('content-type') ?? ''
  if (type.includes('application/json')) {
    try {
      return (await request.json()) as Json
    } catch {
      return refuse('invalid_json')
    }
  }
  if (type.includes('multipart/form-data')) return Object.fromEntries(await request.formData())
  return Object.fromEntries(new URLSearchParams(await request.text()))
}
