/** Steps that ask the model begin: their worst case is reserved first. */
import { and, eq, isNull, not, type SQL, sql } from 'drizzle-orm'
import { type KeyStanding, lostAuthority } from '../../access/authority.ts'
import { apiKeys, people } from '../../access/tables.ts'
import { hasLostSpace } from '../../access/visible-to.ts'
import { WHOLE_PERSON } from '../../budgets/budget.ts'
import { type Amount, reserveDaily } from '../../budgets/daily.ts'
import { reservationParts } from '../../budgets/reservation.ts'
import { budgets } from '../../budgets/tables.ts'
import { localDate } from '../../time/clock.ts'
import { changeAbove, holdLine } from '../hold/hold-line.ts'
import { assertMayAct, type Hold, holdOf, isHeld, lockKeyOf, RunLost } from '../hold/hold-run.ts'
import type { RunRow } from '../run.ts'
import { spenderOf } from '../spender.ts'
import { runs } from '../tables.ts'
import { type Move, moveRun, type Writes } from '../writes.ts'
import { refusalOf, type StepRefusal } from './refuse-step.ts'
import { newStep, type StepRow } from './steps.ts'

export interface ModelStep {
  readonly phase: string | null
  readonly request: unknown
  /** The most that it may cost. */
  readonly worst: Amount
}

/**
 * Reserves the worst case of asking the model on this run, all runs above it, the agent and the owner, and stores the
 * step.
 * @throws RunLost, RunStopping, AccessRevoked
 */
export async function startModelStep(
  writes: Writes,
  hold: Hold,
  asked: ModelStep,
): Promise<{ step: StepRow } | { refused: StepRefusal }> {
  // Sent together, run one after the other.
  const [line, key, spender] = await Promise.all([
    holdLine(writes.db, hold),
    lockKeyOf(writes.db, hold),
    spenderOf(writes, hold),
  ])
  const { worst } = asked
  await assertMayAct(writes, line.run, key)
  const overCap = refusalOf(line, worst, writes.now)
  if (overCap) return { refused: overCap }
  const daily = await reserveDaily(writes.db, spender, worst, writes.now)
  if ('refused' in daily) return { refused: daily.refused }
  await changeAbove(writes.db, line.above, reserving(worst))
  const step = await begin(writes, hold, { asked, day: daily.day, where: isHeld(hold) })
  if (step === undefined) throw new RunLost(hold.runId)
  return { step }
}

/** What the worker read when it decided on the step. */
export interface Seen {
  readonly run: RunRow
  /** The key that the run acts with, and the time zone of its owner. */
  readonly key: KeyStanding | undefined
  readonly timeZone: string
}

/**
 * The same in one statement, which needs no transaction, for a run on whose budget alone the step counts: no run
 * delegated it, and neither the owner nor the agent has a budget for the day. Undefined: the run is not of this kind,
 * may not act, or its budget is too small, and nothing was written.
 */
export async function startModelStepAlone(
  writes: Writes,
  { run, key, timeZone }: Seen,
  asked: ModelStep,
): Promise<StepRow | undefined> {
  const hold = holdOf(run)
  if (run.parentId !== null || lostAuthority(run.starter, key, writes.now) !== undefined) return undefined
  const { ownerId, agentSlug, keyId } = hold
  const day = localDate({ now: writes.now, timeZone })
  const held = sql`held as (select from ${runs} where ${and(
    ...[isHeld(hold), isNull(runs.cancelAskedAt), isNull(runs.pauseAskedAt), fits(asked.worst)],
    not(hasLostSpace(runs)),
  )} for update)`
  // Locked after the run, as by all writers, and with the scopes that were enough when it was read.
  const standing = sql`key as (select ${apiKeys.personId} from ${apiKeys}, held where ${apiKeys.id} = ${keyId ?? ''}
    and ${apiKeys.revokedAt} is null and coalesce(${apiKeys.expiresAt} > ${writes.now}, true)
    and array_to_string(${apiKeys.scopes}, ' ') = ${key?.scopes.join(' ') ?? ''} for share of ${apiKeys})`
  const person = key?.person
  const active = sql`holder as (select from ${people}, key where ${people.id} = key.person_id
    and ${people.deactivatedAt} is null and ${people.role} = ${person?.role ?? ''} for share of ${people})`
  const isUnlimited = sql`not exists (select from ${budgets}
    where person_id = ${ownerId} and agent_slug in (${WHOLE_PERSON}, ${agentSlug}))`
  const authority = [...(keyId === undefined ? [] : [standing]), ...(person ? [active] : [])]
  const last = person ? sql`holder` : keyId === undefined ? sql`held` : sql`key`
  const from = sql`from ${last} where ${isUnlimited}`
  const reserved = reservationParts({ rows: { ownerId, agentSlug, day }, worst: asked.worst, from })
  return await begin(writes, hold, {
    ...{ asked, day, where: and(eq(runs.id, hold.runId), sql`exists (select from agent)`) },
    before: [held, ...authority, ...reserved],
  })
}

/** Whether the worst case fits into what the run's own budget has left; `refusalOf` says why it does not. */
function fits({ usdMicros, tokens }: Amount): SQL {
  return sql`(${runs.capUsdMicros} is null or ${usdMicros}::bigint is not null
      and ${runs.treeSpentUsdMicros} + ${runs.treeReservedUsdMicros} + ${usdMicros}::bigint <= ${runs.capUsdMicros})
    and (${runs.capTokens} is null
      or ${runs.treeSpentTokens} + ${runs.treeReservedTokens} + ${tokens}::bigint <= ${runs.capTokens})`
}

interface Beginning extends Pick<Move, 'where' | 'before'> {
  readonly asked: ModelStep
  /** The day on whose budgets the worst case is reserved. */
  readonly day: string
}

/** Undefined: the run was not as `where` says. */
async function begin(
  writes: Writes,
  { runId }: Hold,
  { asked: { phase, request, worst }, day, ...guarded }: Beginning,
): Promise<StepRow | undefined> {
  const step: StepRow = {
    ...newStep(writes, { id: runId, phase: null }, { kind: 'model', state: 'started', phase, request }),
    reservedUsdMicros: worst.usdMicros ?? 0,
    reservedTokens: worst.tokens,
    reservedOn: day,
    // Nothing so far; if the price is unknown, so is the cost.
    costUsdMicros: worst.usdMicros === null ? null : 0,
  }
  const data = { stepId: step.id, kind: 'model', ...(phase === null ? {} : { phase }) }
  const moved = await moveRun(writes, {
    ...guarded,
    set: {
      ...{ ...reserving(worst), phase },
      lastStep: sql`${runs.lastStep} + 1`,
      modelSteps: sql`${runs.modelSteps} + 1`,
    },
    events: [{ type: 'step.started', data }],
    figures: ({ lastStep }) => sql`jsonb_build_object('number', ${lastStep})`,
    steps: [step],
  })
  return moved && { ...step, number: moved.lastStep }
}

function reserving({ usdMicros, tokens }: Amount) {
  return {
    treeReservedUsdMicros: sql`${runs.treeReservedUsdMicros} + ${usdMicros ?? 0}`,
    treeReservedTokens: sql`${runs.treeReservedTokens} + ${tokens}`,
  }
}
