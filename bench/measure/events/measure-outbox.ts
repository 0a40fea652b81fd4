/** What events cost: deliveries a second beside raw jobs with as many commits, and a write whose event nobody hears. */
import type { Bench } from '../../bench.ts'
import { type Figure, inShort, type Store } from '../../figures.ts'
import type { Product } from '../../serve/compose-product.ts'
import type { TimeDeliveriesConfig, TimedDeliveries } from './time-deliveries.ts'
import type { TimedUnheard, TimeUnheardConfig } from './time-unheard.ts'

/** Worker processes, each with a sender; an embedded store has one. */
const SENDERS = { embedded: [1], server: [1, 4] } as const
const DELIVERIES_PER_SECOND = 300
/** Calls with the event and as many without, for each second that a figure may take. */
const PAIRS_PER_SECOND = 1_000
/** The aim of an unheard event, as a share of the write: 3 %. */
const UNHEARD_AIM = 1.03
const SEALED_WITH = 'what-the-webhooks-of-the-bench-are-sealed-with'

export async function measureOutbox(bench: Bench): Promise<Figure[]> {
  const { origin } = await bench.start('serve/serve-receiver.ts', {})
  const figures: Figure[] = []
  let commits: number | undefined
  for (const store of bench.storeKinds) {
    for (const senders of SENDERS[store]) {
      const { timed, figure } = await measureDeliveries(bench, {
        store,
        senders,
        commits,
        receiverUrl: origin,
      })
      commits = timed.commits
      bench.say(inShort(figure))
      figures.push(figure)
    }
    const figure = await measureUnheard(bench, store)
    bench.say(inShort(figure))
    figures.push(figure)
  }
  return figures
}

interface Setting {
  readonly store: Store
  readonly senders: number
  readonly commits: number | undefined
  readonly receiverUrl: string
}

async function measureDeliveries(bench: Bench, { store, senders, commits, receiverUrl }: Setting) {
  const { address } = await bench.openStore(store, 0)
  const { redisUrl, seconds } = bench.options
  const environment = {
    SWITCHBOARD_WEBHOOK_HOSTS: new URL(receiverUrl).host,
    SWITCHBOARD_SECRET: SEALED_WITH,
  }
  const product: Product = {
    store: address,
    redisUrl: store === 'server' ? redisUrl : undefined,
    environment,
  }
  for (let number = 1; number < senders; number += 1) await bench.start('serve/serve-sender.ts', product)
  const config: TimeDeliveriesConfig = {
    ...{ store: address, redisUrl: product.redisUrl, environment, receiverUrl, commits },
    deliveries: Math.ceil(DELIVERIES_PER_SECOND * seconds),
  }
  const timed = await bench.run<TimedDeliveries>('measure/events/time-deliveries.ts', config)
  const figure: Figure = {
    measure: 'Events to webhooks whose receiver answers at once',
    name: `deliveries, ${senders} ${senders === 1 ? 'sender' : 'senders'}`,
    ...{ store, connections: senders, unit: '/s', ours: timed.deliveriesPerSecond },
    baseline: { name: `raw jobs, ${timed.commits} commits each`, value: timed.jobsPerSecond },
  }
  return { timed, figure }
}

async function measureUnheard(bench: Bench, store: Store): Promise<Figure> {
  const { address } = await bench.openStore(store, 1_000)
  const config: TimeUnheardConfig = {
    store: address,
    pairs: Math.ceil(PAIRS_PER_SECOND * bench.options.seconds),
  }
  const { withEvent, without } = await bench.run<TimedUnheard>('measure/events/time-unheard.ts', config)
  return {
    measure: 'Events that nobody hears',
    ...{
      name: 'tasks.create with its event',
      store,
      connections: 1,
      unit: 'ms',
      ours: withEvent.fasterHalf,
    },
    baseline: { name: 'without', value: without.fasterHalf, p99Ms: without.p99 },
    ...{ p50Ms: withEvent.p50, p99Ms: withEvent.p99 },
    aim: { ratioAtMost: UNHEARD_AIM },
  }
}
