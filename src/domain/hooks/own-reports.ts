/** Reads what services report to people's own hooks, and prepares the calls of their events. */
import { eq, getTableColumns, sql } from 'drizzle-orm'
import { checkInput, invalidInput } from '../../core/call/input.ts'
import { followCurrent } from '../../core/call/resolve-references.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/operation/actor.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { isJsonObject } from '../../core/text/json.ts'
import { type Authority, lostAuthority } from '../access/authority.ts'
import { hashKey } from '../access/key-form.ts'
import { findLostAuthority, lockKey, withPresentScopes } from '../access/keys.ts'
import { isSameSecret } from '../access/machine-secret.ts'
import { heldBy } from '../access/visible-to.ts'
import type { Db } from '../db/db.ts'
import type { InboxRow } from '../inbox/event.ts'
import type { PrepareCall } from '../inbox/prepared.ts'
import { type Arrival, sha256 } from '../inbox/receive.ts'
import { type Report, readReport, refusedReport } from '../inbox/report.ts'
import { keepCall } from '../inbox/take.ts'
import type { OpenSecret } from '../secrets/secrets.ts'
import { acceptedOf, secretNames } from './hook-secret.ts'
import { HookId, type HookRow, hookIdOf, sourceOf } from './own-hook.ts'
import { identifyUnsigned, PRESETS } from './signatures.ts'
import { hooks } from './tables.ts'

interface Parts {
  readonly db: Db
  readonly openSecret: OpenSecret
  readonly now: Date
}

interface Address {
  readonly hookId: string
  /** The secret in the address. */
  readonly token: string | undefined
}

/**
 * The event of a report to a person's own hook.
 * @throws AppError `unauthenticated` when its service did not send it, `invalid_input` when it is not JSON
 */
export async function readOwnReport(
  parts: Parts,
  { hookId, token }: Address,
  report: Report,
): Promise<Arrival> {
  if (!HookId.safeParse(hookId).success) throw refusedReport()
  const { db, openSecret, now } = parts
  const [even, odd] = secretNames(hookId)
  // Sent together: a report is answered the sooner.
  const [hook, sealed] = await Promise.all([
    findHook(db, hookId),
    token === undefined ? Promise.allSettled([openSecret(db, even), openSecret(db, odd)]) : undefined,
  ])
  if (hook === undefined) throw refusedReport()
  const secrets = sealed === undefined ? [] : opened(acceptedOf(hook, sealed, now))
  if (!isVerified(hook, { token, secrets, report, now })) throw refusedReport()
  const { text, body } = readReport(report)
  const { eventId, type = null } =
    hook.verify === 'url' ? identifyUnsigned(report, body) : PRESETS[hook.verify].identify(report, body)
  const { ownerId, operation, inOrder } = hook
  const source = sourceOf(hookId)
  return {
    source,
    // A header without a value names no event either.
    eventId: eventId || sha256(report.raw),
    type,
    ownerId,
    operation,
    input: null,
    body: text,
    orderKey: inOrder ? source : null,
  }
}

async function findHook(db: Db, id: string): Promise<HookRow | undefined> {
  const [row] = await db.select().from(hooks).where(eq(hooks.id, id))
  return row
}

/** The present secret, and the earlier one if it can be opened. @throws AppError when the present one cannot */
function opened(found: readonly PromiseSettledResult<string | undefined>[]): string[] {
  const [present] = found
  if (present?.status === 'rejected') throw present.reason
  return found.flatMap((each) => (each.status === 'fulfilled' ? (each.value ?? []) : []))
}

interface Proof {
  /** The secret in the address, or those of which the report must be signed with one: never both. */
  readonly token: string | undefined
  readonly secrets: readonly string[]
  readonly report: Report
  readonly now: Date
}

function isVerified(hook: HookRow, { token, secrets, report, now }: Proof): boolean {
  const { verify, tokenHash, earlierTokenHash, earlierUntil } = hook
  if (verify !== 'url') return secrets.some((secret) => PRESETS[verify].isSigned(report, secret, now))
  if (token === undefined) return false
  const hashes = earlierUntil !== null && earlierUntil > now ? [tokenHash, earlierTokenHash] : [tokenHash]
  const given = hashKey(token)
  return hashes.some((hash) => hash !== null && isSameSecret(given, hash))
}

/** The call of an event of a person's own hook, as the person who decided what it calls. */
export const prepareOwnEvent: PrepareCall = async (runtime, event) => {
  const { db } = runtime.resources
  const hook = await findHeld(db, hookIdOf(event.source) ?? '')
  const { operation } = event.input === null ? hook : event
  const needed = neededBy(runtime, hook, operation)
  await assertMayCall(runtime, hook, needed)
  const input = event.input ?? (await makeInput(runtime, hook, event))
  if (input === null) return 'ignored'
  const actor = await withPresentScopes(db, actorOf(hook))
  return {
    ...{ operation, actor, input },
    async assertStanding(within) {
      const { isHeld } = await findHeld(within.db, hook.id)
      const { keyId } = actor
      const lost = isHeld
        ? keyId && lostAuthority(needed, await lockKey(within.db, keyId), runtime.now())
        : shutOut(hook)
      if (lost !== undefined) throw refused(lost)
    },
  }
}

type HeldHook = HookRow & { readonly isHeld: boolean }

/** The hook, and whether the person for whom it acts may still change what its owner has. */
async function findHeld(db: Db, id: string): Promise<HeldHook> {
  const row = await findHook(db, id)
  if (row === undefined)
    throw new AppError('not_found', 'Its hook was deleted.', { fix: 'Discard the event.' })
  const viewer = { actor: actorOf(row) }
  const [held] = await db
    .select({ ...getTableColumns(hooks), isHeld: sql<boolean>`${heldBy(viewer, hooks)}` })
    .from(hooks)
    .where(eq(hooks.id, id))
  return held ?? { ...row, isHeld: false }
}

/** What the maker of the hook must still have for a call: their key, with the scope of the operation. */
function neededBy({ operations }: Runtime, { starter }: HookRow, name: string): Authority {
  const scope = operations.find((each) => each.name === name)?.scope
  return scope === undefined ? starter : { ...starter, scopes: [scope] }
}

/** Notes in the hook why its calls are refused. @throws AppError `forbidden` */
async function assertMayCall(
  { resources: { db }, now }: Runtime,
  hook: HeldHook,
  needed: Authority,
): Promise<void> {
  const lost = hook.isHeld ? await findLostAuthority(db, needed, now()) : shutOut(hook)
  if (lost === (hook.problem ?? undefined)) {
    if (lost !== undefined) throw refused(lost)
    return
  }
  await db
    .update(hooks)
    .set({ problem: lost ?? null })
    .where(eq(hooks.id, hook.id))
  if (lost !== undefined) throw refused(lost)
}

function shutOut({ starter, ownerId }: HookRow): string {
  return `${starter.personId} may no longer change what ${ownerId} has.`
}

function refused(why: string): AppError {
  return new AppError('forbidden', `${why} The hook acted with it.`, {
    fix: 'Change the hook with hooks.update: it then acts for the person who changes it. Then retry the event.',
  })
}

/** A program of its own, with the rights of the person who decided what the hook calls; a team's sees only the team's. */
function actorOf({ id, starter, ownerId }: HookRow): Actor {
  const { personId, scopes, keyId } = starter
  return {
    ...{ kind: 'service', id, personId, scopes },
    ...(ownerId !== personId && { within: ownerId }),
    ...(keyId !== undefined && { keyId }),
  }
}

const MAPPING_FIX =
  'Correct the mapping with hooks.update, after trying it on this payload with hooks.try. Then retry the event.'

/** Maps what was sent and keeps the result, so that every attempt makes the same call; null: the event is ignored. */
async function makeInput(runtime: Runtime, hook: HookRow, event: InboxRow) {
  const { mapping, operation: name } = hook
  const made = await runtime.resources.mappings.evaluate(mapping, event)
  if (made === null) return null
  const operation = runtime.operations.find((each) => each.name === name)
  const checked = operation && checkInput(operation, made)
  if (checked !== undefined && 'issues' in checked) {
    const { message, issues } = invalidInput(name, checked.issues)
    throw new AppError('invalid_input', message, { fix: MAPPING_FIX, issues })
  }
  if (!isJsonObject(made)) {
    const message = 'The mapping makes something other than an object.'
    throw new AppError('invalid_input', message, { fix: MAPPING_FIX })
  }
  const input = operation === undefined ? made : await followNamed(runtime, operation, { hook, made })
  await keepCall(runtime.resources.db, event, { operation: name, input })
  return input
}

/** What the mapping itself names may be over by now; what the service names is meant as it is. */
async function followNamed(
  runtime: Runtime,
  { input: schema }: Operation,
  { hook, made }: { readonly hook: HookRow; readonly made: Readonly<Record<string, unknown>> },
) {
  const ctx = { ...runtime.resources, actor: actorOf(hook) }
  const isMeant = (text: string) =>
    [`"${text}"`, `'${text}'`].some((literal) => hook.mapping.includes(literal))
  return await followCurrent(schema, made, { ctx, isMeant })
}
