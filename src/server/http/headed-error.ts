/** An error that HTTP sends with headers of its own: how to authenticate, what is left of a limit. */
import { AppError } from '../../core/errors.ts'

type Parts = ConstructorParameters<typeof AppError>

export class HeadedError extends AppError {
  readonly headers: Readonly<Record<string, string>>

  constructor(headers: Readonly<Record<string, string>>, ...parts: Parts) {
    super(...parts)
    this.headers = headers
  }
}
