/** Many cases one after the other on one world, and the table of what came of them. */

import { runFlow } from './flows/run-flow.ts'
import { type CaseOptions, type CaseResult, runCase } from './harness/case.ts'
import { CRASH_AGENT, prepareAgent } from './harness/case-runs.ts'
import { checkDays } from './harness/check-effects.ts'
import { checkRun, FAULT_KINDS, type Fault } from './harness/check-run.ts'
import { createRandom } from './harness/random.ts'
import { readAllRunIds, readRecord, readSpending } from './harness/records.ts'
import {
  type EmbeddedWorld,
  openEmbeddedWorld,
  openServerWorld,
  type ServerWorld,
  type World,
} from './harness/world.ts'
import { type Injection, injectionsOfFlows, injectionsOfRuns } from './servers/fault-kinds.ts'

export interface LongForm {
  /** A PostgreSQL server on which databases may be made; undefined: one process on an embedded store. */
  readonly url: string | undefined
  /** Runs of agents, or what comes in, goes out and is called by the clock; undefined: both. */
  readonly about: 'runs' | 'flows' | undefined
  readonly seed: number
  readonly injections: number
  /** Only the case of this number. */
  readonly only: number | undefined
  /** Only kinds of which the name has this in it. */
  readonly kind: string | undefined
  readonly withRedis: boolean
  say(line: string): void
  /** Aborted: no further case is begun. */
  readonly signal: AbortSignal
}

/** Cases of which the spot was not passed, in all: each is tried anew with the next number. */
const MISSES_MAX_SHARE = 0.5

/** True where nothing failed. */
export async function runLongForm(options: LongForm): Promise<boolean> {
  const { url, withRedis } = options
  const world = url === undefined ? await openEmbeddedWorld() : await openServerWorld({ url, withRedis })
  try {
    return await runAll(world, options)
  } finally {
    await world.close()
  }
}

async function runAll(world: EmbeddedWorld | ServerWorld, options: LongForm): Promise<boolean> {
  const { say, seed } = options
  const table = createTable()
  const kinds = kindsOf(world, options)
  if (kinds.some(({ flow }) => flow === undefined)) await prepareAgent(world)
  let isGood = true
  for (const [index, injection] of casesOf(options, kinds)) {
    if (table.sprung() >= options.injections || options.signal.aborted) break
    const result = await runOne(world, {
      id: `s${seed}c${index}`,
      injection,
      random: createRandom(seed, index + 1),
    })
    table.add(injection, result)
    say(lineOf(index, injection, result))
    const isBad = result.faults.length > 0 || result.troubles.length > 0
    if (isBad) say(`       again: npm run test:crash -- ${again(options, index)}`)
    isGood &&= !isBad
  }
  const left = 'database' in world ? await checkAll(world) : []
  for (const { words } of left) say(`at the end: ${words}`)
  say('')
  for (const line of table.lines()) say(line)
  const wanted = options.only === undefined ? options.injections : 1
  if (table.sprung() < wanted) say(`only ${table.sprung()} of ${wanted} faults could be done`)
  return isGood && left.length === 0 && table.sprung() >= wanted
}

function kindsOf({ redis, ...world }: World, { about, kind = '' }: LongForm): Injection[] {
  const possible = {
    store: 'database' in world ? 'server' : 'embedded',
    hasRedis: redis !== undefined,
  } as const
  const kinds = [
    ...(about === 'flows' ? [] : injectionsOfRuns(possible)),
    ...(about === 'runs' ? [] : injectionsOfFlows(possible)),
  ]
  return kinds.filter((injection) => nameOf(injection).includes(kind))
}

async function runOne(world: EmbeddedWorld | ServerWorld, options: CaseOptions): Promise<CaseResult> {
  const { flow } = options.injection
  if (flow !== undefined) return await runFlow(world, { ...options, flow })
  if ('database' in world) return await runCase(world, options)
  throw new Error('only flows are tried on an embedded store')
}

function again({ seed, about, kind, url }: LongForm, index: number): string {
  const words = [`--seed ${seed} --only ${index}`]
  if (kind !== undefined) words.push(`--kind '${kind}'`)
  if (about !== undefined) words.push(`--about ${about}`)
  if (url === undefined) words.push('--embedded')
  return words.join(' ')
}

/** Each number with its injection: the kinds in an order of the seed's, over and over. */
function* casesOf(
  { seed, injections, only }: LongForm,
  kinds: readonly Injection[],
): Generator<[number, Injection]> {
  const count = Math.ceil(injections * (1 + MISSES_MAX_SHARE))
  for (let index = only ?? 0; index < (only === undefined ? count : only + 1); index += 1) {
    const round = Math.floor(index / kinds.length)
    const shuffled = createRandom(seed, -round - 1).shuffle(kinds)
    const injection = shuffled[index % kinds.length]
    if (injection) yield [index, injection]
  }
}

function nameOf({ harm, target, passer, spot, act, flow }: Injection): string {
  const whose = passer === 'gateway' ? "the gateway's " : ''
  const meanwhile = flow ?? act
  return `${harm} ${target} at ${whose}${spot}${meanwhile === undefined ? '' : ` (${meanwhile})`}`
}

/** Seconds in which a run did not move that are worth a word: a lease, a sweep, and what they wait for. */
const SLOW_S = 10

function lineOf(
  index: number,
  injection: Injection,
  { isSprung, faults, troubles, gap, tookMs }: CaseResult,
): string {
  const words = [...troubles, ...faults.map((fault) => fault.words)]
  const outcome = words.length > 0 ? `FAILED: ${words.join('; ')}` : isSprung ? 'ok' : 'not passed'
  const isSlow = gap !== undefined && gap.seconds > SLOW_S
  const slow = isSlow ? `  (${gap.seconds.toFixed(1)} s from ${gap.from} to ${gap.to})` : ''
  return `${String(index).padStart(4)}  ${nameOf(injection).padEnd(54)} ${String(tookMs).padStart(6)} ms  ${outcome}${slow}`
}

/** Writes that came late, such as those of a worker that woke up, show at the very end. */
async function checkAll({ database }: ServerWorld): Promise<Fault[]> {
  const { db } = database
  const faults: Fault[] = []
  const runIds = await readAllRunIds(db)
  if (runIds.length === 0) return faults
  for (const id of runIds) {
    faults.push(...checkRun(await readRecord(db, id), ['succeeded', 'failed/budget_exceeded', 'cancelled']))
  }
  const { days, stepTokens } = await readSpending(db)
  faults.push(...checkDays(days, stepTokens))
  if (!days.some(({ agentSlug }) => agentSlug === CRASH_AGENT)) {
    faults.push({ kind: 'budget', words: 'the day of the agent has no row' })
  }
  return faults
}

const SECOND_MS = 1000

interface Row {
  injections: number
  runs: number
  cases: number
  tookMs: number
  longestMs: number
  readonly faults: Record<string, number>
}

function createTable() {
  const rows = new Map<string, Row>()
  const head = ['fault', 'target', 'meanwhile', 'injections', 'runs']
  const heads = [...head, ...FAULT_KINDS.map((kind) => HEADS[kind]), 'held up', 'mean (s)', 'longest (s)']
  return {
    sprung: () => [...rows.values()].reduce((sum, { injections }) => sum + injections, 0),
    add({ harm, target, act, flow }: Injection, { isSprung, runs, faults, troubles, tookMs }: CaseResult) {
      const name = `${harm} ${target} ${flow ?? act ?? '-'}`
      const row = rows.get(name) ?? { injections: 0, runs: 0, cases: 0, tookMs: 0, longestMs: 0, faults: {} }
      rows.set(name, row)
      row.cases += 1
      row.tookMs += tookMs
      row.longestMs = Math.max(row.longestMs, tookMs)
      if (isSprung) row.injections += 1
      row.runs += runs
      for (const { kind } of faults) row.faults[kind] = (row.faults[kind] ?? 0) + 1
      row.faults.held = (row.faults.held ?? 0) + troubles.length
    },
    lines() {
      const body = [...rows]
        .sort()
        .map(([name, { injections, runs, cases, faults, tookMs, longestMs }]) => [
          ...name.split(' '),
          ...[injections, runs, ...[...FAULT_KINDS, 'held'].map((kind) => faults[kind] ?? 0)].map(String),
          (tookMs / cases / SECOND_MS).toFixed(1),
          (longestMs / SECOND_MS).toFixed(1),
        ])
      const all = [heads, ...body]
      const widths = heads.map((_, at) => Math.max(...all.map((cells) => cells[at]?.length ?? 0)))
      return all.map((cells) =>
        cells
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd(),
      )
    },
  }
}

const HEADS = {
  state: 'wrong states',
  lost: 'effects lost',
  doubled: 'effects doubled',
  budget: 'budget faults',
  events: 'event faults',
} as const
