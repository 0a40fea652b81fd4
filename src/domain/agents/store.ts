/** Agents from their three sources: shipped with the program, in files, and each person's own in the database. */
import { and, asc, count, eq, ne, sql } from 'drizzle-orm'
import { invalidInput } from '../../core/call/input.ts'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { nearest } from '../../core/schema/unknown-fields.ts'
import { homeSpace } from '../access/visible-to.ts'
import { lockCount } from '../db/lock-count.ts'
import { SHIPPED_AGENTS } from './shipped/shipped.ts'
import {
  AGENTS_MAX_BYTES_PER_PERSON,
  AGENTS_PER_PERSON,
  type Agent,
  type AgentChanges,
  type AgentEntry,
  type AgentSource,
  AgentSpec,
  differingFields,
  StoredAgentSpec,
  withChanges,
} from './spec/agent.ts'
import { specIssues } from './spec/check-spec.ts'
import { toFileEntry } from './spec/file-agent.ts'
import { agents } from './tables.ts'

type Reader = Pick<Context, 'db' | 'actor' | 'agentFiles' | 'operations'>

/** Every agent of the person by its slug: a stored agent takes precedence over a file, a file over a shipped one. */
export async function listAgents(ctx: Reader): Promise<AgentEntry[]> {
  const rows = await ctx.db
    .select()
    .from(agents)
    .where(eq(agents.personId, ctx.actor.personId))
    .orderBy(asc(agents.slug))
    .limit(AGENTS_PER_PERSON)
  const entries = [...(await givenEntries(ctx)), ...rows.map(toStoredEntry)]
  const bySlug = new Map(entries.map((entry) => [entry.slug, entry]))
  return [...bySlug.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1))
}

/**
 * @throws AppError `not_found` when there is no agent with this name, `invalid_input` when it cannot be used in its
 * present form.
 */
export async function findAgent(ctx: Reader, slug: string): Promise<Agent> {
  const [row] = await ctx.db.select().from(agents).where(isTheirs(ctx, slug))
  const entry = row ? toStoredEntry(row) : await givenEntry(ctx, slug)
  if (!entry) throw await noSuchAgent(ctx, slug)
  if ('agent' in entry) return entry.agent
  throw new AppError('invalid_input', `The agent ${slug} cannot be used. ${entry.problem}`, {
    fix:
      entry.source === 'file'
        ? 'Correct the file; it is read again at the next call. Or create another agent with this name by agents.create.'
        : 'Correct it with agents.update, or delete it with agents.delete.',
  })
}

/**
 * @throws AppError `conflict` when the person already has an agent with this name, or the most agents allowed;
 * `payload_too_large` when all of them together would be too large.
 * @throws AppError `invalid_input` for unknown names of tools and operations.
 */
export async function createAgent(ctx: Context, slug: string, spec: AgentSpec): Promise<Agent> {
  assertNames(ctx, 'agents.create', spec)
  const agent = await insertAgent(ctx, slug, spec)
  if (agent) return agent
  throw new AppError('conflict', `You already have an agent ${slug}.`, {
    fix: 'Change it with agents.update, or choose another slug.',
  })
}

/** An agent after a change. */
interface UpdatedAgent {
  readonly agent: Agent
  /** The names of changed fields. */
  readonly changed: readonly string[]
  /** The source of the agent that was now copied; null: it was stored already, or nothing changed. */
  readonly copiedFrom: AgentSource | null
}

/**
 * Changes a stored agent. A shipped agent, or one in a file, is first copied into the database, and the copy takes
 * precedence from then on.
 * @throws AppError `not_found`, `invalid_input`, `conflict`, `payload_too_large`
 */
export async function updateAgent(ctx: Context, slug: string, changes: AgentChanges): Promise<UpdatedAgent> {
  assertNames(ctx, 'agents.update', changes)
  const updated = await changeStored(ctx, slug, changes)
  if (updated) return updated
  const given = await findAgent(ctx, slug)
  const spec = withChanges(given, changes)
  const changed = differingFields(given, spec)
  if (changed.length === 0) return { agent: given, changed, copiedFrom: null }
  const copy = await insertAgent(ctx, slug, spec)
  if (copy) return { agent: copy, changed, copiedFrom: given.source }
  // Another call has created the copy in the meantime.
  const updatedCopy = await changeStored(ctx, slug, changes)
  if (!updatedCopy) throw await noSuchAgent(ctx, slug)
  return updatedCopy
}

/**
 * Deletes a stored agent, and answers with the source of the agent that now has the name; null: none.
 * @throws AppError `not_found`; `conflict` for an agent that is shipped or in a file
 */
export async function deleteAgent(ctx: Context, slug: string): Promise<AgentSource | null> {
  const [deleted] = await ctx.db.delete(agents).where(isTheirs(ctx, slug)).returning({ id: agents.id })
  const beneath = await givenEntry(ctx, slug)
  if (deleted) {
    ctx.changed(agentUri(slug))
    return beneath?.source ?? null
  }
  if (!beneath) throw await noSuchAgent(ctx, slug)
  throw beneath.source === 'file'
    ? new AppError(
        'conflict',
        `The agent ${slug} is a file, which only the operator of the gateway can remove.`,
        {
          fix: `Delete agents/${slug}.md in SWITCHBOARD_HOME, or change the agent with agents.update.`,
        },
      )
    : new AppError('conflict', `The agent ${slug} is shipped, so it cannot be deleted.`, {
        fix: 'Leave it, or make it your own with agents.update.',
      })
}

/** The source of the agent that a stored one with this name replaces; null: none. */
export async function hiddenBy(ctx: Reader, slug: string): Promise<AgentSource | null> {
  return (await givenEntry(ctx, slug))?.source ?? null
}

/** The agents that exist without the person: the shipped ones, overridden by files. */
async function givenEntries(ctx: Reader): Promise<AgentEntry[]> {
  const shipped = [...SHIPPED_AGENTS].map(([slug, agent]): AgentEntry => ({ slug, source: 'shipped', agent }))
  const files = await ctx.agentFiles.list()
  return [...shipped, ...files.map((file) => toFileEntry(file, ctx.operations))]
}

async function givenEntry(ctx: Reader, slug: string): Promise<AgentEntry | undefined> {
  const files = await ctx.agentFiles.list()
  const file = files.find((each) => each.slug === slug)
  if (file) return toFileEntry(file, ctx.operations)
  const agent = SHIPPED_AGENTS.get(slug)
  return agent && { slug, source: 'shipped', agent }
}

type AgentRow = typeof agents.$inferSelect

function toStoredEntry({ slug, spec, writerScopes }: AgentRow): AgentEntry {
  const parsed = StoredAgentSpec.safeParse(spec)
  const source = 'stored'
  if (parsed.success) return { slug, source, agent: { ...parsed.data, slug, source, writerScopes } }
  const [issue] = parsed.error.issues
  return { slug, source: 'stored', problem: `${issue?.path.join('.')}: ${issue?.message}` }
}

/** Undefined: there is already one with this name. */
async function insertAgent(ctx: Context, slug: string, spec: AgentSpec): Promise<Agent | undefined> {
  await lockCount(ctx.db, 'agents', ctx.actor.personId)
  const own = eq(agents.personId, ctx.actor.personId)
  const [kept] = await ctx.db.select({ count: count() }).from(agents).where(own)
  if (Number(kept?.count ?? 0) >= AGENTS_PER_PERSON) {
    throw new AppError('conflict', `A person may have at most ${AGENTS_PER_PERSON} agents.`, {
      fix: 'Delete one that is no longer used.',
    })
  }
  const parsed = AgentSpec.parse(spec)
  await assertBytes(ctx, slug, parsed)
  const [row] = await ctx.db
    .insert(agents)
    .values({
      id: ctx.newId('agent'),
      personId: ctx.actor.personId,
      spaceId: homeSpace(ctx),
      slug,
      spec: parsed,
      writerScopes: [...ctx.actor.scopes],
      createdAt: ctx.now,
      updatedAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: agents.id })
  if (!row) return undefined
  ctx.changed(agentUri(slug))
  return { ...parsed, slug, source: 'stored', writerScopes: [...ctx.actor.scopes] }
}

/** @throws AppError `payload_too_large` when all of the person's agents together exceed the limit */
async function assertBytes(ctx: Context, slug: string, spec: AgentSpec): Promise<void> {
  const [others] = await ctx.db
    .select({ bytes: sql<string>`coalesce(sum(octet_length(${agents.spec}::text)), 0)` })
    .from(agents)
    .where(and(eq(agents.personId, ctx.actor.personId), ne(agents.slug, slug)))
  const bytes = Number(others?.bytes ?? 0) + Buffer.byteLength(JSON.stringify(spec))
  if (bytes <= AGENTS_MAX_BYTES_PER_PERSON) return
  throw new AppError(
    'payload_too_large',
    `The agents of a person may have ${AGENTS_MAX_BYTES_PER_PERSON} bytes together; with this one it would be ${bytes}.`,
    { fix: 'Shorten its instructions, or delete an agent that is no longer used.' },
  )
}

/** Undefined: no agent with this name is stored. */
async function changeStored(
  ctx: Context,
  slug: string,
  changes: AgentChanges,
): Promise<UpdatedAgent | undefined> {
  // Locked before the row, in the same order as when an agent is created, so that two racing calls cannot deadlock.
  await lockCount(ctx.db, 'agents', ctx.actor.personId)
  const [row] = await ctx.db.select().from(agents).where(isTheirs(ctx, slug)).for('update')
  if (!row) return undefined
  const spec = withChanges(row.spec, changes)
  const changed = differingFields(row.spec, spec)
  const writerScopes = changed.length > 0 ? [...ctx.actor.scopes] : row.writerScopes
  if (changed.length > 0) {
    await assertBytes(ctx, slug, spec)
    // Its runs do what this caller wrote, so they get no more scopes than this caller has.
    await ctx.db.update(agents).set({ spec, writerScopes, updatedAt: ctx.now }).where(isTheirs(ctx, slug))
    ctx.changed(agentUri(slug))
  }
  return { agent: { ...spec, slug, source: 'stored', writerScopes }, changed, copiedFrom: null }
}

function assertNames(ctx: Context, operation: string, spec: AgentChanges): void {
  const issues = specIssues(spec, ctx.operations)
  if (issues.length > 0) throw invalidInput(operation, issues)
}

async function noSuchAgent(ctx: Reader, slug: string): Promise<AppError> {
  const entries = await listAgents(ctx)
  const near = nearest(
    slug,
    entries.map((entry) => entry.slug),
  )
  return new AppError('not_found', `There is no agent ${slug}${near ? `; the nearest is ${near}` : ''}.`, {
    fix: 'Call agents.list: it shows every agent.',
  })
}

function agentUri(slug: string): string {
  return `agent://${slug}`
}

function isTheirs(ctx: Pick<Context, 'actor'>, slug: string) {
  return and(eq(agents.personId, ctx.actor.personId), eq(agents.slug, slug))
}
