/** Tells when a call came to nobody. */
import { AppError } from '../../core/errors.ts'

/** A cause: nothing of the call was seen by a gateway. */
export class GatewayGone extends Error {}

/** Whether nothing of a call was seen by a gateway, so that another may be asked. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'unavailable') return false
  const { cause } = error
  return (
    cause instanceof GatewayGone ||
    (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')
  )
}
