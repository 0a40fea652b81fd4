/** Whether the process lives, and whether it can serve: for orchestrators and load balancers. */
import type { Answer } from './gate.ts'

/** What readiness rests on, each by name: `store`, `queue`. */
export interface Readiness {
  readonly ok: boolean
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>
  /** Why a part does not serve, by its name, in words that anybody may read. */
  readonly reasons?: Readonly<Record<string, string>>
}

const JSON_HEADERS = { 'content-type': 'application/json' }

/** Lives as long as it can answer, also while it stops. */
export function liveness(): Answer {
  return { status: 200, body: '{"status":"ok"}', headers: JSON_HEADERS }
}

/** 200 when calls would be served; 503 with what failed, or while stopping. */
export function createReadiness(ready: () => Promise<Readiness>, isDraining: () => boolean) {
  return async (): Promise<Answer> => {
    const { ok, ...details } = await ready()
    const status = isDraining() ? 'stopping' : ok ? 'ready' : 'not_ready'
    return {
      status: status === 'ready' ? 200 : 503,
      body: JSON.stringify({ status, ...details }),
      headers: JSON_HEADERS,
    }
  }
}
