/** What the routes of hooks ask of the gateway: to read what was reported, and to store it. */
import type { Area } from '../core/area/area.ts'
import type { Runtime } from '../core/call/runtime.ts'
import { AppError } from '../core/errors.ts'
import { readAreaReport } from '../domain/inbox/area-hooks.ts'
import { storeArrivals } from '../domain/inbox/receive.ts'
import type { HookParts } from '../server/hooks/hook-handler.ts'

export type HookReports = Pick<HookParts, 'read' | 'store'>

export function createHookReports(runtime: Runtime, areas: readonly Pick<Area, 'hooks'>[]): HookReports {
  const { db, settings } = runtime.resources
  const byPath = new Map(areas.flatMap(({ hooks }) => hooks.map((hook) => [hook.path, hook])))
  return {
    async read({ path = '' }, report) {
      const hook = byPath.get(path)
      if (hook === undefined) {
        throw new AppError('not_found', 'There is no such hook.', {
          fix: 'Check the address at the service.',
        })
      }
      return await readAreaReport({ db, settings }, hook, report)
    },
    store: (arrivals) => storeArrivals(runtime, arrivals),
  }
}
