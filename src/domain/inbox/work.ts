/**
 * Handles events: each becomes a call of its operation, under a key that is the event's own, or the work of its source.
 * The effect and the state of the event are committed together, so that a worker that is lost at any step loses and
 * doubles nothing.
 */
import type { Call, Invoke } from '../../core/call/call.ts'
import { createInvoke } from '../../core/call/invoke.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { Change } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { sleep } from '../../core/retry.ts'
import { failureOfWhole } from '../../core/schema/batch.ts'
import { cutText } from '../../core/text/cut.ts'
import { makeStorable } from '../../core/text/storable.ts'
import { type Claim, keepClaim } from './claim.ts'
import { type InboxRow, inboxUri } from './event.ts'
import type { Prepare, PreparedCall, PreparedWork } from './prepared.ts'
import { isExhausted, isLastAttempt, isStillTaken, settleDone, settleFailed, takeDue } from './take.ts'

/** Events that one process handles at a time. */
const AT_A_TIME = 8
/** Milliseconds after which a process looks for more while some of its events take long. */
const LOOK_EVERY_MS = 500
/** The most characters of an operation's answer that are kept. */
const RESULT_MAX_CHARS = 1_000

/** Handles all events that are due. */
export async function workInbox(runtime: Runtime, prepare: Prepare): Promise<void> {
  const invoke = createInvoke(runtime)
  const underWay = new Set<Promise<void>>()
  const { db } = runtime.resources

  async function workWhileDue(): Promise<void> {
    for (;;) {
      const event = await takeDue(db, runtime.now())
      if (event !== undefined) {
        const handled = handle({ runtime, invoke, prepare }, event).finally(() => underWay.delete(handled))
        underWay.add(handled)
        await handled
      } else if (underWay.size === 0) return
      // A slow event must not hold back those that arrive meanwhile, so due events are looked for again.
      else await Promise.race([sleep(LOOK_EVERY_MS), Promise.allSettled(underWay)])
    }
  }

  await Promise.all(Array.from({ length: AT_A_TIME }, workWhileDue))
}

interface Handling {
  readonly runtime: Runtime
  readonly invoke: Invoke
  readonly prepare: Prepare
}

async function handle(handling: Handling, event: InboxRow): Promise<void> {
  const { runtime } = handling
  const { id, source, operation, attempts } = event
  const claim = keepClaim(runtime, event)
  let prepared: Awaited<ReturnType<Prepare>> | undefined
  try {
    prepared = await handling.prepare(runtime, event)
    if (isExhausted(event)) throw workersLost()
    await carryOut(handling, { event, prepared, claim })
    runtime.log.info({ eventId: id, source, operation, attempts }, 'an event was handled')
  } catch (thrown) {
    const error = toAppError(thrown)
    const fields = { eventId: id, source, operation, attempts, code: error.code }
    runtime.log.warn({ ...fields, err: thrown }, 'an event failed')
    await settle(runtime, { event, error, prepared })
  } finally {
    claim.end()
  }
  runtime.publish({ uris: [inboxUri(id)], spaceId: event.spaceId ?? '' })
}

interface Handled {
  readonly event: InboxRow
  readonly prepared: Awaited<ReturnType<Prepare>>
  readonly claim: Claim
}

async function carryOut(handling: Handling, { event, prepared, claim }: Handled): Promise<void> {
  const { resources, now } = handling.runtime
  if (prepared === 'ignored') return await settleDone(resources.db, event, { result: null, now: now() })
  if ('work' in prepared) return await doWork(handling.runtime, { event, prepared, claim })
  await makeCall(handling, event, prepared)
}

async function makeCall(
  { runtime, invoke }: Handling,
  event: InboxRow,
  prepared: PreparedCall,
): Promise<void> {
  const operation = findOperation(runtime.operations, prepared.operation)
  const call: Call = {
    actor: prepared.actor,
    door: 'hook',
    idempotencyKey: keyOf(event),
    within: {
      async before(within) {
        if (!(await isStillTaken(within.db, event))) throw takenAway()
        await prepared.assertStanding(within)
      },
      async after({ db }, output) {
        const failure = failureOfWhole(operation, output)
        if (failure !== undefined) throw failure
        await settleDone(db, event, { result: told(operation.tell({ ...output })), now: runtime.now() })
      },
    },
  }
  await invoke(operation, prepared.input, call)
}

async function doWork(
  runtime: Runtime,
  { event, prepared, claim }: Handled & { readonly prepared: PreparedWork },
): Promise<void> {
  const ending = await prepared.work({
    ...{ key: keyOf(event), signal: claim.signal },
    isLast: isLastAttempt(event),
  })
  const changes = await runtime.transaction(async (within) => {
    if (!(await isStillTaken(within.db, event))) throw takenAway()
    const made = await ending.commit(within)
    const result = ending.result === null ? null : told(ending.result)
    await settleDone(within.db, event, { result, now: runtime.now() })
    return made
  })
  for (const change of changes) runtime.publish(change)
}

interface Failure {
  readonly event: InboxRow
  readonly error: AppError
  /** Undefined: preparing it failed. */
  readonly prepared: Handled['prepared'] | undefined
}

async function settle(runtime: Runtime, { event, error, prepared }: Failure): Promise<void> {
  const giveUp = typeof prepared === 'object' && 'work' in prepared ? prepared.giveUp : undefined
  const changes = await runtime.transaction(async (within): Promise<readonly Change[]> => {
    const isGivenUp = await settleFailed(within.db, event, { error, now: runtime.now() })
    return (isGivenUp && (await giveUp?.(within, error))) || []
  })
  for (const change of changes) runtime.publish(change)
}

/** What an operation must be for events to call it: a write that anybody may make and that can be undone. */
function isForEvents({ audience, effect }: Operation): boolean {
  return audience === 'everyone' && effect === 'write'
}

function findOperation(operations: readonly Operation[], name: string): Operation {
  const operation = operations.find((each) => each.name === name)
  if (operation !== undefined && isForEvents(operation)) return operation
  throw new AppError('forbidden', `Events cannot call ${name}.`, {
    fix: 'Name an operation that writes, is for everyone and can be undone.',
  })
}

function keyOf({ source, eventId, round }: InboxRow): string {
  return `hook:${source}:${eventId}${round === 0 ? '' : `:${round}`}`
}

function told(words: string): string {
  return cutText(makeStorable(words).value, RESULT_MAX_CHARS, '…')
}

function workersLost(): AppError {
  return new AppError(
    'outcome_unknown',
    'Its workers stopped at every attempt, without a reason that is known.',
    {
      fix: 'Look at the log of the workers, then retry it.',
    },
  )
}

/** Nobody sees it: the event was discarded, or is with another worker. */
function takenAway(): AppError {
  return new AppError('conflict', 'The event is no longer with this worker.')
}
