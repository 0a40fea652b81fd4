/** What a gateway lends to operations where no model, no agent file and no secret is configured. */
import type { Resources } from '../../../src/core/operation/context.ts'
import { createKeyRing } from '../../../src/domain/secrets/key-ring.ts'
import { createSecrets } from '../../../src/domain/secrets/secrets.ts'

export const NO_MODELS: Resources['models'] = {
  isConfigured: () => false,
  standard: undefined,
  facts: () => ({ contextTokens: 100_000, maxOutputTokens: 8_000, price: 'unknown' }),
}

export const NO_AGENT_FILES: Resources['agentFiles'] = { list: async () => [] }

export const { secrets: NO_SECRETS } = createSecrets(createKeyRing({ secrets: [] }))
