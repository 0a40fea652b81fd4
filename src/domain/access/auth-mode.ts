/** Whether a gateway requires a key for every call. */
import { AppError } from '../../core/errors.ts'
import { isLoopback } from '../../core/loopback.ts'

/**
 * `local`: a caller without a key is the person at this machine, without the rights that need proof. `required`: a
 * caller without a key is refused. The machine's secret is proof in both modes.
 */
export type AuthMode = 'local' | 'required'

interface Place {
  /** The address that the gateway listens on. */
  readonly host: string
  /** The configured mode; undefined: the one that fits. */
  readonly auth: AuthMode | undefined
  /** The number of one's own proxies in front of the gateway. */
  readonly trustedProxies: number
}

/**
 * Keys are required wherever others can reach the gateway: on an address beyond loopback, or behind one's own proxies.
 * @throws AppError `invalid_input` when it would be open to others without keys.
 */
export function authModeFor({ host, auth, trustedProxies }: Place): AuthMode {
  if (isLoopback(host)) return auth ?? (trustedProxies > 0 ? 'required' : 'local')
  if (auth === 'local') {
    throw new AppError('invalid_input', `Others can reach ${host}, so keys cannot be optional there.`, {
      fix: 'Set HOST=127.0.0.1, or leave SWITCHBOARD_AUTH unset and create a key with `switchboard keys create`.',
    })
  }
  return 'required'
}
