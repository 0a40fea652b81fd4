/** Settings of the models that agents use. */
import { z } from 'zod'
import { defineSetting } from '../../core/area/setting.ts'
import { addressBelow, addressWithoutQuery, key } from '../../core/area/setting-forms.ts'

export const anthropicApiKey = defineSetting({
  variable: 'ANTHROPIC_API_KEY',
  description: 'API key for Anthropic.',
  takes: 'a key',
  default: 'none',
  secret: true,
  schema: key.optional(),
})

export const anthropicBaseUrl = defineSetting({
  variable: 'ANTHROPIC_BASE_URL',
  description: 'Address of the Anthropic API.',
  takes: 'an address such as https://api.anthropic.com',
  default: "Anthropic's own",
  schema: addressWithoutQuery('/v1/messages').optional(),
})

export const openaiApiKey = defineSetting({
  variable: 'OPENAI_API_KEY',
  description: 'API key for OpenAI, or for another service with the same protocol.',
  takes: 'a key',
  default: 'none',
  secret: true,
  schema: key.optional(),
})

export const openaiBaseUrl = defineSetting({
  variable: 'OPENAI_BASE_URL',
  description: 'Address of that service: Groq, Ollama, vLLM ... A service on this machine needs no key.',
  takes: 'an address such as http://127.0.0.1:11434/v1',
  default: "OpenAI's own",
  schema: addressBelow('/chat/completions').optional(),
})

export const standardModel = defineSetting({
  variable: 'SWITCHBOARD_MODEL',
  description: 'Model of agents that do not name one.',
  takes: 'provider and model, such as anthropic/claude-sonnet-5-5 or openai/gpt-5.6-terra',
  default: 'a model of the configured provider, Anthropic first',
  schema: z
    .string()
    .regex(/^(anthropic|openai)\/.+$/)
    .optional(),
})
