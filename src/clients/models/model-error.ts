/** A call to a model that failed: what callers need to retry it, end it, or account for it. */
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { ModelFailure, Usage } from './model.ts'

interface ModelErrorDetails {
  readonly retryable: boolean
  readonly fix?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly reason?: 'context_full' | undefined
  readonly usage?: Usage | undefined
  readonly mayHaveCost?: boolean | undefined
  /** For the log; must hold no key. */
  readonly cause?: unknown
}

export class ModelError extends AppError implements ModelFailure {
  readonly retryable: boolean
  readonly reason: 'context_full' | undefined
  readonly usage: Usage | undefined
  readonly mayHaveCost: boolean

  constructor(code: ErrorCode, message: string, details: ModelErrorDetails) {
    super(code, message, details)
    this.name = 'ModelError'
    this.retryable = details.retryable
    this.reason = details.reason
    this.usage = details.usage
    this.mayHaveCost = details.mayHaveCost ?? false
  }
}
