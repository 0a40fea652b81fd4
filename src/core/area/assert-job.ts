/** Refuses a job that could never be called, at the start instead of at each due time. */
import { checkInput, sentence } from '../call/input.ts'
import { whyNotByClock } from '../operation/catalog.ts'
import { isKebab } from '../operation/name.ts'
import type { Job } from './job.ts'

/** The least milliseconds between two calls of a job: more often would be a loop, not a clock. */
const JOB_EVERY_MIN_MS = 1_000

/** @throws Error at start-up, naming the job */
export function assertJob({ name, when, operation, input }: Job): void {
  const wrong = (why: string) => new Error(`the job ${name} ${why}`)
  if (!isKebab(name)) throw wrong('is not named in kebab-case')
  if ('everyMs' in when && !(Number.isSafeInteger(when.everyMs) && when.everyMs >= JOB_EVERY_MIN_MS))
    throw wrong(`is called every ${when.everyMs} ms: write a whole number, at least ${JOB_EVERY_MIN_MS}`)
  const whyNot = whyNotByClock(operation)
  if (whyNot !== undefined)
    throw wrong(`calls ${operation.name}, which the clock may not call, because ${whyNot}`)
  const checked = checkInput(operation, input)
  if ('issues' in checked)
    throw wrong(`calls ${operation.name} with a wrong input: ${sentence(checked.issues)}`)
  if (operation.effect === 'destroy' && checked.data.confirm !== true)
    throw wrong(`calls ${operation.name}, which cannot be undone, without confirm: true`)
}
