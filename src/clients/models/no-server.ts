/** The error for a web page that answers instead of a model. */
import type { Provider } from './model.ts'
import { ModelError } from './model-error.ts'
import { PROVIDER_SETTINGS } from './provider-error.ts'

export function noServer(provider: Provider): ModelError {
  const { baseUrl } = PROVIDER_SETTINGS[provider]
  const ending = provider === 'openai' ? ': such an address usually ends with /v1' : ''
  return new ModelError('invalid_input', `A web page answers at ${baseUrl}, not a model server.`, {
    fix: `Check ${baseUrl}${ending}.`,
    retryable: false,
  })
}
