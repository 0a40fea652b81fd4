/** How long it takes from the command to the first answer, and what the gateway uses when nobody calls. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import type { Figure, Store } from '../figures.ts'
import { type Server, startOwn, startServer } from '../processes.ts'
import type { StoreAddress } from '../stores.ts'
import { listTarget } from '../targets.ts'
import { canTellUsage, cpuSeconds, memoryMb } from '../usage.ts'
import { sendOnce } from './load.ts'

/** Seconds for which a server is watched, and before them, in which it still settles. */
const IDLE_SECONDS = 5
const SETTLE_SECONDS = 2

const COMMANDS = [
  { name: 'npm start', program: 'npm', args: ['start', '--silent'] },
  { name: 'bin/switchboard serve', program: process.execPath, args: ['bin/switchboard', 'serve'] },
] as const

type Command = (typeof COMMANDS)[number]

/** Times what the bare server takes; the first start also makes the store. */
const BOOTS = [
  { boot: 'first', aim: { ratioAtMost: 1.5 } },
  { boot: 'later', aim: { ratioAtMost: 1.3 } },
] as const

interface Started {
  readonly server: Server
  readonly milliseconds: number
}

interface Idle {
  readonly memory: number
  readonly cpu: number
}

export async function measureStart(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const kind of bench.storeKinds) {
    const bare = await measureBare(bench, kind)
    for (const command of COMMANDS) figures.push(...(await measureCommand(bench, command, { kind, bare })))
  }
  return figures
}

/** The baseline: a bare server on the same kind of store. */
async function measureBare(bench: Bench, kind: Store): Promise<{ milliseconds: number; idle: Idle }> {
  const store = (await bench.openStore(kind, 1)).address
  const { server, milliseconds } = await untilAnswered(() => startOwn('serve/serve-bare.ts', { store }))
  bench.later(server.stop)
  const idle = await watchIdle(server)
  await server.stop()
  return { milliseconds, idle }
}

interface Setting {
  readonly kind: Store
  readonly bare: { readonly milliseconds: number; readonly idle: Idle }
}

async function measureCommand(bench: Bench, command: Command, { kind, bare }: Setting): Promise<Figure[]> {
  const environment = await environmentOf(bench, (await bench.openStore(kind, undefined)).address)
  const figures: Figure[] = []
  for (const { boot, aim } of BOOTS) {
    const { server, milliseconds } = await untilAnswered(() => startServer({ ...command, environment }))
    bench.later(server.stop)
    figures.push({
      measure: 'Start and idle',
      name: `${command.name}, ${boot} start`,
      store: kind,
      unit: 'ms',
      ours: milliseconds,
      baseline: { name: 'bare server', value: bare.milliseconds },
      aim,
    })
    const isLast = command === COMMANDS.at(-1) && boot === 'later'
    if (isLast && canTellUsage) figures.push(...idleFigures(kind, await watchIdle(server), bare.idle))
    await server.stop()
  }
  return figures
}

/** A home of its own even when the data is on a server: the gateway leaves a note about itself there. */
async function environmentOf(bench: Bench, store: StoreAddress): Promise<Record<string, string>> {
  if ('home' in store) return { PORT: '0', SWITCHBOARD_HOME: store.home }
  const home = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  bench.later(() => rm(home, { recursive: true, force: true }))
  return { PORT: '0', SWITCHBOARD_HOME: home, DATABASE_URL: store.url }
}

async function untilAnswered(start: () => Promise<Server>): Promise<Started> {
  const startedAt = performance.now()
  const server = await start()
  await sendOnce(listTarget(server.origin))
  return { server, milliseconds: performance.now() - startedAt }
}

async function watchIdle({ pid }: Server): Promise<Idle> {
  await wait(SETTLE_SECONDS * 1000)
  const before = cpuSeconds(pid)
  await wait(IDLE_SECONDS * 1000)
  return { memory: memoryMb(pid), cpu: ((cpuSeconds(pid) - before) * 100) / IDLE_SECONDS }
}

function idleFigures(kind: Store, ours: Idle, bare: Idle): Figure[] {
  const common = { measure: 'Start and idle', store: kind }
  return [
    {
      ...common,
      name: 'idle memory',
      unit: 'MB',
      ours: ours.memory,
      baseline: { name: 'bare server', value: bare.memory },
    },
    {
      ...common,
      name: 'idle CPU',
      unit: '% of a core',
      ours: ours.cpu,
      baseline: { name: 'bare server', value: bare.cpu },
    },
  ]
}
