/**
 * Finds agents in their sources: shipped with the program, in files, and those of people and teams in the database. One's
 * own takes precedence over a team's, a stored agent over a file, a file over a shipped one.
 */
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { nearest } from '../../core/schema/unknown-fields.ts'
import { editableBy, spacedKind, visibleTo } from '../access/visible-to.ts'
import { teamOf } from '../teams/space.ts'
import { SHIPPED_AGENTS } from './shipped/shipped.ts'
import { type Agent, type AgentEntry, StoredAgentSpec } from './spec/agent.ts'
import { toFileEntry } from './spec/file-agent.ts'
import { agents } from './tables.ts'

export type AgentReader = Pick<Context, 'db' | 'actor' | 'agentFiles' | 'operations'>

export const agentKind = spacedKind('agent', agents)

/** The most stored agents in a list: a person's own, and those of some teams. */
const LISTED_MAX = 500
/** The most teams that are named when several have an agent of the same name. */
const NAMED_MAX = 10

/** Every agent that the caller sees, by slug, one's own first. */
export async function listAgents(ctx: AgentReader): Promise<AgentEntry[]> {
  const rows = await ctx.db
    .select()
    .from(agents)
    .where(visibleTo(ctx, agents))
    .orderBy(asc(isOfOthers(ctx)), asc(agents.slug), asc(agents.spaceId))
    .limit(LISTED_MAX)
  const stored = rows.map(toStoredEntry)
  const replaced = new Set(stored.map(({ slug }) => slug))
  const given = (await givenEntries(ctx)).filter(({ slug }) => !replaced.has(slug))
  return [...given, ...stored].sort((a, b) => (a.slug < b.slug ? -1 : Number(a.slug > b.slug)))
}

/** The spaces in which a stored agent is looked for; undefined: one's own, then those of all teams. */
export type AgentSpaces = readonly string[] | undefined

/** Where the agent of a run is looked for that belongs to this person or team. */
export function agentsOf({ actor }: Pick<Context, 'actor'>, ownerId: string): AgentSpaces {
  return ownerId === actor.personId ? undefined : [actor.personId, ownerId]
}

/**
 * @throws AppError `not_found` when there is no agent with this name, `invalid_input` when several teams have one, or when
 * it cannot be used in its present form
 */
export async function findAgent(ctx: AgentReader, slug: string, spaces?: AgentSpaces): Promise<Agent> {
  const row = await findStored(ctx, slug, spaces)
  const entry = row ? toStoredEntry(row) : await givenEntry(ctx, slug)
  if (!entry) throw await noSuchAgent(ctx, slug)
  return usable(entry)
}

/** @throws AppError `invalid_input` for an agent that cannot be used in its present form */
export function usable(entry: AgentEntry): Agent {
  if ('agent' in entry) return entry.agent
  throw new AppError('invalid_input', `The agent ${entry.slug} cannot be used. ${entry.problem}`, {
    fix:
      entry.source === 'file'
        ? 'Correct the file; it is read again at the next call. Or create another agent with this name by agents.create.'
        : 'Correct it with agents.update, or delete it with agents.delete.',
  })
}

/**
 * The stored agent that a name means: one's own, or the only one of a team. Undefined: no stored agent.
 * @throws AppError `invalid_input` when several teams have one
 */
export async function findStored(ctx: AgentReader, slug: string, spaces?: AgentSpaces) {
  const found = await ctx.db
    .select({ agent: agents, mayChange: sql<boolean>`(${editableBy(ctx, agents)})` })
    .from(agents)
    .where(and(eq(agents.slug, slug), visibleTo(ctx, agents), spaces && inArray(agents.spaceId, [...spaces])))
    .orderBy(asc(isOfOthers(ctx)), asc(agents.spaceId))
    .limit(NAMED_MAX)
  const [first, ...others] = found
  if (first === undefined) return undefined
  const { agent, mayChange } = first
  if (others.length > 0 && agent.spaceId !== ctx.actor.personId) throw ambiguous(slug, found)
  return { ...agent, mayChange }
}

/** Sorts one's own agents before those of teams. */
function isOfOthers({ actor }: Pick<Context, 'actor'>) {
  return sql`${agents.spaceId} <> ${actor.personId}`
}

function ambiguous(slug: string, found: readonly { readonly agent: AgentRow }[]): AppError {
  const teams = found.map(({ agent }) => agent.spaceId).join(', ')
  return new AppError('invalid_input', `Several teams have an agent ${slug}: ${teams}.`, {
    fix: 'Say with teamId which one is meant.',
    issues: [{ path: 'teamId', message: `one of ${teams}` }],
  })
}

/** The agents that exist without the person: the shipped ones, overridden by files. */
async function givenEntries(ctx: AgentReader): Promise<AgentEntry[]> {
  const shipped = [...SHIPPED_AGENTS.values()].map(toShippedEntry)
  const files = await ctx.agentFiles.list()
  const entries = [...shipped, ...files.map((file) => toFileEntry(file, ctx.operations))]
  return [...new Map(entries.map((entry) => [entry.slug, entry])).values()]
}

export async function givenEntry(ctx: AgentReader, slug: string): Promise<AgentEntry | undefined> {
  const files = await ctx.agentFiles.list()
  const file = files.find((each) => each.slug === slug)
  if (file) return toFileEntry(file, ctx.operations)
  const agent = SHIPPED_AGENTS.get(slug)
  return agent && toShippedEntry(agent)
}

function toShippedEntry(agent: Agent): AgentEntry {
  const { slug, source, teamId } = agent
  return { slug, source, teamId, agent }
}

type AgentRow = typeof agents.$inferSelect

function toStoredEntry({ slug, spec, writerScopes, spaceId }: AgentRow): AgentEntry {
  const parsed = StoredAgentSpec.safeParse(spec)
  const about = { slug, source: 'stored', teamId: teamOf(spaceId) } as const
  if (parsed.success) return { ...about, agent: { ...parsed.data, ...about, writerScopes } }
  const [issue] = parsed.error.issues
  return { ...about, problem: `${issue?.path.join('.')}: ${issue?.message}` }
}

export async function noSuchAgent(ctx: AgentReader, slug: string): Promise<AppError> {
  const entries = await listAgents(ctx)
  const near = nearest(
    slug,
    entries.map((entry) => entry.slug),
  )
  return new AppError('not_found', `There is no agent ${slug}${near ? `; the nearest is ${near}` : ''}.`, {
    fix: 'Call agents.list: it shows every agent.',
  })
}
