/** The doctor's checks of who may call: whether a key is needed, and what that leaves open. */
import type { Config } from '../../config/config.ts'
import type { Finding } from '../../core/area/check.ts'
import { toAppError } from '../../core/errors.ts'
import { authModeFor } from '../../domain/access/auth-mode.ts'

const REQUIRE = 'Set SWITCHBOARD_AUTH=required, and give each client a key: switchboard keys create'

/** Whether every call needs a key; false where a gateway would refuse to start. */
export function needsKey(config: Config): boolean {
  try {
    return authModeFor(config) === 'required'
  } catch {
    return false
  }
}

export function examineAccess(config: Config): Finding {
  const name = 'Keys'
  try {
    if (authModeFor(config) === 'required') return { name, state: 'ok', found: 'every call needs one' }
  } catch (thrown) {
    const { message, fix } = toAppError(thrown)
    return { name, state: 'fail', found: message, fix }
  }
  const open = `none needed on ${config.host} for tasks, projects, agents and runs`
  if (config.trustedProxies > 0) {
    const found = `${open}, although there are proxies in front (SWITCHBOARD_TRUSTED_PROXIES): strangers may act as you`
    return { name, state: 'warn', found, fix: REQUIRE }
  }
  return {
    name,
    state: 'ok',
    found: `${open}; a proxy or tunnel in front of it would let strangers act as you (SWITCHBOARD_AUTH=required prevents that)`,
  }
}
