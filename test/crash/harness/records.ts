/** Reads what runs left in the database, in the form that the checks take. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../../src/domain/db/db.ts'
import type { Effects, SpendingFacts } from './check-effects.ts'
import type { EventFacts, RunFacts, RunRecord, StepFacts } from './check-run.ts'
import { MARK, type Plan, readPlan } from './plan.ts'

/** A run as far as the driver needs it while it goes on. */
export interface LiveRun {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  /** Of the plan in its goal. */
  readonly planId: string | undefined
}

const ENDED = ['succeeded', 'failed', 'cancelled']

export function hasEnded({ state }: LiveRun): boolean {
  return ENDED.includes(state)
}

type Row = Record<string, unknown>

/** The runs of a plan and of its children, oldest first. */
export async function findRuns(db: Db, plan: Plan): Promise<LiveRun[]> {
  const rows = await db.execute<Row>(sql`select r.id, r.state, r.reason, r.goal
    from runs root join runs r on r.root_id = root.id
    where root.parent_id is null and root.goal like ${`${MARK}{"id":"${plan.id}"%`} order by r.id`)
  return [...rows].map((row) => ({
    id: String(row.id),
    state: String(row.state),
    reason: row.reason === null ? null : String(row.reason),
    planId: readPlan(String(row.goal))?.id,
  }))
}

export interface PendingApproval {
  readonly id: string
  readonly runId: string
}

export async function findApprovals(db: Db, runIds: readonly string[]): Promise<PendingApproval[]> {
  const rows = await db.execute<Row>(sql`select id, run_id from approvals where state = 'pending'`)
  return [...rows]
    .map((row) => ({ id: String(row.id), runId: String(row.run_id) }))
    .filter(({ runId }) => runIds.includes(runId))
}

export interface UnknownStep {
  readonly id: string
  readonly runId: string
  readonly label: string
}

export async function findUnknownSteps(db: Db, runIds: readonly string[]): Promise<UnknownStep[]> {
  const rows = await db.execute<Row>(
    sql`select id, run_id, request -> 'input' ->> 'label' as label from run_steps where state = 'unknown'`,
  )
  return [...rows]
    .map((row) => ({ id: String(row.id), runId: String(row.run_id), label: String(row.label) }))
    .filter(({ runId }) => runIds.includes(runId))
}

export async function readRecord(db: Db, runId: string): Promise<RunRecord> {
  const [run] = await db.execute<Row>(sql`select * from runs where id = ${runId}`)
  const events = await db.execute<Row>(
    sql`select position, type, data ->> 'stepId' as step_id, data ->> 'state' as state from run_events where run_id = ${runId} order by position`,
  )
  if (run === undefined) throw new Error(`${runId} is not there`)
  return { run: runFacts(run), events: [...events].map(eventFacts), steps: await readSteps(db, runId) }
}

/** Counts come as numbers from one driver and as text from the other. */
function runFacts(row: Row): RunFacts {
  return {
    id: String(row.id),
    state: String(row.state),
    reason: row.reason === null ? null : String(row.reason),
    lastEvent: Number(row.last_event),
    capTokens: row.cap_tokens === null ? null : Number(row.cap_tokens),
    spentTokens: Number(row.spent_tokens),
    treeSpentTokens: Number(row.tree_spent_tokens),
    treeReservedTokens: Number(row.tree_reserved_tokens),
    treeReservedUsdMicros: Number(row.tree_reserved_usd_micros),
  }
}

function eventFacts(row: Row): EventFacts {
  return {
    position: Number(row.position),
    type: String(row.type),
    stepId: row.step_id === null ? undefined : String(row.step_id),
    state: row.state === null ? undefined : String(row.state),
  }
}

function stepFacts(row: Row): StepFacts {
  return {
    id: String(row.id),
    number: Number(row.number),
    kind: String(row.kind),
    state: String(row.state),
    tokens: Number(row.tokens),
    reservedTokens: Number(row.reserved_tokens),
  }
}

/** Those that are in the database. */
export async function readEffects(db: Db): Promise<Pick<Effects, 'titles' | 'answers'>> {
  const tasks = await db.execute<Row>(sql`select title from tasks`)
  const answers = await db.execute<Row>(sql`
    select s.request -> 'input' ->> 'question' as question, e.data ->> 'answer' as answer
    from run_events e join run_steps s on s.id = e.data ->> 'stepId' where e.type = 'question.answered'`)
  return {
    titles: [...tasks].map(({ title }) => String(title)),
    answers: [...answers].map(({ question, answer }) => ({
      question: String(question),
      answer: String(answer),
    })),
  }
}

export interface OpenQuestion {
  readonly stepId: string
  readonly runId: string
  readonly question: string
}

export async function findQuestions(db: Db, runIds: readonly string[]): Promise<OpenQuestion[]> {
  const rows = await db.execute<Row>(sql`select id, run_id, request -> 'input' ->> 'question' as question
    from run_steps where state = 'waiting' and operation = 'runs.ask_person'`)
  return [...rows]
    .map((row) => ({ stepId: String(row.id), runId: String(row.run_id), question: String(row.question) }))
    .filter(({ runId }) => runIds.includes(runId))
}

/** The days' spending, summed for the person and each agent, and the tokens of all steps. */
export async function readSpending(db: Db): Promise<{ days: SpendingFacts[]; stepTokens: number }> {
  const rows = await db.execute<Row>(sql`
    select s.agent_slug, sum(s.reserved_tokens) as reserved_tokens, sum(s.reserved_usd_micros) as reserved_usd,
      sum(s.spent_tokens) as spent_tokens, max(b.tokens_per_day) as cap
    from spending s left join budgets b on b.person_id = s.person_id and b.agent_slug = s.agent_slug
    group by s.agent_slug`)
  const [steps] = await db.execute<Row>(sql`select coalesce(sum(tokens), 0) as tokens from run_steps`)
  const days = [...rows].map((row) => ({
    agentSlug: String(row.agent_slug),
    reservedTokens: Number(row.reserved_tokens),
    reservedUsdMicros: Number(row.reserved_usd),
    spentTokens: Number(row.spent_tokens),
    capTokens: row.cap === null ? null : Number(row.cap),
  }))
  return { days, stepTokens: Number(steps?.tokens ?? 0) }
}

export async function readAllRunIds(db: Db): Promise<string[]> {
  const rows = await db.execute<Row>(sql`select id from runs order by id`)
  return [...rows].map(({ id }) => String(id))
}

export async function readSteps(db: Db, runId: string): Promise<StepFacts[]> {
  const rows = await db.execute<Row>(sql`select * from run_steps where run_id = ${runId} order by number`)
  return [...rows].map(stepFacts)
}

/** What a run was told while it went on. */
export async function readMessages(db: Db, runId: string): Promise<string[]> {
  const rows = await db.execute<Row>(
    sql`select data ->> 'text' as text from run_events where run_id = ${runId} and type = 'message.added'`,
  )
  return [...rows].map(({ text }) => String(text))
}

export interface Gap {
  readonly seconds: number
  readonly from: string
  readonly to: string
}

/** The longest time in which one of these runs was to move and did not, from one event of it to the next. */
export async function findLongestGap(db: Db, runIds: readonly string[]): Promise<Gap | undefined> {
  const rows = await db.execute<Row>(sql`
    with gaps as (
      select run_id, type, lag(type) over log as before, extract(epoch from at - lag(at) over log) as seconds
      from run_events window log as (partition by run_id order by position)
    )
    select run_id, type, before, seconds from gaps where before <> 'run.waiting' order by seconds desc`)
  const longest = [...rows].find(({ run_id: id }) => runIds.includes(String(id)))
  return (
    longest && { seconds: Number(longest.seconds), from: String(longest.before), to: String(longest.type) }
  )
}

/** Schedules that start runs with this goal. */
export async function countSchedules(db: Db, goal: string): Promise<number> {
  const rows = await db.execute<Row>(sql`select id from schedules where start ->> 'goal' = ${goal}`)
  return rows.length
}

/** Number of a run's last step so far. */
export async function readLastStep(db: Db, runId: string): Promise<number> {
  const [row] = await db.execute<Row>(sql`select last_step from runs where id = ${runId}`)
  return Number(row?.last_step ?? 0)
}

/** Position of a run's last event so far. */
export async function readLastEvent(db: Db, runId: string): Promise<number> {
  const [row] = await db.execute<Row>(sql`select last_event from runs where id = ${runId}`)
  return Number(row?.last_event ?? 0)
}
