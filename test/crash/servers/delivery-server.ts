/** A receiver of webhooks that counts what reaches it, and that can be away, slow, or out of order for a while. */

import { openReceiver, type Received } from '../../support/receiver.ts'
import type { Trap } from '../harness/trap.ts'
import { PROCESS_HEADER } from './name-requests.ts'
import { pause } from './pause.ts'

/** What a receiver may do wrong to the requests of a while. */
export type Trouble = 'down' | 'fault' | 'slow'

/** Milliseconds for which a trouble lasts, and for which a slow answer takes. */
const TROUBLE_MS = 1_500
const SLOW_MS = 1_000

/** A delivery that reached it. */
export interface CountedDelivery {
  /** The `webhook-id`. */
  readonly id: string
  readonly type: string
  readonly taskId: string
  /** Whether it was answered, as far as the receiver knows. */
  readonly isAnswered: boolean
}

export interface DeliveryServer {
  readonly url: string
  /** `name:port`. */
  readonly host: string
  /** Every delivery, oldest first, repeated ids included. */
  readonly deliveries: readonly CountedDelivery[]
  /** Resolves when the trouble is over. */
  suffer(trouble: Trouble): Promise<void>
  close(): Promise<void>
}

export async function openDeliveryServer(trap: Trap): Promise<DeliveryServer> {
  const receiver = await openReceiver()
  const deliveries: CountedDelivery[] = []
  let trouble: Trouble | undefined

  receiver.answers(async (received) => {
    const process = String(received.headers[PROCESS_HEADER])
    if ((await trap.pass({ spot: 'delivery.arrived', process })) === 'cut' || trouble === 'down')
      return undefined
    if (trouble === 'fault') return { status: 503 }
    if (trouble === 'slow') await pause(SLOW_MS)
    const isAnswered = (await trap.pass({ spot: 'delivery.counted', process })) === 'pass'
    deliveries.push({ ...countedOf(received), isAnswered })
    return isAnswered ? { status: 204 } : undefined
  })

  return {
    url: receiver.url,
    host: receiver.host,
    deliveries,
    async suffer(given) {
      trouble = given
      await pause(TROUBLE_MS)
      trouble = undefined
    },
    close: () => receiver.close(),
  }
}

function countedOf({ id, event }: Received) {
  return { id, type: event.type, taskId: String(event.data.taskId) }
}
