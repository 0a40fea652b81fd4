/** A gateway that outlives the one it calls: when that one is gone, the next call finds another. */

import type { Gateway } from '../../core/area/gateway.ts'
import type { Invoke } from '../../core/call/call.ts'
import type { Change } from '../../core/operation/context.ts'
import type { Connection } from '../surroundings.ts'
import { isGone } from './gateway-gone.ts'

/** Makes `first` last, by connecting again when it no longer answers. */
export function createLastingGateway(first: Connection, connect: () => Promise<Connection>): Connection {
  let current = first
  let renewal: Promise<Connection> | undefined
  const watchers = new Map<(change: Change) => void, () => void>()

  /** Calls that notice the loss at the same time share one new connection. */
  async function renewed(lost: Connection): Promise<Connection> {
    if (current !== lost) return current
    renewal ??= connect().finally(() => {
      renewal = undefined
    })
    const next = await renewal
    if (current === lost) {
      current = next
      for (const listener of watchers.keys()) watchers.set(listener, next.gateway.watch(listener))
    }
    return current
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
    watch(listener) {
      watchers.set(listener, current.gateway.watch(listener))
      return () => {
        watchers.get(listener)?.()
        watchers.delete(listener)
      }
    },
  }
  return { kind: first.kind, where: first.where, gateway, close: () => current.close() }
}
