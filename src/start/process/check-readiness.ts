/** Whether each part that readiness depends on works. */
import { toAppError } from '../../core/errors.ts'
import type { Database } from '../../domain/db/db.ts'
import type { Readiness } from '../../server/http/health.ts'

/** Milliseconds within which a part must answer to count as ready. */
const READY_WITHIN_MS = 2000

interface Pinged {
  ping(): Promise<void>
}

/** A single command needs no queue. */
export async function checkReadiness(database: Database, queue: Pinged | undefined): Promise<Readiness> {
  const [store, jobs] = await Promise.all([
    trouble(() => database.ping()),
    trouble(async () => queue?.ping()),
  ])
  const reasons = { ...(store !== undefined && { store }), ...(jobs !== undefined && { queue: jobs }) }
  const state = (reason: string | undefined) => (reason === undefined ? 'ok' : 'failed')
  const checks = { store: state(store), queue: state(jobs) } as const
  return Object.keys(reasons).length === 0 ? { ok: true, checks } : { ok: false, checks, reasons }
}

/** Why a part does not work, in words that are safe to show to anyone; undefined when it works. */
async function trouble(ping: () => Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, READY_WITHIN_MS, `No answer within ${READY_WITHIN_MS} ms.`)
  })
  const asked = ping().then(
    () => undefined,
    (thrown: unknown) => toAppError(thrown).message,
  )
  const reason = await Promise.race([asked, late])
  clearTimeout(timer)
  return reason
}
