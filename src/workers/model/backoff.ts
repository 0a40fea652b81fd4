/** How long to wait before a failed call of a model is repeated: at most a minute. */
import { backoff } from '../../core/retry.ts'

export const backoffMs = backoff({ firstMs: 1_000, maxMs: 60_000 })
