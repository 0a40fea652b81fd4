/** Services whose models think aloud: DeepSeek, Kimi, xAI, Groq and OpenRouter. */
import { ANSWER, assistants, CALLED, chunks, type Dialect, DONE, type Question, THOUGHT } from './wire.ts'

const thought = THOUGHT.join('')
const reasoning = (reasoning_content: string) => ({ content: null, reasoning_content })

/** Refuses calls that come back without their thinking. */
function missesThinking(body: Question): boolean {
  return assistants(body).some(
    ({ tool_calls, reasoning_content }) => tool_calls !== undefined && typeof reasoning_content !== 'string',
  )
}

const deepseek = chunks({
  id: '1f633d8b',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'deepseek-v4-pro',
  system_fingerprint: 'fp_8802',
})
const deepseekCounted = {
  prompt_tokens: 170,
  completion_tokens: 40,
  total_tokens: 210,
  prompt_tokens_details: { cached_tokens: 128 },
  prompt_cache_hit_tokens: 128,
  prompt_cache_miss_tokens: 42,
}
const deepseekUsage = { inputTokens: 170, outputTokens: 40, cacheReadTokens: 128 }
const deepseekThought = [
  deepseek.choice({ role: 'assistant', content: null, reasoning_content: '' }),
  ...deepseek.texts(THOUGHT, reasoning),
]

export const DEEPSEEK: Dialect = {
  name: 'DeepSeek',
  source: 'https://api-docs.deepseek.com/guides/thinking_mode and /api/create-chat-completion',
  provider: 'openai',
  model: 'deepseek-v4-pro',
  recordings: [
    {
      says: 'plain',
      lines: [
        ': keep-alive',
        ...deepseekThought,
        ...deepseek.texts(ANSWER, (content) => ({ content, reasoning_content: null })),
        { ...deepseek.choice({ content: '', reasoning_content: null }, 'stop'), usage: deepseekCounted },
        DONE,
      ],
      usage: deepseekUsage,
    },
    {
      says: 'call',
      lines: [
        ...deepseekThought,
        ...deepseek.call(0, 'call_00_x1', CALLED.title),
        {
          ...deepseek.choice({ content: '', reasoning_content: null }, 'tool_calls'),
          usage: deepseekCounted,
        },
        DONE,
      ],
      usage: deepseekUsage,
      back: { reasoning_content: thought },
    },
    {
      says: 'two calls',
      lines: [
        ...deepseekThought,
        ...deepseek.call(0, 'call_00_x1', 'eins'),
        ...deepseek.call(1, 'call_01_x2', 'zwei'),
        deepseek.choice({ content: '' }, 'tool_calls'),
        DONE,
      ],
      back: { reasoning_content: thought },
    },
    {
      says: 'thinking',
      lines: [
        ...deepseekThought,
        deepseek.choice({ content: 'I will.', reasoning_content: null }),
        ...deepseek.call(0, 'call_00_x1', CALLED.title),
        deepseek.choice({ content: '' }, 'tool_calls'),
        DONE,
      ],
      back: { reasoning_content: thought, content: 'I will.' },
    },
    {
      says: 'refusal',
      lines: [deepseek.choice({ content: 'Well' }), deepseek.choice({ content: '' }, 'content_filter'), DONE],
      ends: 'refused_by_model',
    },
    {
      says: 'error',
      lines: [...deepseekThought, deepseek.choice({ content: '' }, 'insufficient_system_resource'), DONE],
      ends: 'again',
    },
  ],
  refuses: (body) =>
    missesThinking(body)
      ? 'The reasoning_content in the thinking mode must be passed back to the API.'
      : undefined,
}

const kimi = chunks({
  id: 'chatcmpl-6911',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'kimi-k2.6',
})
const kimiCounted = { prompt_tokens: 80, completion_tokens: 25, total_tokens: 105, cached_tokens: 64 }
const kimiUsage = { inputTokens: 80, outputTokens: 25, cacheReadTokens: 64 }
const kimiThought = [
  kimi.choice({ role: 'assistant', content: '' }),
  ...kimi.texts(THOUGHT, (reasoning_content) => ({ reasoning_content })),
]

export const KIMI: Dialect = {
  name: 'Kimi (Moonshot)',
  source:
    'https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model and /api/chat; MoonshotAI/kimi-agent-sdk#169',
  provider: 'openai',
  model: 'kimi-k2.6',
  recordings: [
    {
      says: 'plain',
      // The figures stand within the choice.
      lines: [...kimiThought, ...kimi.texts(ANSWER), kimi.choice({}, 'stop', { usage: kimiCounted }), DONE],
      usage: kimiUsage,
    },
    {
      says: 'call',
      lines: [
        ...kimiThought,
        ...kimi.call(0, 'tasks_create:0', CALLED.title),
        kimi.choice({}, 'tool_calls', { usage: kimiCounted }),
        DONE,
      ],
      usage: kimiUsage,
      back: { reasoning_content: thought, tool_calls: [{ id: 'tasks_create:0' }] },
    },
    {
      says: 'two calls',
      lines: [
        ...kimiThought,
        ...kimi.call(0, 'tasks_create:0', 'eins'),
        ...kimi.call(1, 'tasks_create:1', 'zwei'),
        kimi.choice({}, 'tool_calls'),
        DONE,
      ],
      back: { reasoning_content: thought },
    },
    {
      says: 'thinking',
      lines: [
        ...kimiThought,
        kimi.choice({ content: 'I will.' }),
        ...kimi.call(0, 'tasks_create:0', CALLED.title),
        kimi.choice({}, 'tool_calls'),
        DONE,
      ],
      back: { reasoning_content: thought, content: 'I will.' },
    },
    {
      says: 'refusal',
      status: 400,
      lines: [
        {
          error: {
            message: 'The request was rejected because it was considered high risk',
            type: 'content_filter',
          },
        },
      ],
      ends: 'provider_failed',
      words: 'The request was rejected because it was considered high risk',
    },
    {
      says: 'error',
      status: 429,
      lines: [
        {
          error: {
            message: 'The engine is currently overloaded, please try again later',
            type: 'engine_overloaded_error',
          },
        },
      ],
      ends: 'again',
      words: 'The engine is currently overloaded',
    },
  ],
  refuses: (body) =>
    missesThinking(body)
      ? 'thinking is enabled but reasoning_content is missing in assistant tool call message at index 2'
      : undefined,
}

const xai = chunks({
  id: 'a3d1008e',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'grok-4',
  system_fingerprint: 'fp_f7cb',
})
// Thinking is not in the count of the answer, but in the total.
const xaiCounted = {
  prompt_tokens: 32,
  completion_tokens: 9,
  total_tokens: 135,
  prompt_tokens_details: { text_tokens: 32, cached_tokens: 6 },
  completion_tokens_details: { reasoning_tokens: 94 },
}
const xaiUsage = { inputTokens: 32, outputTokens: 103, cacheReadTokens: 6 }

export const XAI: Dialect = {
  name: 'xAI',
  source: 'https://docs.x.ai/docs/guides/reasoning, /docs/guides/function-calling and /docs/api-reference',
  provider: 'openai',
  model: 'grok-4',
  recordings: [
    {
      says: 'plain',
      lines: [
        ...xai.texts(THOUGHT, (reasoning_content) => ({ role: 'assistant', reasoning_content })),
        ...xai.texts(ANSWER, (content) => ({ role: 'assistant', content })),
        xai.choice({}, 'stop'),
        xai.usage(xaiCounted),
        DONE,
      ],
      usage: xaiUsage,
    },
    {
      says: 'call',
      lines: [
        xai.choice({
          role: 'assistant',
          content: '',
          tool_calls: [{ ...xai.wholeCall('call_01', CALLED.title), index: 0 }],
        }),
        xai.choice({}, 'tool_calls'),
        xai.usage(xaiCounted),
        DONE,
      ],
      usage: xaiUsage,
    },
    {
      says: 'two calls',
      lines: [
        xai.choice({
          role: 'assistant',
          tool_calls: [
            { ...xai.wholeCall('call_01', 'eins'), index: 0 },
            { ...xai.wholeCall('call_02', 'zwei'), index: 1 },
          ],
        }),
        xai.choice({}, 'tool_calls'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        ...xai.texts(THOUGHT, (reasoning_content) => ({ role: 'assistant', reasoning_content })),
        xai.choice({ tool_calls: [{ ...xai.wholeCall('call_01', CALLED.title), index: 0 }] }),
        xai.choice({}, 'tool_calls'),
        DONE,
      ],
      back: { reasoning_content: thought },
    },
    {
      says: 'refusal',
      status: 403,
      lines: [{ code: 'The caller does not have permission', error: 'Content violates usage guidelines.' }],
      ends: 'provider_failed',
      words: 'Content violates usage guidelines.',
    },
    {
      says: 'error',
      status: 503,
      lines: [{ code: 'The service is currently unavailable', error: 'The model is at capacity.' }],
      ends: 'again',
      words: 'The model is at capacity.',
    },
  ],
}

const groq = chunks({
  id: 'chatcmpl-f51b',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'openai/gpt-oss-120b',
  system_fingerprint: 'fp_179b',
})
const groqCounted = {
  queue_time: 0.02,
  prompt_tokens: 73,
  completion_tokens: 46,
  total_tokens: 119,
  total_time: 0.1,
}
const groqUsage = { inputTokens: 73, outputTokens: 46 }
const groqThought = groq.texts(THOUGHT, (text) => ({ reasoning: text, channel: 'analysis' }))

export const GROQ: Dialect = {
  name: 'Groq',
  source: 'https://console.groq.com/docs/reasoning, /docs/tool-use and /docs/api-reference',
  provider: 'openai',
  model: 'openai/gpt-oss-120b',
  recordings: [
    {
      says: 'plain',
      lines: [
        { ...groq.choice({ role: 'assistant', content: '' }), x_groq: { id: 'req_1' } },
        ...groqThought,
        ...groq.texts(ANSWER),
        { ...groq.choice({}, 'stop'), x_groq: { id: 'req_1', usage: groqCounted } },
        DONE,
      ],
      usage: groqUsage,
    },
    {
      says: 'call',
      lines: [
        groq.choice({ role: 'assistant', content: null }),
        groq.choice({ tool_calls: [{ ...groq.wholeCall('fc_0a', CALLED.title), index: 0 }] }),
        { ...groq.choice({}, 'tool_calls'), x_groq: { id: 'req_1', usage: groqCounted } },
        groq.usage(groqCounted),
        DONE,
      ],
      usage: groqUsage,
    },
    {
      says: 'two calls',
      lines: [
        groq.choice({
          tool_calls: [
            { ...groq.wholeCall('fc_0a', 'eins'), index: 0 },
            { ...groq.wholeCall('fc_0b', 'zwei'), index: 1 },
          ],
        }),
        groq.choice({}, 'tool_calls'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        groq.choice({ role: 'assistant' }),
        ...groqThought,
        groq.choice({ tool_calls: [{ ...groq.wholeCall('fc_0a', CALLED.title), index: 0 }] }),
        groq.choice({}, 'tool_calls'),
        DONE,
      ],
      back: { reasoning: thought },
    },
    {
      says: 'refusal',
      status: 400,
      lines: [{ error: { message: 'request blocked by policy', type: 'invalid_request_error' } }],
      ends: 'provider_failed',
      words: 'request blocked by policy',
    },
    {
      says: 'error',
      lines: [
        groq.choice({ role: 'assistant' }),
        'event: error',
        {
          error: {
            message:
              "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
            type: 'invalid_request_error',
            code: 'tool_use_failed',
            failed_generation: '<function=tasks_create{"tasks"',
          },
        },
      ],
      ends: 'again',
      words: 'Failed to call a function.',
    },
  ],
  refuses(body) {
    const allowed = ['role', 'content', 'tool_calls', 'reasoning', 'name']
    const field = assistants(body)
      .flatMap(Object.keys)
      .find((name) => !allowed.includes(name))
    return field === undefined ? undefined : `'messages.2' : property '${field}' is unsupported`
  },
}

const openrouter = chunks({
  id: 'gen-1794',
  provider: 'Anthropic',
  model: 'anthropic/claude-sonnet-4.5',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
})
const detail = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 }
const routedThought = openrouter.texts(THOUGHT, (text) => ({
  role: 'assistant',
  content: '',
  reasoning: text,
  reasoning_details: [{ ...detail, text }],
}))
const routedSignature = openrouter.choice({
  role: 'assistant',
  content: '',
  reasoning: null,
  reasoning_details: [{ ...detail, signature: 'Erw==' }],
})
const routedEnd = (reason: string, native: string) =>
  openrouter.choice({ role: 'assistant', content: '' }, reason, {
    native_finish_reason: native,
    logprobs: null,
  })
const routedCounted = {
  prompt_tokens: 55,
  completion_tokens: 44,
  total_tokens: 99,
  cost: 0.0014,
  prompt_tokens_details: { cached_tokens: 32 },
}
const routedUsage = { inputTokens: 55, outputTokens: 44, cacheReadTokens: 32 }
const PROCESSING = ': OPENROUTER PROCESSING'

export const OPENROUTER: Dialect = {
  name: 'OpenRouter',
  source: 'https://openrouter.ai/docs/use-cases/reasoning-tokens, /docs/api-reference/streaming and /errors',
  provider: 'openai',
  model: 'anthropic/claude-sonnet-4.5',
  recordings: [
    {
      says: 'plain',
      lines: [
        PROCESSING,
        PROCESSING,
        ...openrouter.texts(ANSWER, (content) => ({ role: 'assistant', content, reasoning: null })),
        routedEnd('stop', 'end_turn'),
        openrouter.usage(routedCounted),
        DONE,
      ],
      usage: routedUsage,
    },
    {
      says: 'call',
      lines: [
        PROCESSING,
        ...openrouter.call(0, 'toolu_01', CALLED.title),
        routedEnd('tool_calls', 'tool_use'),
        openrouter.usage(routedCounted),
        DONE,
      ],
      usage: routedUsage,
    },
    {
      says: 'two calls',
      lines: [
        ...openrouter.call(0, 'toolu_01', 'eins'),
        ...openrouter.call(1, 'toolu_02', 'zwei'),
        routedEnd('tool_calls', 'tool_use'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        ...routedThought,
        routedSignature,
        ...openrouter.call(0, 'toolu_01', CALLED.title),
        routedEnd('tool_calls', 'tool_use'),
        DONE,
      ],
      back: { reasoning_details: [{ ...detail, text: thought, signature: 'Erw==' }] },
    },
    {
      says: 'refusal',
      lines: [routedEnd('content_filter', 'refusal'), DONE],
      ends: 'refused_by_model',
    },
    {
      says: 'error',
      lines: [
        PROCESSING,
        ...openrouter.texts(ANSWER.slice(0, 1)),
        {
          ...openrouter.choice({ content: '' }, 'error', { native_finish_reason: null }),
          error: {
            code: 502,
            message: 'Provider returned error',
            metadata: { raw: 'upstream disconnected', provider_name: 'Anthropic' },
          },
        },
        DONE,
      ],
      ends: 'again',
      words: 'Provider returned error upstream disconnected',
    },
  ],
}
