/** The runs of one case: how each is started, helped along as a person would, and looked at when it has ended. */
import type { Db } from '../../../src/domain/db/db.ts'
import type { Act, Injection } from '../servers/fault-kinds.ts'
import { waitFor } from '../servers/pause.ts'
import { answerFor, checkEffects } from './check-effects.ts'
import { checkRun, type Fault } from './check-run.ts'
import type { Person } from './person.ts'
import {
  ASKING_SHAPES,
  ERASING_SHAPES,
  goalOf,
  LONE_SHAPES,
  makePlan,
  PARENT_SHAPES,
  PLAIN_SHAPES,
  type Plan,
  plansOf,
  type Shape,
} from './plan.ts'
import type { Random } from './random.ts'
import {
  findApprovals,
  findQuestions,
  findRuns,
  findUnknownSteps,
  hasEnded,
  type LiveRun,
  readEffects,
  readLastEvent,
  readRecord,
} from './records.ts'
import type { ReadableWorld, World } from './world.ts'

/** A run that is to be started. */
export interface CaseRun {
  readonly plan: Plan
  /** Tokens that it has; so few that it may come to its end for it. */
  readonly capTokens: number | undefined
  /** Event after which it is cancelled. */
  readonly cancelAfter: number | undefined
  /** What a person does to it. */
  readonly act: Act | undefined
}

const TIGHT_MIN_TOKENS = 30_000
const TIGHT_SPREAD_TOKENS = 40_000
const CANCEL_MIN_EVENTS = 3
const CANCEL_SPREAD_EVENTS = 8

const NEITHER = { capTokens: undefined, cancelAfter: undefined, act: undefined }

/** One that is carried out to its end, and one that may lack the tokens, be cancelled, or neither. */
export function drawRuns(random: Random, id: string, { act }: Injection): CaseRun[] {
  if (act !== undefined) {
    return [
      { ...NEITHER, plan: makePlan(random, `${id}a`, SHAPES_OF[act]), act },
      { ...NEITHER, plan: makePlan(random, `${id}b`, PLAIN_SHAPES) },
    ]
  }
  const lot = random.below(3)
  return [
    { ...NEITHER, plan: makePlan(random, `${id}a`) },
    {
      ...NEITHER,
      // A child that comes to its end for the tokens would be asked for anew.
      plan: makePlan(random, `${id}b`, lot === 0 ? LONE_SHAPES : undefined),
      capTokens: lot === 0 ? TIGHT_MIN_TOKENS + random.below(TIGHT_SPREAD_TOKENS) : undefined,
      cancelAfter: lot === 1 ? CANCEL_MIN_EVENTS + random.below(CANCEL_SPREAD_EVENTS) : undefined,
    },
  ]
}

const SHAPES_OF: Readonly<Record<Act, readonly Shape[]>> = {
  pause: LONE_SHAPES,
  resume: LONE_SHAPES,
  steer: LONE_SHAPES,
  answer: ASKING_SHAPES,
  decide: ERASING_SHAPES,
  cancel: PARENT_SHAPES,
  schedule: PLAIN_SHAPES,
}

/** The agent of all runs of the harness. */
export const CRASH_AGENT = 'crash'

/** More than all cases use, so that the day's rows are written and hold nobody back. */
const DAY_TOKENS = 1_000_000_000

export async function prepareAgent({ client }: World): Promise<void> {
  const agent = {
    slug: CRASH_AGENT,
    role: 'Tester',
    instructions: 'Carry out the plan.',
    tools: ['effects', 'tasks', 'runs.delegate', 'runs.ask_person'],
    limits: { steps: 100, minutes: 60 },
  }
  await client.callUntilDone('agents.create', agent, 'agent')
  for (const input of [{ tokensPerDay: DAY_TOKENS }, { agent: CRASH_AGENT, tokensPerDay: DAY_TOKENS }]) {
    await client.callUntilDone('budgets.set', input, `budget ${input.agent ?? ''}`)
  }
}

/** Starts it, however often that takes, and sees to its cancel; answers with its id. */
export async function startRun(
  world: ReadableWorld,
  { plan, capTokens, cancelAfter }: CaseRun,
): Promise<{ runId: string; cancelled: Promise<void> }> {
  const { client, database } = world
  const input = {
    agent: CRASH_AGENT,
    goal: goalOf(plan),
    ...(capTokens !== undefined && { budget: { tokens: capTokens } }),
  }
  const { run } = (await client.callUntilDone('runs.start', input, plan.id)) as { run: { id: string } }
  const cancel = async (after: number) => {
    await waitFor(CANCEL_WITHIN_MS, async () => (await readLastEvent(database.db, run.id)) >= after)
    await client.callUntilDone('runs.cancel', { runId: run.id }, `${plan.id} cancel`)
  }
  return {
    runId: run.id,
    cancelled: cancelAfter === undefined ? Promise.resolve() : cancel(cancelAfter).catch(() => undefined),
  }
}

/** Milliseconds after which a run is cancelled, even if it has come less far. */
const CANCEL_WITHIN_MS = 10_000

export async function findAll(db: Db, runs: readonly CaseRun[]): Promise<LiveRun[]> {
  return (await Promise.all(runs.map(({ plan }) => findRuns(db, plan)))).flat()
}

/** Does what a person would: approves what is asked, answers, and says what became of what nobody knows. */
export async function settle(
  { client, counting, database: { db } }: ReadableWorld,
  person: Person,
  runs: readonly LiveRun[],
): Promise<void> {
  const waiting = runs.filter(({ state }) => state === 'waiting').map(({ id }) => id)
  if (waiting.length === 0) return
  for (const { id } of await findApprovals(db, waiting)) {
    const input = { approvalId: id, decision: 'approve' }
    await person.act('decide', { name: 'approvals.decide', input, key: `decide ${id}` })
  }
  for (const { runId, stepId, question } of await findQuestions(db, waiting)) {
    // Without saying which question: a repeated answer must not go to the next one.
    const input = { runId, answer: answerFor(question) }
    await person.act('answer', { name: 'runs.answer', input, key: `answer ${stepId}` })
  }
  for (const { id, runId, label } of await findUnknownSteps(db, waiting)) {
    // What has arrived there is done yet.
    const happened = counting.arrived.has(label) || counting.calls.some((counted) => counted.label === label)
    const outcome = happened ? 'done' : 'not_done'
    // The gateway may be away, and another look comes soon.
    await client.call('runs.settle_step', { runId, stepId: id, outcome }).catch(() => undefined)
  }
}

export async function checkRuns(world: ReadableWorld, runs: readonly CaseRun[]): Promise<Fault[]> {
  const { db } = world.database
  const effects = { calls: world.counting.calls, ...(await readEffects(db)) }
  const faults: Fault[] = []
  for (const run of runs) {
    const found = await findRuns(db, run.plan)
    const [root] = found
    const isWhole = root?.state === 'succeeded'
    faults.push(...checkCounts(run.plan, found, isWhole))
    for (const { id } of found) faults.push(...checkRun(await readRecord(db, id), expectedOf(run)))
    faults.push(...checkEffects(run.plan, effects, isWhole ? 'all' : 'some'))
  }
  return faults
}

function expectedOf({ capTokens, cancelAfter, act }: CaseRun): string[] {
  return [
    'succeeded',
    ...(capTokens === undefined ? [] : ['failed/budget_exceeded']),
    ...(cancelAfter === undefined && act !== 'cancel' ? [] : ['cancelled']),
  ]
}

/** Every plan has one run, those of children too. */
function checkCounts(plan: Plan, found: readonly LiveRun[], isWhole: boolean): Fault[] {
  return plansOf(plan).flatMap(({ id }): Fault[] => {
    const count = found.filter(({ planId }) => planId === id).length
    if (count > 1) return [{ kind: 'doubled', words: `${id} has ${count} runs` }]
    if (count === 0 && (isWhole || id === plan.id)) return [{ kind: 'lost', words: `${id} has no run` }]
    return []
  })
}

/** Who watched has seen every event once and in order. */
export async function checkStream(db: Db, runId: string, positions: readonly number[]): Promise<Fault[]> {
  const { run } = await readRecord(db, runId)
  const isInOrder = positions.every((position, index) => position === index + 1)
  if (isInOrder && positions.length === run.lastEvent) return []
  return [{ kind: 'events', words: `${runId}: who watched saw ${positions.join(', ')} of ${run.lastEvent}` }]
}

export function allEnded(runs: readonly LiveRun[]): boolean {
  return runs.every(hasEnded)
}
