/** A failed call to a model: what callers need to retry it, end it, or account for it. */
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { ModelFailure, Room, Usage } from './model.ts'

interface ModelErrorDetails {
  readonly retryable: boolean
  readonly fix?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly reason?: 'context_full' | undefined
  readonly room?: Room | undefined
  readonly usage?: Usage | undefined
  readonly mayHaveCost?: boolean | undefined
  readonly providerWords?: string | undefined
  /** For the log; must not contain a key. */
  readonly cause?: unknown
}

export class ModelError extends AppError implements ModelFailure {
  readonly retryable: boolean
  readonly reason: 'context_full' | undefined
  readonly room: Room | undefined
  readonly usage: Usage | undefined
  readonly mayHaveCost: boolean
  readonly providerWords: string | undefined

  constructor(code: ErrorCode, message: string, details: ModelErrorDetails) {
    super(code, message, details)
    this.name = 'ModelError'
    this.retryable = details.retryable
    this.reason = details.reason
    this.room = details.room
    this.usage = details.usage
    this.mayHaveCost = details.mayHaveCost ?? false
    this.providerWords = details.providerWords
  }
}
