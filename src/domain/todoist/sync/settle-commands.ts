/** Settles the commands of one request by what Todoist says of each. */
import { and, eq, inArray, sql } from 'drizzle-orm'
import { readFault, type TodoistFault } from '../../../core/outbound/todoist.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import type { Db } from '../../db/db.ts'
import { todoistCommands as commands, todoistItems as items } from '../tables.ts'
import { growingPauseMs } from './pause.ts'
import type { SyncAnswer } from './read-wire.ts'

export type CommandRow = typeof commands.$inferSelect

/** Milliseconds after which Todoist is asked again about an operation that it carries on by itself. */
const ASK_AGAIN_MS = 5_000
/** The most milliseconds before a command is sent again that Todoist could not carry out just then. */
const PAUSE_MAX_MS = 15 * 60_000
const SECOND_MS = 1000
const TOO_MANY_REQUESTS = 429
const SERVER_ERROR = 500

/** How a command stands by an answer. */
type Settled =
  | { readonly state: 'done'; readonly madeId: string | null }
  | { readonly state: 'refused'; readonly fault: TodoistFault }
  | { readonly state: 'waiting' | 'sent'; readonly afterMs: number; readonly fault: TodoistFault | null }

interface Settling {
  readonly sent: readonly CommandRow[]
  readonly answer: SyncAnswer
  readonly now: Date
}

export async function settleCommands(db: Db, { sent, answer, now }: Settling): Promise<void> {
  const open = new Set<string>()
  const madeIds = await findMadeIds(db, { sent, answer, now })
  for (const command of sent) {
    const settled = howItStands(command, answer, { open, madeIds })
    if (settled === undefined) continue
    if (settled.state === 'waiting' || settled.state === 'sent') open.add(command.id)
    await store(db, { command, settled, now })
  }
}

/**
 * What commands made, by their ids. Todoist may leave it out for one that it ran before and whose answer was lost: then it
 * is a task with this text that the answer brings and the mirror does not have.
 */
async function findMadeIds(db: Db, { sent, answer }: Settling): Promise<Map<string, string>> {
  const found = new Map(Object.entries(answer.temp_id_mapping))
  const unnamed = sent.filter(
    ({ id, makes, attempts }) => makes && attempts > 1 && answer.sync_status[id] === 'ok' && !found.has(id),
  )
  const [first] = unnamed
  if (first === undefined) return found
  const brought = answer.items.map(({ id, content }) => ({ id: String(id), content }))
  const known = await db
    .select({ id: items.id })
    .from(items)
    .where(
      and(
        eq(items.accountId, first.accountId),
        inArray(
          items.id,
          brought.map(({ id }) => id),
        ),
      ),
    )
  const taken = new Set([...known.map(({ id }) => id), ...found.values()])
  for (const { id, args } of unnamed) {
    const made = brought.find((item) => item.content === args.content && !taken.has(item.id))
    if (made === undefined) continue
    found.set(id, made.id)
    taken.add(made.id)
  }
  return found
}

/** Undefined where the answer says nothing of it: it is sent again. */
function howItStands(
  command: CommandRow,
  answer: SyncAnswer,
  { open, madeIds }: { readonly open: ReadonlySet<string>; readonly madeIds: ReadonlyMap<string, string> },
): Settled | undefined {
  const status = answer.sync_status[command.id]
  if (status === 'ok') return { state: 'done', madeId: madeIds.get(command.id) ?? null }
  if (!isJsonObject(status)) return undefined
  if (isJsonObject(status.operation)) return ofOperation(status.operation)
  const fault = readFault(status, 0)
  // What it refers to is not made yet, which is no fault of its own.
  const mayPass = isPassing(fault) || [...open].some((id) => refersTo(command, id))
  if (!mayPass) return { state: 'refused', fault }
  return { state: 'waiting', fault, afterMs: waitOf(fault) ?? growingPauseMs(command.attempts, PAUSE_MAX_MS) }
}

/** What Todoist does by itself after its answer, such as moving a large project. */
function ofOperation(operation: Readonly<Record<string, unknown>>): Settled {
  const status = String(operation.status).toUpperCase()
  if (status === 'COMPLETED' || status === 'DONE') return { state: 'done', madeId: null }
  if (status === 'FAILED') return { state: 'refused', fault: readFault(operation, 0) }
  return { state: 'sent', afterMs: ASK_AGAIN_MS, fault: null }
}

function isPassing({ status }: TodoistFault): boolean {
  return status === TOO_MANY_REQUESTS || status >= SERVER_ERROR
}

function waitOf({ extra }: TodoistFault): number | undefined {
  const seconds = Number(extra.retry_after ?? Number.NaN)
  return seconds > 0 ? seconds * SECOND_MS : undefined
}

function refersTo({ subjectId, args }: CommandRow, id: string): boolean {
  return subjectId === id || JSON.stringify(args).includes(JSON.stringify(id))
}

interface Storing {
  readonly command: CommandRow
  readonly settled: Settled
  readonly now: Date
}

async function store(db: Db, { command, settled, now }: Storing): Promise<void> {
  const { id } = command
  if (settled.state === 'waiting' || settled.state === 'sent') {
    const { state, fault, afterMs } = settled
    const notBefore = new Date(now.getTime() + afterMs)
    await db.update(commands).set({ state, fault, notBefore }).where(eq(commands.id, id))
    return
  }
  const { state } = settled
  const outcome = state === 'done' ? { madeId: settled.madeId, fault: null } : { fault: settled.fault }
  await db
    .update(commands)
    .set({ state, ...outcome, settledAt: now })
    .where(eq(commands.id, id))
  if (state === 'done' && settled.madeId !== null) await useMadeId(db, command, settled.madeId)
  if (state === 'refused' && command.makes) await refuseThoseOf(db, { command, fault: settled.fault, now })
}

/** Commands that waited for the thing get its id. */
async function useMadeId(db: Db, { id, accountId }: CommandRow, madeId: string): Promise<void> {
  const [quoted, made] = [JSON.stringify(id), JSON.stringify(madeId)]
  await db
    .update(commands)
    .set({
      args: sql`replace(${commands.args}::text, ${quoted}, ${made})::jsonb`,
      subjectId: sql`case when ${commands.subjectId} = ${id} then ${madeId} else ${commands.subjectId} end`,
    })
    .where(and(isOpenIn(accountId), mentions(id)))
}

interface Refusing {
  readonly command: CommandRow
  readonly fault: TodoistFault
  readonly now: Date
}

/** What waited for a thing that is never made can never be done. */
async function refuseThoseOf(db: Db, { command, fault, now }: Refusing): Promise<void> {
  const message = `It is about something that Todoist did not make: ${fault.message}`
  await db
    .update(commands)
    .set({ state: 'refused', fault: { ...fault, message }, settledAt: now })
    .where(and(isOpenIn(command.accountId), mentions(command.id)))
}

function isOpenIn(accountId: string) {
  return and(eq(commands.accountId, accountId), inArray(commands.state, ['waiting', 'sent']))
}

function mentions(id: string) {
  return sql`(${commands.subjectId} = ${id} or strpos(${commands.args}::text, ${JSON.stringify(id)}) > 0)`
}
