/** Envelopes of the socket, as the routes have them too. */
import { isJsonObject, type JsonObject } from '../../core/text/json.ts'
import { ARRIVED_KINDS } from './arrived.ts'
import type { Receive } from './receive.ts'

interface Envelope {
  readonly type: string
  readonly payload: unknown
}

export function createTakeEnvelope(receive: Receive) {
  return async ({ type, payload }: Envelope): Promise<JsonObject | undefined> => {
    const kind = ARRIVED_KINDS.find((each) => each === type)
    // Slack would send again what is not acknowledged, though nothing here takes it.
    if (kind === undefined || !isJsonObject(payload)) return undefined
    return await receive({ kind, payload })
  }
}
