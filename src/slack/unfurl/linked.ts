/** The thing of the gateway that a link is to, by the route of the operation that reads it. */
import { checkInput } from '../../core/call/input.ts'
import type { Intent } from '../../core/intent/intent.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { RESOURCE_ID } from '../../core/operation/resource.ts'

export interface Linked {
  /** As Slack has it. */
  readonly url: string
  readonly operation: Operation
  readonly input: Readonly<Record<string, string>>
  /** By which the link names the thing: `T-12`. */
  readonly reference: string
}

interface Linking {
  readonly publicUrl: string | undefined
  readonly operations: readonly Operation[]
  readonly intents: readonly Intent[]
}

/** Undefined: it is a link to something else. */
export function linkedBy(url: string, { publicUrl, operations, intents }: Linking): Linked | undefined {
  const path = pathAt(url, publicUrl)
  if (path === undefined) return undefined
  const asked = new Set(intents.map(({ operation }) => operation.name))
  for (const operation of operations) {
    const [field = ''] = operation.pathFields
    const isShown = isResource(operation) || asked.has(operation.name)
    const reference = isShown && readsOneThing(operation) ? lastOf(path, operation.path) : undefined
    if (reference === undefined) continue
    const input = { [field]: reference }
    if ('data' in checkInput(operation, input)) return { url, operation, input, reference }
  }
  return undefined
}

/** Things that people open elsewhere too. A setting or a key is no resource. */
function isResource({ resource }: Operation): boolean {
  return resource?.uri.includes(RESOURCE_ID) === true
}

function readsOneThing({ effect, method, path, pathFields }: Operation): boolean {
  return effect === 'read' && method === 'GET' && pathFields.length === 1 && path.endsWith(`/:${pathFields}`)
}

/** What stands for the field at the end of the route. */
function lastOf(path: string, route: string): string | undefined {
  const base = route.slice(0, route.lastIndexOf('/') + 1)
  const rest = path.startsWith(base) ? path.slice(base.length) : ''
  return rest === '' || rest.includes('/') ? undefined : rest
}

/** The path of a link to the gateway, as its routes have it. */
function pathAt(url: string, publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined || !URL.canParse(url)) return undefined
  const [link, base] = [new URL(url), new URL(publicUrl)]
  const prefix = base.pathname.replace(/\/$/, '')
  if (link.host !== base.host || !link.pathname.startsWith(`${prefix}/`)) return undefined
  try {
    return decodeURIComponent(link.pathname.slice(prefix.length).replace(/\/$/, ''))
  } catch {
    return undefined
  }
}
