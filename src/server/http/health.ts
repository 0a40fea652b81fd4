/** Whether the process lives, and whether it can serve: for orchestrators and load balancers. */
import type { Answer } from './gate.ts'

/** The parts that readiness depends on, by name: `store`, `queue`. */
export interface Readiness {
  readonly ok: boolean
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>
  /** Why a part does not work, by its name, in words that are safe to show to anyone. */
  readonly reasons?: Readonly<Record<string, string>>
}

const JSON_HEADERS = { 'content-type': 'application/json' }

/** The process lives as long as it can answer, even while it stops. */
export function liveness(): Answer {
  return { status: 200, body: '{"status":"ok"}', headers: JSON_HEADERS }
}

/** 200 when calls can be served; 503 with what failed, or while stopping. */
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
