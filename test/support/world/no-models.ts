/** What a gateway lends to operations where no model is configured and no agent comes as a file. */
import type { Resources } from '../../../src/core/operation/context.ts'

export const NO_MODELS: Resources['models'] = {
  isConfigured: () => false,
  standard: undefined,
  facts: () => ({ contextTokens: 100_000, maxOutputTokens: 8_000, price: 'unknown' }),
}

export const NO_AGENT_FILES: Resources['agentFiles'] = { list: async () => [] }
