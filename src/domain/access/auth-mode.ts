/** Whether a gateway asks everybody for a key. */
import { AppError } from '../../core/errors.ts'
import { isLoopback } from '../../core/loopback.ts'

/**
 * `local`: without a key a caller is the person at this machine, without what needs a proof of it. `required`: without a key
 * a caller is nobody. The machine's secret is a proof in both.
 */
export type AuthMode = 'local' | 'required'

interface Place {
  /** The address that the gateway listens on. */
  readonly host: string
  /** What was asked for; undefined: whatever fits. */
  readonly auth: AuthMode | undefined
  /** Proxies of one's own in front of it. */
  readonly trustedProxies: number
}

/**
 * Keys are required wherever others can reach the gateway: bound to more than loopback, or behind proxies of one's own.
 * @throws AppError `invalid_input` when it is to be open to others without keys.
 */
export function authModeFor({ host, auth, trustedProxies }: Place): AuthMode {
  if (isLoopback(host)) return auth ?? (trustedProxies > 0 ? 'required' : 'local')
  if (auth === 'local') {
    throw new AppError('invalid_input', `Others can reach ${host}, so keys cannot be optional there.`, {
      fix: 'Set HOST=127.0.0.1, or leave SWITCHBOARD_AUTH unset and make a key with `switchboard keys create`.',
    })
  }
  return 'required'
}
