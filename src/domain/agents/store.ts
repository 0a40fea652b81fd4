/** Writes the agents of people and of teams. */
import { isDeepStrictEqual } from 'node:util'
import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import { invalidInput } from '../../core/call/input.ts'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { governedBy, mayOnlyRead, visibleTo } from '../access/visible-to.ts'
import { lockCount } from '../db/lock-count.ts'
import { assertRoomFor, countedLimit } from '../limits/counted-limit.ts'
import { newOwner } from '../teams/new-owner.ts'
import { teamOf } from '../teams/space.ts'
import { type AgentReader, findStored, givenEntry, noSuchAgent, usable } from './find-agent.ts'
import {
  AGENTS_MAX_BYTES_PER_OWNER,
  AGENTS_PER_OWNER,
  type Agent,
  type AgentChanges,
  type AgentSource,
  AgentSpec,
  differingFields,
  withChanges,
} from './spec/agent.ts'
import { specIssues } from './spec/check-spec.ts'
import { agents } from './tables.ts'

/** Which agent a caller means. */
export interface AgentName {
  readonly slug: string
  /** Absent: one's own, otherwise that of the only team that has one. */
  readonly teamId?: string | undefined
}

/** The place of a stored agent: no other in this space has its name. */
interface Stored {
  readonly slug: string
  readonly spaceId: string
}

/**
 * @throws AppError `conflict` when the person or the team already has an agent with this name, or the most agents
 * allowed; `payload_too_large` when all of them together would be too large; `invalid_input` for unknown names of tools
 * and operations; `not_found` or `forbidden` for a team that the caller may not change
 */
export async function createAgent(
  ctx: Context,
  { slug, teamId }: AgentName,
  spec: AgentSpec,
): Promise<Agent> {
  assertNames(ctx, 'agents.create', spec)
  const agent = await insertAgent(ctx, { slug, spaceId: await newOwner(ctx, teamId) }, spec)
  if (agent) return agent
  const whose = teamId === undefined ? 'You already have' : 'The team already has'
  throw new AppError('conflict', `${whose} an agent ${slug}.`, {
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
 * @throws AppError `not_found`, `forbidden`, `invalid_input`, `conflict`, `payload_too_large`
 */
export async function updateAgent(
  ctx: Context,
  name: AgentName,
  changes: AgentChanges,
): Promise<UpdatedAgent> {
  assertNames(ctx, 'agents.update', changes)
  const which = await placeOf(ctx, name)
  const updated = await changeStored(ctx, which, changes)
  if (updated) return updated
  const entry = await givenEntry(ctx, name.slug)
  if (!entry) throw await noSuchAgent(ctx, name.slug)
  const given = usable(entry)
  const spec = withChanges(given, changes)
  const changed = differingFields(given, spec)
  if (changed.length === 0) return { agent: given, changed, copiedFrom: null }
  const copy = await insertAgent(ctx, which, spec)
  if (copy) return { agent: copy, changed, copiedFrom: given.source }
  // Another call has created the copy in the meantime.
  const updatedCopy = await changeStored(ctx, which, changes)
  if (!updatedCopy) throw await noSuchAgent(ctx, name.slug)
  return updatedCopy
}

/**
 * Deletes a stored agent, and answers with the source of the agent that now has the name; null: none.
 * @throws AppError `not_found`, `forbidden`; `conflict` for an agent that is shipped or in a file
 */
export async function deleteAgent(ctx: Context, name: AgentName): Promise<AgentSource | null> {
  const { slug } = name
  const which = await placeOf(ctx, name)
  const [stored] = await ctx.db
    .select({ spec: agents.spec })
    .from(agents)
    .where(isStored(which))
    .for('update')
  if (stored?.spec.approvals.notStarter === true) await assertMayLoosen(ctx, which)
  const [deleted] = await ctx.db.delete(agents).where(isStored(which)).returning({ id: agents.id })
  if (deleted) {
    tellChange(ctx, which)
    return await sourceBeneath(ctx, which)
  }
  const beneath = await givenEntry(ctx, slug)
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
export async function hiddenBy(ctx: AgentReader, { slug, teamId }: Agent): Promise<AgentSource | null> {
  return await sourceBeneath(ctx, { slug, spaceId: teamId ?? ctx.actor.personId })
}

/** Beneath a person's own agent those of teams come first. */
async function sourceBeneath(ctx: AgentReader, { slug, spaceId }: Stored): Promise<AgentSource | null> {
  const [other] =
    spaceId === ctx.actor.personId
      ? await ctx.db
          .select({ id: agents.id })
          .from(agents)
          .where(and(eq(agents.slug, slug), ne(agents.spaceId, spaceId), visibleTo(ctx, agents)))
          .limit(1)
      : []
  return other === undefined ? ((await givenEntry(ctx, slug))?.source ?? null) : 'stored'
}

/**
 * Where the agent that a caller means is stored, or would be.
 * @throws AppError `not_found`, `forbidden` for an agent or a team that the caller may only read, `invalid_input` when
 * several teams have the agent
 */
async function placeOf(ctx: Context, { slug, teamId }: AgentName): Promise<Stored> {
  const stored = teamId === undefined ? await findStored(ctx, slug) : undefined
  if (stored?.mayChange === false) throw mayOnlyRead(`the agent ${slug}`)
  return { slug, spaceId: stored?.spaceId ?? (await newOwner(ctx, teamId)) }
}

function isStored({ slug, spaceId }: Stored): SQL | undefined {
  return and(eq(agents.spaceId, spaceId), eq(agents.slug, slug))
}

export const agentLimit = countedLimit({
  name: 'agents',
  unit: 'agents',
  meaning: 'Agents of their own',
  of: 'everyone',
  most: AGENTS_PER_OWNER,
  counted: (owners) =>
    sql`select space_id as owner_id, count(*) as used from ${agents} where space_id in (${owners}) group by 1`,
})

/** Undefined: there is already one with this name. */
async function insertAgent(ctx: Context, which: Stored, spec: AgentSpec): Promise<Agent | undefined> {
  const { slug, spaceId } = which
  await assertRoomFor(ctx, agentLimit, spaceId)
  const parsed = AgentSpec.parse(spec)
  await assertBytes(ctx, which, parsed)
  const writerScopes = [...ctx.actor.scopes]
  const [row] = await ctx.db
    .insert(agents)
    .values({
      ...{ id: ctx.newId('agent'), personId: ctx.actor.personId, spaceId, slug },
      ...{ spec: parsed, writerScopes, createdAt: ctx.now, updatedAt: ctx.now },
    })
    .onConflictDoNothing()
    .returning({ id: agents.id })
  if (!row) return undefined
  tellChange(ctx, which)
  return { ...parsed, slug, source: 'stored', writerScopes, teamId: teamOf(spaceId) }
}

/** @throws AppError `payload_too_large` when all agents of the person or the team together exceed the limit */
async function assertBytes(ctx: Context, { slug, spaceId }: Stored, spec: AgentSpec): Promise<void> {
  const [others] = await ctx.db
    .select({ bytes: sql<string>`coalesce(sum(octet_length(${agents.spec}::text)), 0)` })
    .from(agents)
    .where(and(eq(agents.spaceId, spaceId), ne(agents.slug, slug)))
  const bytes = Number(others?.bytes ?? 0) + Buffer.byteLength(JSON.stringify(spec))
  if (bytes <= AGENTS_MAX_BYTES_PER_OWNER) return
  throw new AppError(
    'payload_too_large',
    `The agents of a person or a team may have ${AGENTS_MAX_BYTES_PER_OWNER} bytes together; with this one it would be ${bytes}.`,
    { fix: 'Shorten its instructions, or delete an agent that is no longer used.' },
  )
}

/** Undefined: no agent with this name is stored there. */
async function changeStored(
  ctx: Context,
  which: Stored,
  changes: AgentChanges,
): Promise<UpdatedAgent | undefined> {
  const { slug, spaceId } = which
  // Locked before the row, in the same order as when an agent is created, so that two racing calls cannot deadlock.
  await lockCount(ctx.db, 'agents', spaceId)
  const [row] = await ctx.db.select().from(agents).where(isStored(which)).for('update')
  if (!row) return undefined
  const spec = withChanges(row.spec, changes)
  const changed = differingFields(row.spec, spec)
  const writerScopes = changed.length > 0 ? [...ctx.actor.scopes] : row.writerScopes
  if (changed.length > 0) {
    if (loosensFourEyes(row.spec, spec)) await assertMayLoosen(ctx, which)
    await assertBytes(ctx, which, spec)
    // Its runs do what this caller wrote, so they get no more scopes than this caller has.
    await ctx.db.update(agents).set({ spec, writerScopes, updatedAt: ctx.now }).where(isStored(which))
    tellChange(ctx, which)
  }
  const agent: Agent = { ...spec, slug, source: 'stored', writerScopes, teamId: teamOf(spaceId) }
  return { agent, changed, copiedFrom: null }
}

/** Whether somebody who could not decide alone before could then. */
function loosensFourEyes(before: Partial<AgentSpec>, after: AgentSpec): boolean {
  // What is stored may lack what an agent has to have today.
  if (before.approvals?.notStarter !== true) return false
  return !isDeepStrictEqual(before.approvals, after.approvals)
}

/** @throws AppError `forbidden` for a caller who works in a team and does not lead it */
async function assertMayLoosen(ctx: Context, which: Stored): Promise<void> {
  const [row] = await ctx.db
    .select({ isGoverned: sql<boolean>`${governedBy(ctx, agents)}` })
    .from(agents)
    .where(isStored(which))
  if (row?.isGoverned !== false) return
  throw new AppError(
    'forbidden',
    `Calls of ${which.slug} need somebody else to approve them, and only admins of the team may change that.`,
    {
      fix: 'Ask an admin of the team, or leave the approvals of the agent as they are.',
    },
  )
}

function assertNames(ctx: Context, operation: string, spec: AgentChanges): void {
  const issues = specIssues(spec, ctx.operations)
  if (issues.length > 0) throw invalidInput(operation, issues)
}

function tellChange(ctx: Context, { slug, spaceId }: Stored): void {
  const uri = `agent://${slug}`
  ctx.changed(uri, spaceId)
  ctx.touched(uri, spaceId)
}
