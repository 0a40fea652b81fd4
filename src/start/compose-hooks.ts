/** What the routes of hooks ask of the gateway: to read what was reported, and to store it. */
import type { Area } from '../core/area/area.ts'
import type { Runtime } from '../core/call/runtime.ts'
import { AppError } from '../core/errors.ts'
import { readOwnReport } from '../domain/hooks/own-reports.ts'
import { readAreaReport } from '../domain/inbox/area-hooks.ts'
import { storeArrivals } from '../domain/inbox/receive.ts'
import type { OpenSecret } from '../domain/secrets/secrets.ts'
import type { HookParts } from '../server/hooks/hook-handler.ts'

export type HookReports = Pick<HookParts, 'read' | 'store'>

interface Parts {
  readonly openSecret: OpenSecret
  readonly areas: readonly Pick<Area, 'hooks'>[]
}

export function createHookReports(runtime: Runtime, { openSecret, areas }: Parts): HookReports {
  const { db, settings } = runtime.resources
  const byPath = new Map(areas.flatMap(({ hooks }) => hooks.map((hook) => [hook.path, hook])))
  return {
    async read({ path = '', hookId, token }, report) {
      if (hookId !== undefined) {
        const parts = { db, openSecret, now: runtime.now() }
        return [await readOwnReport(parts, { hookId, token }, report)]
      }
      const hook = byPath.get(path)
      if (hook === undefined) {
        throw new AppError('not_found', 'There is no such hook.', {
          fix: 'Check the address at the service.',
        })
      }
      return await readAreaReport({ db, settings }, { hook, token }, report)
    },
    store: (arrivals) => storeArrivals(runtime, arrivals),
  }
}
