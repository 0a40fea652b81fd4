/** What the doctor finds of the models that agents think with. */
import type { Config } from '../../config/config.ts'
import { crossesInTheClear } from '../connect/authorize.ts'
import type { Finding } from '../surroundings.ts'

const name = 'Models'

export function examineModels({ anthropic, openai, model }: Config): Finding {
  const hasAnthropic = anthropic.apiKey !== undefined
  const hasOpenai = openai.apiKey !== undefined || openai.baseUrl !== undefined
  const reached = [
    ...(hasAnthropic ? [`Anthropic${hostOf(anthropic.baseUrl)}`] : []),
    ...(hasOpenai ? [`OpenAI${hostOf(openai.baseUrl)}`] : []),
  ]
  if (reached.length === 0) {
    const found = 'none, so that agents cannot run: set ANTHROPIC_API_KEY or OPENAI_API_KEY for the gateway'
    return { name, state: 'ok', found }
  }
  const found = [...reached, ...(model === undefined ? [] : [`standard ${model}`])].join(', ')
  if ([anthropic, openai].some(sendsKeyInTheClear)) {
    return {
      name,
      state: 'warn',
      found: `${found}, not encrypted: others can read a key on its way there`,
      fix: 'Use an address with https, unless the network itself is private.',
    }
  }
  if (model !== undefined || hasAnthropic || openai.baseUrl === undefined) return { name, state: 'ok', found }
  return {
    name,
    state: 'warn',
    found: `${found}, and no standard model`,
    fix: 'Set SWITCHBOARD_MODEL to one that is served there, such as openai/llama3.',
  }
}

function sendsKeyInTheClear({ apiKey, baseUrl }: Config['openai']): boolean {
  return apiKey !== undefined && baseUrl !== undefined && crossesInTheClear(baseUrl)
}

/** Without what else an address may hold. */
function hostOf(baseUrl: string | undefined): string {
  return baseUrl === undefined ? '' : ` at ${new URL(baseUrl).host}`
}
