/** Connects the account whose token is in the environment, once in each process, for the owner of the gateway. */
import { createInvoke } from '../../core/call/invoke.ts'
import type { Runtime } from '../../core/call/runtime.ts'
import { ERROR_KINDS, toAppError } from '../../core/errors.ts'
import { LOCAL_PERSON } from '../../core/operation/actor.ts'
import type { Operation } from '../../core/operation/operation.ts'
import { todoistApiToken } from './settings.ts'

/** Milliseconds after which Todoist is asked again where it could not be. */
const ASK_AGAIN_MS = 30_000

/** When each process tries next; never: it has connected the account, or cannot. */
const nextTries = new WeakMap<Runtime, Date | 'never'>()

export async function connectToken(runtime: Runtime, operations: readonly Operation[]): Promise<void> {
  const token = runtime.resources.settings.of(todoistApiToken)
  const next = nextTries.get(runtime)
  if (token === undefined || next === 'never' || (next !== undefined && next > runtime.now())) return
  const connect = operations.find(({ verb }) => verb === 'connect')
  if (connect === undefined) throw new Error('Todoist has no operation that connects an account')
  try {
    await createInvoke(runtime)(connect, { token }, { actor: LOCAL_PERSON, door: 'process' })
    nextTries.set(runtime, 'never')
    runtime.log.info({}, 'the Todoist account of TODOIST_API_TOKEN is connected')
  } catch (thrown) {
    const error = toAppError(thrown)
    const mayPass = ERROR_KINDS[error.code].retry === 'later'
    nextTries.set(runtime, mayPass ? new Date(runtime.now().getTime() + ASK_AGAIN_MS) : 'never')
    runtime.log.warn({ code: error.code, message: error.message }, 'TODOIST_API_TOKEN could not be connected')
  }
}
