/** Notifies clients that a watched resource has changed: sessions, stdio connections and listening streams. */
import type { Server, ServerEventBus } from '@modelcontextprotocol/server'
import type { Gateway } from '../../core/area/gateway.ts'
import { AppError } from '../../core/errors.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { createTouchedUris } from './contents/resources.ts'

/** The most URIs that one session or one listening stream may watch. */
const WATCHED_MAX = 500

/** The URIs that a client asked for, by those by which changes are told: `task://T-2` is told as `task://task_...`. */
export interface AskedUris {
  readonly size: number
  has(asked: string): boolean
  add(asked: string, watched: string): void
  remove(asked: string): void
  /** How the client named what has changed. */
  namesOf(watched: string): Iterable<string>
}

export function createAskedUris(): AskedUris {
  const watchedBy = new Map<string, string>()
  const names = new Map<string, Set<string>>()
  return {
    get size() {
      return watchedBy.size
    },
    has: (asked) => watchedBy.has(asked),
    add(asked, watched) {
      watchedBy.set(asked, watched)
      names.set(watched, (names.get(watched) ?? new Set()).add(asked))
    },
    remove(asked) {
      const watched = watchedBy.get(asked) ?? ''
      watchedBy.delete(asked)
      names.get(watched)?.delete(asked)
      if (names.get(watched)?.size === 0) names.delete(watched)
    },
    namesOf: (watched) => names.get(watched) ?? [],
  }
}

export interface Watch {
  /** Watches one URI for a person. `watched`: by which its changes are told. */
  add(uri: string, watched: string, personId: string): void
  remove(uri: string): void
}

/** The subscriptions of one server's client (2025-era `resources/subscribe`); they end with the server. */
export function watchResources(server: Server, gateway: Gateway): Watch {
  const touchedUris = createTouchedUris(gateway)
  const asked = createAskedUris()
  let stop: (() => void) | undefined

  function end(): void {
    stop?.()
    stop = undefined
  }

  function start(personId: string): void {
    stop ??= gateway.watchFor(personId, (change) => {
      for (const uri of touchedUris(change)) for (const name of asked.namesOf(uri)) tellUpdated(server, name)
    })
  }

  const onclose = server.onclose
  server.onclose = () => {
    end()
    onclose?.()
  }
  return {
    add(uri, watched, personId) {
      if (asked.size >= WATCHED_MAX && !asked.has(uri)) {
        throw new AppError('rate_limited', `One session watches at most ${WATCHED_MAX} resources.`, {
          fix: 'Unsubscribe from some first.',
        })
      }
      asked.add(uri, watched)
      start(personId)
    },
    remove(uri) {
      asked.remove(uri)
      if (asked.size === 0) end()
    },
  }
}

interface Changes {
  readonly gateway: Gateway
  readonly personId: string
  /** What the client of the connection or stream listens to. */
  readonly asked: AskedUris
}

/** Notifies one connection of every change to a person's resources; its message router picks the requested ones. */
export function tellAllChanges(server: Server, changes: Changes): void {
  const stop = watchAll(changes, (uri) => tellUpdated(server, uri))
  const onclose = server.onclose
  server.onclose = () => {
    stop()
    onclose?.()
  }
}

/** Tells all changes, also by the names by which they were asked for. */
function watchAll({ gateway, personId, asked }: Changes, tell: (uri: string) => void): () => void {
  const touchedUris = createTouchedUris(gateway)
  return gateway.watchFor(personId, (change) => {
    for (const uri of touchedUris(change))
      for (const name of new Set([uri, ...asked.namesOf(uri)])) tell(name)
  })
}

export function isListen(body: unknown): boolean {
  return isJsonObject(body) && body.method === 'subscriptions/listen'
}

/**
 * A request to listen, limited to what can be watched, which is added to `asked`: the first URIs of which `watchedUri`
 * knows by which their changes are told. The acknowledgement leaves out the same URIs.
 */
export async function watchable(
  body: unknown,
  asked: AskedUris,
  watchedUri: (uri: string) => Promise<string | undefined>,
): Promise<unknown> {
  const { params } = isJsonObject(body) ? body : {}
  const { notifications } = isJsonObject(params) ? params : {}
  const { resourceSubscriptions: uris } = isJsonObject(notifications) ? notifications : {}
  // The SDK refuses anything but a list of texts.
  if (!isJsonObject(body) || !isJsonObject(params) || !isJsonObject(notifications) || !isTexts(uris)) {
    return body
  }
  const resourceSubscriptions: string[] = []
  for (const uri of new Set(uris.slice(0, WATCHED_MAX))) {
    const watched = await watchedUri(uri)
    if (watched === undefined) continue
    asked.add(uri, watched)
    resourceSubscriptions.push(uri)
  }
  return { ...body, params: { ...params, notifications: { ...notifications, resourceSubscriptions } } }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** The SDK's source of events for one listening stream (2026 `subscriptions/listen`): the changes of one person. */
export function changesOf(changes: Changes, onEnd: () => void): ServerEventBus {
  return {
    publish: () => undefined,
    subscribe(listener) {
      const stop = watchAll(changes, (uri) => listener({ kind: 'resource_updated', uri }))
      return () => {
        stop()
        onEnd()
      }
    },
  }
}

function tellUpdated(server: Server, uri: string): void {
  // The client may be gone; its session or stream ends on its own.
  server.sendResourceUpdated({ uri }).catch(() => undefined)
}
