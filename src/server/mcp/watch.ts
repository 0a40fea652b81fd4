/** Notifies clients that a watched resource has changed: sessions, stdio connections and listening streams. */
import type { Server, ServerEventBus } from '@modelcontextprotocol/server'
import type { Gateway } from '../../core/area/gateway.ts'
import { AppError } from '../../core/errors.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { createTouchedUris } from './contents/resources.ts'

/** The most URIs that one session or one listening stream may watch. */
const WATCHED_MAX = 500

export interface Watch {
  /** Watches one URI for a person. */
  add(uri: string, personId: string): void
  remove(uri: string): void
}

/** The subscriptions of one server's client (2025-era `resources/subscribe`); they end with the server. */
export function watchResources(server: Server, gateway: Gateway): Watch {
  const touchedUris = createTouchedUris(gateway)
  const watched = new Set<string>()
  let stop: (() => void) | undefined

  function end(): void {
    stop?.()
    stop = undefined
  }

  function start(personId: string): void {
    stop ??= gateway.watchFor(personId, (change) => {
      for (const uri of touchedUris(change)) {
        if (watched.has(uri)) tellUpdated(server, uri)
      }
    })
  }

  const onclose = server.onclose
  server.onclose = () => {
    end()
    onclose?.()
  }
  return {
    add(uri, personId) {
      if (watched.size >= WATCHED_MAX && !watched.has(uri)) {
        throw new AppError('rate_limited', `One session watches at most ${WATCHED_MAX} resources.`, {
          fix: 'Unsubscribe from some first.',
        })
      }
      watched.add(uri)
      start(personId)
    },
    remove(uri) {
      watched.delete(uri)
      if (watched.size === 0) end()
    },
  }
}

/** Notifies one connection of every change to a person's resources; its message router picks the requested ones. */
export function tellAllChanges(server: Server, gateway: Gateway, personId: string): void {
  const touchedUris = createTouchedUris(gateway)
  const stop = gateway.watchFor(personId, (change) => {
    for (const uri of touchedUris(change)) tellUpdated(server, uri)
  })
  const onclose = server.onclose
  server.onclose = () => {
    stop()
    onclose?.()
  }
}

/**
 * A request to listen, limited to what can be watched: the first URIs that are `isKnown`. The acknowledgement leaves
 * out the same URIs.
 */
export function watchable(body: unknown, isKnown: (uri: string) => boolean): unknown {
  const { params } = isJsonObject(body) ? body : {}
  const { notifications } = isJsonObject(params) ? params : {}
  const { resourceSubscriptions: uris } = isJsonObject(notifications) ? notifications : {}
  // The SDK refuses anything but a list of texts.
  if (!isJsonObject(body) || !isJsonObject(params) || !isJsonObject(notifications) || !isTexts(uris)) {
    return body
  }
  const resourceSubscriptions = [...new Set(uris.slice(0, WATCHED_MAX))].filter(isKnown)
  return { ...body, params: { ...params, notifications: { ...notifications, resourceSubscriptions } } }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** The SDK's source of events for one listening stream (2026 `subscriptions/listen`): the changes of one person. */
export function changesOf(gateway: Gateway, personId: string, onEnd: () => void): ServerEventBus {
  const touchedUris = createTouchedUris(gateway)
  return {
    publish: () => undefined,
    subscribe(listener) {
      const stop = gateway.watchFor(personId, (change) => {
        for (const uri of touchedUris(change)) listener({ kind: 'resource_updated', uri })
      })
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
