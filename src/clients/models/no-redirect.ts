/**
 * Keeps a call at the address that a person set: a redirect would hand the key and the conversation to another server.
 */
import { ModelError } from './model-error.ts'

const REDIRECT_STATUSES = [301, 302, 303, 307, 308]

/** The platform's `fetch` removes only the `Authorization` header on the way to another origin. Throws `ModelError`. */
export const fetchThere: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'manual' })
  if (!REDIRECT_STATUSES.includes(response.status)) return response
  await response.body?.cancel()
  const { origin } = new URL(input instanceof Request ? input.url : input)
  const location = response.headers.get('location') ?? ''
  const to = URL.canParse(location, origin) ? new URL(location, origin).origin : 'another address'
  throw new ModelError('not_configured', `${origin} redirects to ${to}, where nothing was sent.`, {
    fix: 'If the provider is there, set ANTHROPIC_BASE_URL or OPENAI_BASE_URL to that address.',
    retryable: false,
  })
}
