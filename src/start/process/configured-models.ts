/** The model providers that the settings name. */
import type { Config } from '../../config/config.ts'
import {
  anthropicApiKey,
  anthropicBaseUrl,
  openaiApiKey,
  openaiBaseUrl,
  standardModel,
} from '../../tools/agents/settings.ts'

/** Anthropic needs a key; for the others an address is enough. */
export function configuredModels({ settings }: Config) {
  const anthropic = { apiKey: settings.of(anthropicApiKey), baseUrl: settings.of(anthropicBaseUrl) }
  const openai = { apiKey: settings.of(openaiApiKey), baseUrl: settings.of(openaiBaseUrl) }
  return {
    ...(anthropic.apiKey !== undefined && { anthropic: { ...anthropic, apiKey: anthropic.apiKey } }),
    ...((openai.apiKey !== undefined || openai.baseUrl !== undefined) && { openai }),
    standardModel: settings.of(standardModel),
  }
}
