/** Tells when a call reached no gateway. */
import { AppError } from '../../core/errors.ts'

/** A cause: no gateway saw any part of the call. */
export class GatewayGone extends Error {}

/** Whether no gateway saw any part of a call, so that another may be asked. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'unavailable') return false
  const { cause } = error
  return (
    cause instanceof GatewayGone ||
    (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')
  )
}
