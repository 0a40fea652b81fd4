/** The configured models, behind one way to ask them. */

import { AppError } from '../core/errors.ts'
import type { Log } from '../core/operation/context.ts'
import { makeStorable } from '../core/text/storable.ts'
import { createAnthropic } from './models/anthropic/anthropic.ts'
import { askOnce, type PrepareCall } from './models/ask-once.ts'
import { createOpenai } from './models/chat/openai.ts'
import {
  type Delta,
  type ModelAnswer,
  type ModelName,
  type Models,
  type Provider,
  parseModelName,
} from './models/model.ts'
import { ModelError } from './models/model-error.ts'
import { factsOf } from './models/prices.ts'
import { PROVIDER_SETTINGS } from './models/provider-error.ts'

/**
 * Milliseconds without a byte after which a provider counts as hung. Anthropic sends pings while a model thinks; other
 * servers may be silent while they load a model, read a long question, or think.
 */
const IDLE_TIMEOUTS_MS = {
  anthropic: 120_000,
  openai: 300_000,
} as const satisfies Record<Provider, number>

/** The models of agents that name none, where only a key is set. */
const STANDARD_MODELS = {
  anthropic: 'claude-sonnet-5-5',
  openai: 'gpt-5.6-terra',
} as const satisfies Record<Provider, string>

interface Endpoint {
  readonly apiKey?: string | undefined
  readonly baseUrl?: string | undefined
}

interface ModelsOptions {
  readonly anthropic?: { readonly apiKey: string; readonly baseUrl?: string | undefined } | undefined
  /** An address alone is enough: your own server may not need a key. */
  readonly openai?: Endpoint | undefined
  /** `provider/model`, for agents that name no model. */
  readonly standardModel?: string | undefined
  readonly log: Log
  readonly idleTimeoutMs?: number | undefined
  now?(): Date
}

interface Configured {
  readonly prepare: PrepareCall
  readonly key: string | undefined
}

export function createModels(options: ModelsOptions): Models {
  const { log, idleTimeoutMs, now = () => new Date() } = options
  const anthropic = options.anthropic && withReadableKey('anthropic', options.anthropic)
  const openai = options.openai && withReadableKey('openai', options.openai)
  const hasOpenai = openai?.apiKey !== undefined || openai?.baseUrl !== undefined
  const configured: Readonly<Record<Provider, Configured | undefined>> = {
    anthropic: anthropic && { prepare: createAnthropic(anthropic), key: anthropic.apiKey },
    openai: hasOpenai ? { prepare: createOpenai(openai), key: openai.apiKey } : undefined,
  }
  return {
    isConfigured: (provider) => configured[provider] !== undefined,
    standard: standardOf(options),
    facts: factsOf,
    async ask(request, { signal, onDelta }) {
      const provider = configured[request.provider]
      if (provider === undefined) throw notConfigured(request.provider)
      try {
        const answer = await askOnce(provider.prepare, request, {
          signal,
          idleTimeoutMs: idleTimeoutMs ?? IDLE_TIMEOUTS_MS[request.provider],
          key: provider.key,
          now,
          onDelta: guarded(log, onDelta),
        })
        return storable(answer, request, log)
      } catch (thrown) {
        const err = thrown instanceof ModelError ? thrown : brokenAnswer(thrown)
        // The cause contains the provider's full error.
        if (!signal.aborted)
          log.warn({ err, provider: request.provider, model: request.model }, 'a model call failed')
        throw err
      }
    },
  }
}

/**
 * A key that was copied with a line break or a curly quotation mark cannot be sent in a header.
 * @throws AppError
 */
function withReadableKey<Settings extends Endpoint>(provider: Provider, settings: Settings): Settings {
  if (settings.apiKey === undefined) return settings
  const apiKey = settings.apiKey.trim()
  if (/^[\x21-\x7e]+$/.test(apiKey)) return { ...settings, apiKey }
  throw new AppError(
    'invalid_input',
    `${PROVIDER_SETTINGS[provider].key} contains a character that keys never have.`,
    {
      fix: 'Copy the key again, without spaces, line breaks or quotation marks.',
    },
  )
}

/** The same answer would break the reader again, so it is not requested again. */
function brokenAnswer(cause: unknown): ModelError {
  return new ModelError('internal', 'The answer of the model could not be read.', { retryable: false, cause })
}

/**
 * A model may write characters that no store accepts: its answer is made storable here, where it comes in, and nowhere
 * else.
 */
function storable(answer: ModelAnswer, { provider, model }: ModelName, log: Log): ModelAnswer {
  if (answer.isStopUnknown) log.warn({ provider, model }, 'an answer ended for an unknown reason')
  const { value, replaced } = makeStorable(answer)
  if (replaced > 0) {
    log.warn({ provider, model, replaced }, 'characters of an answer that cannot be stored were replaced')
  }
  return value
}

function standardOf({ standardModel, anthropic, openai }: ModelsOptions): ModelName | undefined {
  if (standardModel !== undefined) {
    const name = parseModelName(standardModel)
    if (name !== undefined) return name
    throw new AppError('invalid_input', `"${standardModel}" is not a model.`, {
      fix: 'Write provider/model, such as anthropic/claude-sonnet-5-5 or openai/gpt-5.6-terra.',
    })
  }
  if (anthropic !== undefined) return { provider: 'anthropic', model: STANDARD_MODELS.anthropic }
  // Nobody can guess what your own server offers.
  if (openai?.apiKey !== undefined && openai.baseUrl === undefined) {
    return { provider: 'openai', model: STANDARD_MODELS.openai }
  }
  return undefined
}

function notConfigured(provider: Provider): ModelError {
  const { title, key, baseUrl } = PROVIDER_SETTINGS[provider]
  return new ModelError('forbidden', `${title} is not configured.`, {
    fix: provider === 'openai' ? `Set ${key}, or ${baseUrl} for a server of your own.` : `Set ${key}.`,
    retryable: false,
  })
}

/** A failing watcher must not cost the answer, which is paid for. */
function guarded(log: Log, onDelta: ((delta: Delta) => void) | undefined): (delta: Delta) => void {
  return (delta) => {
    try {
      onDelta?.(delta)
    } catch (err) {
      log.error({ err }, 'a watcher of a model failed')
    }
  }
}
