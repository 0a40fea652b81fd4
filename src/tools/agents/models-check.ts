/** The doctor's check of the models that agents use. */
import { type Check, defineCheck } from '../../core/area/check.ts'
import type { Settings } from '../../core/area/setting.ts'
import { crossesInTheClear } from '../../core/loopback.ts'
import { anthropicApiKey, anthropicBaseUrl, openaiApiKey, openaiBaseUrl, standardModel } from './settings.ts'

export const modelsCheck = defineCheck({ name: 'Models', examine: examineModels })

interface Access {
  readonly apiKey: string | undefined
  readonly baseUrl: string | undefined
}

function examineModels(settings: Settings): ReturnType<Check['examine']> {
  const anthropic = { apiKey: settings.of(anthropicApiKey), baseUrl: settings.of(anthropicBaseUrl) }
  const openai = { apiKey: settings.of(openaiApiKey), baseUrl: settings.of(openaiBaseUrl) }
  const model = settings.of(standardModel)
  const hasAnthropic = anthropic.apiKey !== undefined
  const hasOpenai = openai.apiKey !== undefined || openai.baseUrl !== undefined
  const reached = [
    ...(hasAnthropic ? [`Anthropic${hostOf(anthropic.baseUrl)}`] : []),
    ...(hasOpenai ? [`OpenAI${hostOf(openai.baseUrl)}`] : []),
  ]
  if (reached.length === 0) {
    const found = 'none, so agents cannot run: set ANTHROPIC_API_KEY or OPENAI_API_KEY for the gateway'
    return { state: 'ok', found }
  }
  const found = [...reached, ...(model === undefined ? [] : [`standard ${model}`])].join(', ')
  if ([anthropic, openai].some(sendsKeyInTheClear)) {
    return {
      state: 'warn',
      found: `${found}, not encrypted: others can read a key on its way there`,
      fix: 'Use an address with https, unless the network itself is private.',
    }
  }
  if (model !== undefined || hasAnthropic || openai.baseUrl === undefined) return { state: 'ok', found }
  return {
    state: 'warn',
    found: `${found}, and no standard model`,
    fix: 'Set SWITCHBOARD_MODEL to a model that is served there, such as openai/llama3.',
  }
}

function sendsKeyInTheClear({ apiKey, baseUrl }: Access): boolean {
  return apiKey !== undefined && baseUrl !== undefined && crossesInTheClear(baseUrl)
}

/** The host alone, without anything else in the address. */
function hostOf(baseUrl: string | undefined): string {
  return baseUrl === undefined ? '' : ` at ${new URL(baseUrl).host}`
}
