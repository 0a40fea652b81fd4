/** What a gateway lends to operations where one model is configured. */
import type { Resources } from '../../../src/core/operation/context.ts'

/** Facts of a model that is configured; nobody can ask it anything. */
export const SOME_MODEL: Resources['models'] = {
  isConfigured: () => true,
  standard: { provider: 'anthropic', model: 'some-model' },
  facts: () => ({
    contextTokens: 100_000,
    maxOutputTokens: 8_000,
    price: { inputUsd: 1, outputUsd: 1, cacheReadUsd: 1, cacheWriteUsd: 1 },
  }),
}
