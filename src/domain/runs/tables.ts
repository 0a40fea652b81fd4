/** Runs of agents: their state, their steps, and their events and requests. */
import { type SQL, sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { Actor, Door } from '../../core/operation/actor.ts'
import type { Scope } from '../../core/operation/scopes.ts'
import type { AgentSpec } from '../agents/spec/agent.ts'
import { big, bytewise, moment, numbered } from '../db/columns.ts'
import { RUN_PRIORITIES, RUN_STATES, STEP_KINDS, STEP_STATES } from './states.ts'

/**
 * The order of one person's runs: the earliest start comes first, with a head start of one hour for normal runs and of two
 * for serious ones, so that a stream of these cannot keep the others waiting for ever. An expression of an index:
 * queries must use the same one.
 */
export const turn = sql`((start_after at time zone 'UTC') - (case priority
  when 'serious' then interval '2 hours' when 'normal' then interval '1 hour' else interval '0' end))`
/** Runs that wait for a worker alone. */
export const isUnblocked = sql`state = 'queued' and reason is distinct from 'workspace_busy'`
/** Runs that wait until another leaves their project or workspace. */
export const isBlocked = sql`state = 'queued' and reason = 'workspace_busy'`

export const runs = pgTable(
  'runs',
  {
    id: bytewise('id').primaryKey(),
    number: numbered('number').unique('runs_number'),
    /** The person for whom it acts. */
    personId: bytewise('person_id').notNull(),
    /** The person or the team that it belongs to. */
    ownerId: bytewise('owner_id').notNull(),
    /** The space that it is in: see `grants`. */
    spaceId: bytewise('space_id').notNull(),
    /** The run at the top of the tree: the run itself if nobody delegated it. */
    rootId: bytewise('root_id').notNull(),
    parentId: bytewise('parent_id'),
    /** The parent's step that waits for it. */
    parentStepId: bytewise('parent_step_id'),
    depth: integer('depth').notNull(),
    /** The starter, with the scopes that they had then: a run never has more. */
    starter: jsonb('starter').$type<Actor>().notNull(),
    /** The scopes that its contents may come from: those of the run at the top of its tree. */
    contentScopes: jsonb('content_scopes').$type<Scope[]>().notNull(),
    door: text('door').$type<Door>().notNull(),
    agentSlug: bytewise('agent_slug').notNull(),
    /** The agent as it was at the start: later changes of the agent change no run. */
    agent: jsonb('agent').$type<AgentSpec>().notNull(),
    /** The form in which the executor stores its steps; see `RUN_FORMAT`. */
    format: integer('format').notNull(),
    goal: text('goal').notNull(),
    /** What the agent is given besides, such as what was said before; null: nothing. */
    context: text('context'),
    projectId: bytewise('project_id'),
    workspace: text('workspace'),
    /** It may write, so it has its project and its workspace to itself while it runs. */
    exclusive: boolean('exclusive').notNull(),
    priority: text('priority', { enum: RUN_PRIORITIES }).notNull(),
    state: text('state', { enum: RUN_STATES }).notNull(),
    /** A `RunReason`. */
    reason: text('reason'),
    /** The reason in words. */
    detail: text('detail'),
    phase: text('phase'),
    startAfter: moment('start_after').notNull(),
    /** When a waiting run continues without anyone's action. */
    resumeAt: moment('resume_at'),
    worker: text('worker'),
    /** When this worker took it. */
    claimedAt: moment('claimed_at'),
    leaseUntil: moment('lease_until'),
    /** Grows with every claim; a worker with an older fence may not write any more. */
    fence: integer('fence').notNull(),
    /** Claims that ended with the worker lost, since the last finished step. */
    losses: integer('losses').notNull(),
    cancelAskedAt: moment('cancel_asked_at'),
    cancelAskedBy: bytewise('cancel_asked_by'),
    pauseAskedAt: moment('pause_asked_at'),
    /** Position of its last event. */
    lastEvent: integer('last_event').notNull(),
    /** Bytes of its log: of the contents of its events and steps. */
    logBytes: big('log_bytes').notNull().default(0),
    /** The same once it has ended, in an index, which the steps of a run at work so do not write into. */
    keptBytes: big('kept_bytes').generatedAlwaysAs(sql`case when finished_at is not null then log_bytes end`),
    /** Number of its last step. */
    lastStep: integer('last_step').notNull(),
    /** Calls of the model so far. */
    modelSteps: integer('model_steps').notNull(),
    /** Milliseconds of work in ended claims. */
    activeMs: big('active_ms').notNull(),
    /** Operations that a person allowed for the rest of this run. */
    alwaysAllowed: jsonb('always_allowed').$type<string[]>().notNull(),
    capUsdMicros: big('cap_usd_micros'),
    capTokens: big('cap_tokens'),
    spentUsdMicros: big('spent_usd_micros').notNull(),
    spentTokens: big('spent_tokens').notNull(),
    /** What it and all runs below it have reserved and spent. */
    treeReservedUsdMicros: big('tree_reserved_usd_micros').notNull(),
    treeReservedTokens: big('tree_reserved_tokens').notNull(),
    treeSpentUsdMicros: big('tree_spent_usd_micros').notNull(),
    treeSpentTokens: big('tree_spent_tokens').notNull(),
    /** False once the price of a step was unknown. */
    costKnown: boolean('cost_known').notNull(),
    verdict: text('verdict'),
    summary: text('summary'),
    output: jsonb('output'),
    scheduleId: bytewise('schedule_id'),
    dueAt: moment('due_at'),
    createdAt: moment('created_at').notNull(),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    // The runs of a space, newest first.
    index('runs_space').on(table.spaceId, table.id),
    // How many of the runs that act for a person have not ended.
    index('runs_open').on(table.personId).where(sql`${table.state} in ('queued', 'running', 'waiting')`),
    // A run's children, and how many of them have not ended.
    index('runs_parent').on(table.parentId).where(sql`${table.parentId} is not null`),
    // A tree: its budget, its cancel.
    index('runs_root').on(table.rootId),
    // A project never has two runs writing at once, and neither has a workspace of a person or a team.
    uniqueIndex('runs_project_writer')
      .on(table.projectId)
      .where(sql`${table.state} = 'running' and ${table.exclusive}`),
    uniqueIndex('runs_workspace_writer')
      .on(table.ownerId, table.workspace)
      .where(sql`${table.state} = 'running' and ${table.exclusive}`),
    // A schedule fires once for each due moment.
    uniqueIndex('runs_schedule_due')
      .on(table.scheduleId, table.dueAt)
      .where(sql`${table.scheduleId} is not null`),
    // Whose turn it is: the runs of each person in each owner that may begin, in their order: see `nextRuns`. The time of
    // the last change is in no index: a step would otherwise write into it.
    index('runs_ready')
      .on(table.ownerId, table.personId, turn, table.id, table.startAfter)
      .where(isUnblocked),
    // Runs that wait for their project or workspace: few.
    index('runs_blocked').on(table.ownerId).where(isBlocked),
    // Runs at work, by whose they are.
    index('runs_at_work').on(table.ownerId, table.personId).where(sql`state = 'running'`),
    // When an owner was last served.
    index('runs_served')
      .on(table.ownerId, table.personId, table.claimedAt)
      .where(sql`claimed_at is not null`),
    // Waiting runs that continue on their own.
    index('runs_due').on(table.resumeAt).where(sql`state = 'waiting'`),
    // How many bytes of logs an owner has: of ended runs in the index, and which runs have not ended.
    index('runs_kept').on(table.ownerId, table.keptBytes),
    // Reports by day.
    index('runs_finished').on(table.spaceId, table.finishedAt).where(sql`${table.finishedAt} is not null`),
  ],
)

export const runEvents = pgTable(
  'run_events',
  {
    runId: bytewise('run_id').notNull(),
    /** 1, 2, 3 ... without a gap. */
    position: integer('position').notNull(),
    type: text('type').notNull(),
    data: jsonb('data').notNull(),
    at: moment('at').notNull(),
  },
  // The log of a run, read on from a position.
  (table) => [primaryKey({ columns: [table.runId, table.position] })],
)

export const runSteps = pgTable(
  'run_steps',
  {
    /** Also the idempotency key of what the step does. */
    id: bytewise('id').primaryKey(),
    runId: bytewise('run_id').notNull(),
    /** 1, 2, 3 ... in the order in which they were planned. */
    number: integer('number').notNull(),
    kind: text('kind', { enum: STEP_KINDS }).notNull(),
    state: text('state', { enum: STEP_STATES }).notNull(),
    phase: text('phase'),
    /** The operation or tool of a tool step. */
    operation: bytewise('operation'),
    request: jsonb('request').notNull(),
    result: jsonb('result'),
    reservedUsdMicros: big('reserved_usd_micros').notNull(),
    reservedTokens: big('reserved_tokens').notNull(),
    /** The day on whose budget the reservation counts, in the person's time zone. */
    reservedOn: text('reserved_on'),
    usage: jsonb('usage'),
    tokens: big('tokens').notNull(),
    /** Null: unknown. */
    costUsdMicros: big('cost_usd_micros'),
    createdAt: moment('created_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (table) => [
    // The steps of a run in their order.
    uniqueIndex('run_steps_number').on(table.runId, table.number),
  ],
)

export const runKeys = pgTable(
  'run_keys',
  {
    /** A run has one key at a time: creating another ends the previous one. */
    runId: bytewise('run_id').primaryKey(),
    /** Identifies the key in the audit and in limits. */
    id: bytewise('id').notNull(),
    /** SHA-256 of the key, base64url. */
    hash: bytewise('hash').notNull(),
    /** The claim that it is bound to. */
    fence: integer('fence').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    // Every request with a run's key looks it up by its hash.
    uniqueIndex('run_keys_hash').on(table.hash),
  ],
)

type ApprovalColumns = Record<'spaceId' | 'personId' | 'notStarter' | 'approvers', AnyPgColumn>

/** Whether an approval of a run in a person's own space names others than that person. */
export function namesOthers({ spaceId, personId, notStarter, approvers }: ApprovalColumns): SQL {
  return sql`${spaceId} = ${personId} and (${notStarter} or jsonb_array_length(${approvers}) > 1)`
}

export const approvals = pgTable(
  'approvals',
  {
    id: bytewise('id').primaryKey(),
    number: numbered('number').unique('approvals_number'),
    runId: bytewise('run_id').notNull(),
    /** Approval of a step is requested once. */
    stepId: bytewise('step_id').notNull().unique('approvals_step'),
    /** The person for whom its run acts. */
    personId: bytewise('person_id').notNull(),
    /** That person may not decide. */
    notStarter: boolean('not_starter').notNull().default(false),
    /** The space of its run. */
    spaceId: bytewise('space_id').notNull(),
    agentSlug: bytewise('agent_slug').notNull(),
    operation: bytewise('operation').notNull(),
    effect: text('effect', { enum: ['read', 'write', 'destroy'] }).notNull(),
    /** Exactly the input that runs when it is approved. */
    input: jsonb('input').notNull(),
    why: text('why').notNull(),
    /** Who may decide: people, and roles of the run's team (`team:admin`). */
    approvers: jsonb('approvers').$type<string[]>().notNull(),
    state: text('state', { enum: ['pending', 'approved', 'rejected', 'expired', 'withdrawn'] }).notNull(),
    askedAt: moment('asked_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    decidedAt: moment('decided_at'),
    decidedBy: bytewise('decided_by'),
    decidedDoor: text('decided_door').$type<Door>(),
    note: text('note'),
  },
  (table) => [
    // The approvals in the own spaces of others that name a person.
    index('approvals_others').using('gin', table.approvers.op('jsonb_path_ops')).where(namesOthers(table)),
    // The sweeper's search for expired approvals.
    index('approvals_expiry').on(table.expiresAt).where(sql`${table.state} = 'pending'`),
    index('approvals_run').on(table.runId),
    // The approvals of a team that its members may decide.
    index('approvals_space').on(table.spaceId, table.id),
  ],
)

export const runFeedback = pgTable(
  'run_feedback',
  {
    runId: bytewise('run_id').notNull(),
    personId: bytewise('person_id').notNull(),
    /** 1 to 5. */
    rating: integer('rating').notNull(),
    comment: text('comment'),
    at: moment('at').notNull(),
  },
  // One rating per person and run; rating again replaces it.
  (table) => [primaryKey({ columns: [table.runId, table.personId] })],
)
