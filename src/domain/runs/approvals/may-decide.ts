/** Who may decide an approval: people whom it names, and members of the run's team with a role that it names. */
import { type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { grants } from '../../access/tables.ts'
import { seesOwn, visibleTo } from '../../access/visible-to.ts'
import type { AgentSpec } from '../../agents/spec/agent.ts'
import { TEAM_APPROVERS, type TeamApprover } from '../../agents/spec/policy.ts'
import { teamOf } from '../../teams/space.ts'
import { teamMembers } from '../../teams/tables.ts'
import type { RunRow } from '../run.ts'
import { approvals, namesOthers } from '../tables.ts'

/** The roles in a team that each approver stands for. */
const ROLES: Readonly<Record<TeamApprover, SQL>> = {
  'team:admin': sql`('admin')`,
  'team:member': sql`('admin', 'member')`,
}

/** Approvals that the viewer may read: to decide them, or because the viewer started the run, which waits for others then. */
export function mayRead(viewer: Pick<Context, 'actor'>): SQL {
  return sql`(${mayDecide(viewer)} or (${visibleTo(viewer, approvals)} and ${isStarter(viewer)}))`
}

/** Approvals of runs that the viewer started. */
export function isStarter({ actor }: Pick<Context, 'actor'>): SQL {
  return sql`${approvals.personId} = ${actor.personId}`
}

/** Approvals that the viewer may decide. */
export function mayDecide(viewer: Pick<Context, 'actor'>): SQL {
  const seen = sql`(${visibleTo(viewer, approvals)} and ${mayDecideSeen(viewer)})`
  const ofOthers = mayDecideForOthers(viewer)
  return ofOthers === undefined ? seen : sql`(${seen} or (${ofOthers}))`
}

/** Among the approvals in spaces that the viewer sees: those that name the viewer, or a role of theirs. */
export function mayDecideSeen(viewer: Pick<Context, 'actor'>): SQL {
  const { personId } = viewer.actor
  const hasRole = sql`(${names('team:admin')} and ${isInTeamAs(viewer, 'team:admin')}
    or ${names('team:member')} and ${isInTeamAs(viewer, 'team:member')})`
  return sql`((${names(personId)} or ${hasRole})
    and not (${approvals.notStarter} and ${approvals.personId} = ${personId}))`
}

/**
 * Approvals in the own space of another person, which that person's agent lets the viewer decide. Elsewhere, somebody
 * who no longer sees the run decides nothing of it.
 */
export function mayDecideForOthers(viewer: Pick<Context, 'actor'>): SQL | undefined {
  const { personId } = viewer.actor
  if (!seesOwn(viewer)) return undefined
  return sql`${names(personId)} and ${namesOthers(approvals)} and ${approvals.personId} <> ${personId}`
}

function names(approver: string): SQL {
  return sql`${approvals.approvers} @> ${JSON.stringify([approver])}::jsonb`
}

/** The viewer sees the space of the run, which belongs to a team in which they have the role. */
function isInTeamAs(viewer: Pick<Context, 'actor'>, approver: TeamApprover): SQL {
  const { personId } = viewer.actor
  return sql`${approvals.spaceId} = any(array(select ${grants.spaceId} from ${grants}
    join ${teamMembers} on ${teamMembers.teamId} = ${grants.ownerId} and ${teamMembers.personId} = ${grants.personId}
    where ${grants.personId} = ${personId} and ${grants.role} <> 'viewer' and ${teamMembers.role} in ${ROLES[approver]}))`
}

/**
 * The people who are asked to decide an approval, as a `text[]` over its run `moved`. Whether they may decide it is looked
 * up again when they do: see `mayDecide`.
 */
export function askedPeople({
  approvers,
  notStarter,
}: {
  readonly approvers: readonly string[]
  readonly notStarter: boolean
}): SQL {
  const roles = TEAM_APPROVERS.filter((role) => approvers.includes(role))
  const named = approvers.filter((approver) => !roles.some((role) => role === approver))
  const people = sql`select unnest(string_to_array(${named.join(',')}, ','))`
  const members = roles.map(
    (role) =>
      sql`select person_id from ${teamMembers} where team_id = moved.owner_id and role in ${ROLES[role]}`,
  )
  const others = notStarter ? sql` except select moved.person_id` : sql``
  return sql`array(${sql.join([people, ...members], sql` union `)}${others})`
}

type Asking = Pick<RunRow, 'personId' | 'ownerId'> & { readonly agent: Pick<AgentSpec, 'approvals'> }

/** Who may decide the approvals of a run: its person, unless the agent wants somebody else, and whom the agent names. */
export function approversOf({ personId, agent }: Omit<Asking, 'ownerId'>): string[] {
  const { approvers, notStarter } = agent.approvals
  // For a service of a team, a member of the team decides.
  const starter = teamOf(personId) === null ? personId : 'team:member'
  return [...new Set([...(notStarter ? [] : [starter]), ...approvers])]
}

/** @throws AppError `invalid_input` for an agent whose calls nobody could approve in such a run */
export function assertDecidable(run: Asking): void {
  const { notStarter } = run.agent.approvals
  const isTeamRun = teamOf(run.ownerId) !== null
  const isAnybody = (approver: string) =>
    TEAM_APPROVERS.some((role) => role === approver) ? isTeamRun : !notStarter || approver !== run.personId
  if (approversOf(run).some(isAnybody)) return
  throw new AppError('invalid_input', 'Nobody but you could approve its calls, and the agent forbids that.', {
    fix: "Name approvers in the agent's approvals: people, or for runs of a team team:admin or team:member.",
  })
}
