/** Starts a run: its row and its first event in one transaction, and its id on the queue afterwards. */
import { type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Actor, Door } from '../../../core/operation/actor.ts'
import type { Context } from '../../../core/operation/context.ts'
import { teamView } from '../../access/visible-to.ts'
import { agentsOf, findAgent } from '../../agents/find-agent.ts'
import type { Agent } from '../../agents/spec/agent.ts'
import { runScopes } from '../../agents/spec/grants.ts'
import { insertOf, type NewRow } from '../../db/insert-rows.ts'
import { jsonbBytes } from '../../db/jsonb-bytes.ts'
import { assertStoredRoom } from '../../limits/stored-room.ts'
import { toMicros } from '../../money.ts'
import { assertDecidable } from '../approvals/may-decide.ts'
import { queueRun } from '../queue-run.ts'
import { hasRoom, lockAllStarts, lockStarts, whyNoRoom } from '../quota.ts'
import { type RunRow, runUri } from '../run.ts'
import { runInEvent, runStarted } from '../run-events.ts'
import type { RunBudget, RunTemplate } from '../run-start.ts'
import { RUN_FORMAT } from '../states.ts'
import { runEvents, runs } from '../tables.ts'
import { placeRun, type RunPlace } from './place-run.ts'

declare module '../../../core/operation/context.ts' {
  interface Resources {
    /**
     * Names of the executors in this process; absent where only other processes work on runs, so that their names are
     * unknown.
     */
    readonly executors?: readonly string[]
  }
}

/** What starting needs from its call: the store, the caller and the operations. */
export type StartContext = Pick<
  Context,
  | 'db'
  | 'now'
  | 'newId'
  | 'changed'
  | 'emit'
  | 'enqueue'
  | 'defaultTimeZone'
  | 'models'
  | 'agentFiles'
  | 'executors'
  | 'operations'
  | 'actor'
  | 'openRunsPerPerson'
  | 'storedSums'
>

/** The origin of a start. */
export interface Origin {
  readonly door: Door
  /** The team that the run will belong to; absent: the caller, or whose its project is. */
  readonly teamId?: string | undefined
  /** What the agent is given besides the goal. */
  readonly context?: string | undefined
  /** The earliest start. */
  readonly startAfter?: Date
  /** `dueAt` is null when a person ran the schedule at once. */
  readonly schedule?: { readonly id: string; readonly dueAt: Date | null }
  readonly parent?: { readonly run: RunRow; readonly stepId: string }
}

/**
 * @throws AppError `not_found` for an agent, project or team that does not exist, `forbidden` for a project or team that
 * the starter may only read, `not_configured` when there is no model or no executor for the agent, `rate_limited` when
 * the starter has too many open runs, `conflict` when too much is stored for the owner
 */
export async function startRun(ctx: StartContext, template: RunTemplate, origin: Origin): Promise<RunRow> {
  const place = await placeRun(starterOf(ctx, origin), template, {
    teamId: origin.teamId,
    parent: origin.parent?.run,
  })
  // Sent together, run one after the other. A run that works may delegate to others until it ends.
  const [agent, besides] = await Promise.all([
    readyAgent(ctx, template, place.ownerId),
    lockStarts(ctx),
    origin.parent === undefined && assertStoredRoom(ctx, place.ownerId),
  ])
  const untold = newRun(ctx, { agent, template, origin, place })
  const event = createdEvent(untold, origin)
  const run = { ...untold, logBytes: jsonbBytes(event.data) }
  /** The number of the run, or undefined if the condition does not hold. */
  async function insertIf(condition: SQL): Promise<number | undefined> {
    const [inserted] = await ctx.db.execute<Pick<RunRow, 'number'>>(sql`with started as (
        ${insertOf(runs, [run])} where ${condition} returning number
      ) ${insertOf(runEvents, [event])} where exists (select from started)
      returning (select number from started) as number`)
    return inserted?.number
  }
  let number = await insertIf(hasRoom(ctx, besides))
  if (number === undefined && besides > 0) {
    // More runs than expected were started while this one waited, so it takes its turn.
    await lockAllStarts(ctx)
    number = await insertIf(hasRoom(ctx, 0))
  }
  if (number === undefined) throw await whyNoRoom(ctx)
  const row = { ...run, number, keptBytes: null }
  ctx.changed(runUri(row.id), row.spaceId)
  ctx.emit(runStarted, {
    ...{ uri: runUri(row.id), spaceId: row.spaceId },
    payload: { ...runInEvent(row), parentId: row.parentId, scheduleId: row.scheduleId },
  })
  queueRun(ctx, row)
  return row
}

/** The first event of its log. */
function createdEvent(run: NewRow<typeof runs>, { startAfter }: Origin) {
  const { id, agentSlug: agent, goal, parentId, priority } = run
  const data = {
    ...{ agent, goal, parentId, priority },
    ...(startAfter !== undefined && { startAfter: startAfter.toISOString() }),
  }
  return { runId: id, position: 1, type: 'run.created', data, at: run.createdAt }
}

/** All members of a team are told what its schedule has started, so it starts runs only where all of them see them. */
function starterOf(ctx: StartContext, { schedule, teamId }: Origin): StartContext {
  return schedule === undefined || teamId === undefined ? ctx : teamView(ctx, teamId)
}

/**
 * The agent as a run of this owner would start with it now; code that stores a start for later checks this, too.
 * @throws as `startRun`
 */
export async function readyAgent(ctx: StartContext, template: RunTemplate, ownerId: string): Promise<Agent> {
  const agent = withModel(ctx, await findAgent(ctx, template.agent, agentsOf(ctx, ownerId)))
  assertExecutor(ctx, agent)
  assertDecidable({ agent, ownerId, personId: ctx.actor.personId })
  assertPriced(ctx, agent, template.budget)
  return agent
}

/** Settles the model, so that a change of the standard model changes no existing run. */
function withModel(ctx: StartContext, agent: Agent): Agent {
  if (agent.executor !== 'model') return agent
  const { models } = ctx
  const provider = agent.provider ?? models.standard?.provider
  if (provider === undefined || !models.isConfigured(provider)) {
    throw new AppError('not_configured', `No model is configured for the agent ${agent.slug}.`, {
      fix: 'Set ANTHROPIC_API_KEY, or OPENAI_API_KEY (OPENAI_BASE_URL for Groq, Ollama, vLLM), and start the gateway again.',
    })
  }
  const model = agent.model ?? (models.standard?.provider === provider ? models.standard.model : undefined)
  if (model === undefined) {
    throw new AppError('not_configured', `The agent ${agent.slug} names ${provider} but no model of it.`, {
      fix: `Give the agent a model, or set SWITCHBOARD_MODEL to ${provider}/ and a model.`,
    })
  }
  return { ...agent, provider, model }
}

function assertExecutor({ executors }: StartContext, { slug, executor }: Agent): void {
  if (executors === undefined || executors.includes(executor)) return
  throw new AppError(
    'not_configured',
    `This gateway has no executor named ${executor}, which the agent ${slug} asks for.`,
    {
      fix: `Give the agent one of these: ${executors.join(', ')}. A program that embeds the gateway adds others with the option extend.`,
    },
  )
}

/** A cap in dollars cannot be enforced when the cost of a step is unknown. */
function assertPriced(ctx: StartContext, agent: Agent, budget: RunBudget | undefined): void {
  const { capUsdMicros } = capsOf(agent.limits, budget)
  if (capUsdMicros === null || agent.provider === null || agent.model === null) return
  if (ctx.models.facts(agent.provider, agent.model).price !== 'unknown') return
  throw new AppError(
    'invalid_input',
    `The price of ${agent.provider}/${agent.model} is unknown, so a budget in dollars cannot be enforced.`,
    {
      fix: 'Give the budget in tokens, or use a model with a known price.',
    },
  )
}

interface StartedFrom {
  readonly agent: Agent
  readonly template: RunTemplate
  readonly origin: Origin
  readonly place: RunPlace
}

function newRun(ctx: StartContext, { agent, template, origin, place }: StartedFrom): NewRow<typeof runs> {
  const id = ctx.newId('run')
  const { slug, source: _source, writerScopes: _writerScopes, teamId: _teamId, ...spec } = agent
  const parent = origin.parent?.run
  const starter: Actor = { ...ctx.actor, scopes: runScopes(ctx.actor.scopes, agent, ctx.operations) }
  return {
    id,
    personId: ctx.actor.personId,
    ...place,
    rootId: parent?.rootId ?? id,
    parentId: parent?.id ?? null,
    parentStepId: origin.parent?.stepId ?? null,
    depth: parent === undefined ? 0 : parent.depth + 1,
    starter,
    contentScopes: parent?.contentScopes ?? [...starter.scopes],
    door: origin.door,
    agentSlug: slug,
    agent: spec,
    format: RUN_FORMAT,
    goal: template.goal,
    context: origin.context ?? null,
    projectId: template.projectId ?? parent?.projectId ?? null,
    workspace: template.workspace ?? parent?.workspace ?? null,
    exclusive: starter.scopes.some((scope) => scope.endsWith(':write')),
    priority: template.priority,
    state: 'queued',
    reason: origin.startAfter === undefined ? 'started' : 'delayed',
    startAfter: origin.startAfter ?? ctx.now,
    scheduleId: origin.schedule?.id ?? null,
    dueAt: origin.schedule?.dueAt ?? null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
    ...capsOf(spec.limits, template.budget),
    ...UNTOUCHED,
  }
}

/** The tighter of the agent's limits and this run's budget. */
function capsOf(limits: Agent['limits'], budget: RunBudget = {}) {
  const tighter = (one: number | null | undefined, other: number | null | undefined) =>
    one == null || other == null ? (one ?? other ?? null) : Math.min(one, other)
  const usd = tighter(limits.usd, budget.usd)
  return {
    capUsdMicros: usd === null ? null : toMicros(usd),
    capTokens: tighter(limits.tokens, budget.tokens),
  }
}

/** The fields of a run before any work. */
const UNTOUCHED = {
  detail: null,
  phase: null,
  resumeAt: null,
  worker: null,
  claimedAt: null,
  leaseUntil: null,
  fence: 0,
  losses: 0,
  cancelAskedAt: null,
  cancelAskedBy: null,
  pauseAskedAt: null,
  lastEvent: 1,
  logBytes: 0,
  lastStep: 0,
  modelSteps: 0,
  activeMs: 0,
  alwaysAllowed: [],
  spentUsdMicros: 0,
  spentTokens: 0,
  treeReservedUsdMicros: 0,
  treeReservedTokens: 0,
  treeSpentUsdMicros: 0,
  treeSpentTokens: 0,
  costKnown: true,
  verdict: null,
  summary: null,
  output: null,
  startedAt: null,
  finishedAt: null,
}
