/** Watches one stream many times over, has it written to, and tells what came, when, and what did not. */
import { Agent, get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { now, type Telling, type Told, type WatchedPlace } from '../tell.ts'

export interface WatchConfig {
  readonly place: WatchedPlace
  readonly watchers: number
  readonly telling: Telling
}

export interface Watching {
  /** Of each event, milliseconds from its write to its receipt by the last watcher. */
  readonly lagsMs: readonly number[]
  readonly deliveredPerSecond: number
  /** Deliveries that did not come, came again, or came too early. */
  readonly wrong: number
  /** Pieces of live text that did not come, of all watchers together. */
  readonly deltasLost: number
}

const { place, watchers, telling } = JSON.parse(process.argv[2] ?? '{}') as WatchConfig

/** Watchers that connect at the same time: a server's queue of those that wait is short. */
const CONNECTING = 50
/** Milliseconds without anything new after which what has not come is lost. */
const SILENCE_MS = 10_000
const LOOK_EVERY_MS = 20

const EVENT = /"n":(\d+)/
const DELTA = /(\d+) and so on/g

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
/** When the last watcher so far got each event. */
const receivedAt: number[] = []
let received = 0
let wrong = 0
let deltas = 0
let heardAt = now()

/** Counts the blocks that one watcher gets. */
function createCounter() {
  let last = 0
  return (block: string) => {
    if (block.startsWith('event: delta')) deltas += block.match(DELTA)?.length ?? 0
    const [, number] = EVENT.exec(block) ?? []
    if (number === undefined) return
    if (Number(number) !== last + 1) wrong += 1
    last = Number(number)
    received += 1
    receivedAt[last - 1] = heardAt
  }
}

/** Opens one stream; answers with its first bytes. */
function watch(): Promise<void> {
  const count = createCounter()
  let rest = ''
  const hear = (text: string) => {
    heardAt = now()
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) count(block)
  }
  return new Promise((resolve, reject) => {
    const url = new URL(place.eventsPath, place.origin)
    get(url, { agent, headers: { accept: 'text/event-stream' } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`a watcher was answered ${response.statusCode}`))
      response
        .setEncoding('utf8')
        .on('data', hear)
        .on('error', () => undefined)
      response.once('data', () => resolve())
    }).on('error', reject)
  })
}

async function openAll(): Promise<void> {
  let left = watchers
  const openSome = async () => {
    while (left > 0) {
      left -= 1
      await watch()
    }
  }
  await Promise.all(Array.from({ length: CONNECTING }, openSome))
}

async function tellIt(): Promise<Told> {
  const answer = await fetch(new URL(place.tellPath, place.origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(telling),
  })
  if (!answer.ok) throw new Error(`telling was answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Told
}

await openAll()
const { writtenAt } = await tellIt()
const all = telling.events * watchers
heardAt = now()
while (received < all && now() - heardAt < SILENCE_MS) await wait(LOOK_EVERY_MS)
const [firstAt = 0] = writtenAt
const watching: Watching = {
  lagsMs: writtenAt.map((at, index) => (receivedAt[index] ?? Number.POSITIVE_INFINITY) - at),
  deliveredPerSecond: (received * 1000) / (Math.max(...receivedAt) - firstAt),
  wrong: wrong + Math.abs(all - received),
  deltasLost: telling.events * telling.deltas * watchers - deltas,
}
process.stdout.write(`${JSON.stringify(watching)}\n`)
process.exit(0)
