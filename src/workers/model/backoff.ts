/** How long is waited before a failed call of a model is made again: a minute at most. */
import { backoff } from '../../core/retry.ts'

export const backoffMs = backoff({ firstMs: 1_000, maxMs: 60_000 })
