/** A gateway that outlives the one it calls: when that one is gone, the next call finds another. */

import type { Gateway } from '../../core/area/gateway.ts'
import type { Invoke } from '../../core/call/call.ts'
import type { Connection } from '../surroundings.ts'
import { isGone } from './gateway-gone.ts'

/** Makes `first` last, by connecting again when it no longer answers. */
export function createLastingGateway(first: Connection, connect: () => Promise<Connection>): Connection {
  let current = first
  let renewal: Promise<Connection> | undefined
  /** What is watched, by the function that begins to watch it, with the one that stops. */
  const watches = new Map<(gateway: Gateway) => () => void, () => void>()

  /** Calls that notice the loss at the same time share one new connection. */
  async function renewed(lost: Connection): Promise<Connection> {
    if (current !== lost) return current
    renewal ??= connect().finally(() => {
      renewal = undefined
    })
    const next = await renewal
    if (current === lost) {
      current = next
      for (const begin of watches.keys()) watches.set(begin, begin(next.gateway))
    }
    return current
  }

  function lasting(begin: (gateway: Gateway) => () => void): () => void {
    watches.set(begin, begin(current.gateway))
    return () => {
      watches.get(begin)?.()
      watches.delete(begin)
    }
  }

  const invoke: Invoke = async (operation, input, call) => {
    const used = current
    try {
      return await used.gateway.invoke(operation, input, call)
    } catch (error) {
      if (!isGone(error)) throw error
      return (await renewed(used)).gateway.invoke(operation, input, call)
    }
  }

  const gateway: Gateway = {
    ...first.gateway,
    invoke,
    watch: (listener) => lasting((gateway) => gateway.watch(listener)),
    watchFor: (personId, listener) => lasting((gateway) => gateway.watchFor(personId, listener)),
  }
  return { kind: first.kind, where: first.where, gateway, close: () => current.close() }
}
