/** Reservations on the rows of a day's spending, guarded by the caps over all workers at once. */
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/db.ts'
import { type BudgetKey, WHOLE_PERSON } from './budget.ts'
import { budgets, spending } from './tables.ts'

export interface Amount {
  /** Null: the price is unknown. */
  readonly usdMicros: number | null
  readonly tokens: number
}

/** The owner's row, and the row of one agent. */
export interface Rows extends BudgetKey {
  /** In the owner's time zone. */
  readonly day: string
}

/** The rows that now hold the reservation, and the caps that guarded them. */
export interface Reservation extends Record<string, unknown> {
  person_held: boolean
  agent_held: boolean
  person_usd: number | null
  person_tokens: number | null
  agent_usd: number | null
  agent_tokens: number | null
}

/** A reservation, and the actual amount. */
export interface Settlement {
  readonly reserved: Amount
  readonly spent: Amount
}

/** A reservation, and where its statement takes it from: `from ... where ...`, or nothing for at once. */
interface Asked {
  readonly rows: Rows
  readonly worst: Amount
  readonly from: SQL
}

/**
 * Parts of a statement that reserve on the person's row and then on the agent's row: `agent` has a row if both hold
 * the reservation. The agent's row is reached only through the person's, so that every transaction locks the rows in
 * this order; each update is guarded by the row's contents once it is locked.
 */
export function reservationParts({ rows, worst, from }: Asked): SQL[] {
  const isPriced = worst.usdMicros !== null
  return [
    sql`asked as (
      select ${rows.ownerId}::text as person_id, ${rows.agentSlug}::text as agent_slug, ${rows.day}::date as day,
        ${worst.usdMicros ?? 0}::bigint as usd, ${worst.tokens}::bigint as tokens ${from}
    )`,
    sql`caps as (
      select b.agent_slug, b.usd_micros_per_day as usd, b.tokens_per_day as tokens from ${budgets} b
      where b.person_id = (select person_id from asked)
        and b.agent_slug in (${WHOLE_PERSON}, (select agent_slug from asked))
    )`,
    sql`person as (
      ${insertWithin(sql`''`, sql`asked`)}
        and (${isPriced}::boolean or not exists (select 1 from caps where caps.usd is not null))
      ${elseAddWithin}
    )`,
    sql`agent as (
      ${insertWithin(sql`asked.agent_slug`, sql`asked, person`)}
      ${elseAddWithin}
    )`,
  ]
}

export async function tryToReserve(db: Db, rows: Rows, worst: Amount): Promise<Reservation> {
  const [reservation] = await db.execute<Reservation>(sql`
    with ${sql.join(reservationParts({ rows, worst, from: sql`` }), sql`, `)}
    select exists (select 1 from person) as person_held, exists (select 1 from agent) as agent_held,
      p.usd as person_usd, p.tokens as person_tokens, a.usd as agent_usd, a.tokens as agent_tokens
    from asked
    left join caps p on p.agent_slug = ''
    left join caps a on a.agent_slug = asked.agent_slug`)
  if (!reservation) throw new Error('a reservation did not answer')
  return reservation
}

/** The first reservation of a day is guarded by the cap alone. */
function insertWithin(slug: SQL, from: SQL): SQL {
  return sql`insert into ${spending} as s (person_id, agent_slug, day,
      reserved_usd_micros, reserved_tokens, spent_usd_micros, spent_tokens)
    select asked.person_id, ${slug}, asked.day, asked.usd, asked.tokens, 0, 0 from ${from}
    where not exists (
      select 1 from caps
      where caps.agent_slug = ${slug} and (asked.usd > caps.usd or asked.tokens > caps.tokens))`
}

const elseAddWithin = sql`on conflict (person_id, agent_slug, day) do update set
      reserved_usd_micros = s.reserved_usd_micros + excluded.reserved_usd_micros,
      reserved_tokens = s.reserved_tokens + excluded.reserved_tokens
    where not exists (
      select 1 from caps
      where caps.agent_slug = excluded.agent_slug and (
        s.spent_usd_micros + s.reserved_usd_micros + excluded.reserved_usd_micros > caps.usd
        or s.spent_tokens + s.reserved_tokens + excluded.reserved_tokens > caps.tokens))
    returning s.person_id`

/** Cancels a reservation that only the person's row holds; this transaction has it locked. */
export async function undoOnPerson(db: Db, rows: Rows, reserved: Amount): Promise<void> {
  await db.execute(sql`update ${spending} set
      reserved_usd_micros = reserved_usd_micros - ${reserved.usdMicros ?? 0}::bigint,
      reserved_tokens = reserved_tokens - ${reserved.tokens}::bigint
    where person_id = ${rows.ownerId} and agent_slug = ${WHOLE_PERSON} and day = ${rows.day}::date`)
}

/** Cancels a reservation on both rows and adds what was spent. */
export async function settleRows(db: Db, rows: Rows, settlement: Settlement): Promise<void> {
  const parts = settlementParts({ rows, settlement, from: sql`` })
  await db.execute(sql`with ${sql.join(parts, sql`, `)} select`)
}

interface Settled {
  readonly rows: Rows
  readonly settlement: Settlement
  /** As of `Asked`. */
  readonly from: SQL
}

/** Parts of a statement that do so, the person's row first as in `reservationParts`. */
export function settlementParts({ rows, settlement: { reserved, spent }, from }: Settled): SQL[] {
  return [
    sql`settled as (
      select ${rows.ownerId}::text as person_id, ${rows.agentSlug}::text as agent_slug, ${rows.day}::date as day,
        ${reserved.usdMicros ?? 0}::bigint as reserved_usd, ${reserved.tokens}::bigint as reserved_tokens,
        ${spent.usdMicros ?? reserved.usdMicros ?? 0}::bigint as spent_usd, ${spent.tokens}::bigint as spent_tokens
      ${from}
    )`,
    sql`person as (${settleRow(sql`''`, sql`settled`)} returning s.person_id)`,
    sql`agent as (${settleRow(sql`settled.agent_slug`, sql`settled, person`)} returning s.person_id)`,
  ]
}

/** A missing row is created again, so that no spending is lost. */
function settleRow(slug: SQL, from: SQL): SQL {
  return sql`insert into ${spending} as s (person_id, agent_slug, day,
      reserved_usd_micros, reserved_tokens, spent_usd_micros, spent_tokens)
    select settled.person_id, ${slug}, settled.day, 0, 0, settled.spent_usd, settled.spent_tokens from ${from}
    on conflict (person_id, agent_slug, day) do update set
      reserved_usd_micros = greatest(0, s.reserved_usd_micros - (select reserved_usd from settled)),
      reserved_tokens = greatest(0, s.reserved_tokens - (select reserved_tokens from settled)),
      spent_usd_micros = s.spent_usd_micros + excluded.spent_usd_micros,
      spent_tokens = s.spent_tokens + excluded.spent_tokens`
}
