/** Refuses a hook that could never be served, at the start instead of at each report. */
import { isKebab } from '../operation/name.ts'
import type { Hook } from './hook.ts'

/** The path below which people's own hooks are served. */
export const OWN_HOOKS = 'own'

/** @throws Error at start-up, naming the hook */
export function assertHook({ path, secrets, onlyAtUrls }: Hook): void {
  const wrong = (why: string) => new Error(`the hook ${path} ${why}`)
  if (!isKebab(path)) throw wrong('has a path that is not in kebab-case')
  if (path === OWN_HOOKS) throw wrong("has the path of people's own hooks")
  if (secrets.length === 0 && onlyAtUrls !== true)
    throw wrong('names no secret, so that anyone could report to it')
}
