/** What a receiver of webhooks may rely on when workers die in the middle of deliveries, or the receiver was away. */
import { expect, onTestFinished, test } from 'vitest'
import { cases, isLong } from '../support/form.ts'
import { startProduct } from '../support/processes.ts'
import { openReceiver, type Received, type Receiver } from '../support/receiver.ts'
import { administer } from '../support/world/server.ts'
import { createUntilDone, openPlace, type Place, SERVED_TIMEOUT_MS, startGateway } from './served.ts'

const TASKS = 60

/** Requests after which the gateway is killed: those under way are not answered. */
const KILL_AFTER = [11, 29].slice(0, cases(1, 2))

test.runIf(isLong)(
  'killed in the middle of deliveries, workers lose no event, and repeat one only under its id',
  {
    timeout: SERVED_TIMEOUT_MS,
  },
  async () => {
    const receiver = await openReceiver()
    onTestFinished(() => receiver.close())
    const place = await placeFor(receiver)
    const titles = Array.from({ length: TASKS }, (_, number) => `task ${number}`)

    for (const [index, count] of KILL_AFTER.entries()) {
      // From this request on the receiver does not answer, so that the process dies with deliveries under way.
      receiver.answers(() =>
        receiver.received.length >= count ? new Promise(() => undefined) : { status: 200 },
      )
      const gateway = await startGateway(place)
      if (index === 0) await createWebhook(place, receiver.url)
      const reached = whenReceived(receiver, (all) => all.length >= count)
      const part = titles.slice(
        (index * TASKS) / KILL_AFTER.length,
        ((index + 1) * TASKS) / KILL_AFTER.length,
      )
      for (const title of part) await createUntilDone(gateway.url, title)
      await reached
      await gateway.process.kill('SIGKILL')
      await endLeases(place)
    }
    receiver.answers(() => ({ status: 200 }))
    await startGateway(place)
    await whenReceived(receiver, (all) => new Set(all.map(titleOf)).size === TASKS)
    const ids = new Map(receiver.received.map((each) => [each.id, titleOf(each)]))
    expect([...ids.values()].toSorted()).toEqual(titles.toSorted())
  },
)

function titleOf({ event }: Received): unknown {
  return event.data.title
}

async function placeFor(receiver: Receiver): Promise<Place> {
  const { environment, databaseUrl } = await openPlace()
  const more = {
    SWITCHBOARD_WEBHOOK_HOSTS: receiver.host,
    SWITCHBOARD_SECRET: 'the-secret-of-a-test-with-which-it-seals',
  }
  return { environment: { ...environment, ...more }, databaseUrl }
}

/** As the owner at this machine, since callers without a key may make none. */
async function createWebhook({ environment }: Place, url: string): Promise<void> {
  const made = startProduct(['webhooks', 'create', url, '--events', 'task.created', '--json'], environment)
  if ((await made.exited) !== 0) throw new Error(made.output())
}

/** What a wait of the leases' length does. An embedded store ends them itself when it is opened. */
async function endLeases({ databaseUrl }: Place): Promise<void> {
  if (databaseUrl === undefined) return
  await administer(
    databaseUrl,
    'update outbox set lease_until = to_timestamp(0) where lease_until is not null',
  )
}

/** Resolves when what was received is enough. */
function whenReceived(receiver: Receiver, isEnough: (all: readonly Received[]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    receiver.hears(() => {
      if (isEnough(receiver.received)) resolve()
    })
  })
}
