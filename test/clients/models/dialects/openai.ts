/** OpenAI's own Chat Completions, and Azure's. */
import { ANSWER, CALLED, chunks, type Dialect, DONE, type Recording } from './wire.ts'

const openaiWire = chunks({
  id: 'chatcmpl-CbT2',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'gpt-4.1-2025-04-14',
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
  obfuscation: 'a1B2c3',
})

const counted = {
  prompt_tokens: 120,
  completion_tokens: 30,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 100, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 16, audio_tokens: 0 },
}
const usage = { inputTokens: 120, outputTokens: 30, cacheReadTokens: 100 }

const { choice, texts, call } = openaiWire
const opening = choice({ role: 'assistant', content: '', refusal: null })
const asked = [opening, ...call(0, 'call_7aQ', CALLED.title), choice({}, 'tool_calls')]

const openaiRecordings: readonly Recording[] = [
  {
    says: 'plain',
    lines: [opening, ...texts(ANSWER), choice({}, 'stop'), openaiWire.usage(counted), DONE],
    usage,
  },
  { says: 'call', lines: [...asked, openaiWire.usage(counted), DONE], usage },
  {
    says: 'two calls',
    lines: [
      opening,
      ...call(0, 'call_1', 'eins'),
      ...call(1, 'call_2', 'zwei'),
      choice({}, 'tool_calls'),
      DONE,
    ],
  },
  // Its thinking stays with it; only its tokens are told.
  { says: 'thinking', lines: [...asked, openaiWire.usage(counted), DONE], usage },
  {
    says: 'refusal',
    lines: [
      choice({ role: 'assistant', content: null, refusal: '' }),
      choice({ refusal: 'I can’t help with that.' }),
      choice({}, 'stop'),
      DONE,
    ],
    ends: 'refused_by_model',
  },
  {
    says: 'error',
    lines: [
      opening,
      {
        error: {
          message: 'The server had an error processing your request.',
          type: 'server_error',
          param: null,
          code: null,
        },
      },
    ],
    ends: 'again',
    words: 'The server had an error processing your request.',
  },
]

export const OPENAI: Dialect = {
  name: 'OpenAI',
  source:
    'https://developers.openai.com/api/reference/resources/chat/subresources/completions/streaming-events',
  provider: 'openai',
  model: 'gpt-4.1',
  recordings: openaiRecordings,
}

const FILTERED = { hate: { filtered: false, severity: 'safe' } }

export const AZURE: Dialect = {
  name: 'Azure OpenAI',
  source: 'https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming',
  provider: 'openai',
  model: 'gpt-4.1',
  recordings: [
    ...openaiRecordings
      .filter(({ says }) => says !== 'refusal')
      .map((recording) => ({
        ...recording,
        lines: [
          {
            choices: [],
            created: 0,
            id: '',
            model: '',
            object: '',
            prompt_filter_results: [{ prompt_index: 0, content_filter_results: FILTERED }],
          },
          ...recording.lines,
        ],
      })),
    {
      says: 'refusal',
      lines: [
        choice({ content: 'Well' }),
        choice({}, 'content_filter', {
          content_filter_results: { hate: { filtered: true, severity: 'high' } },
        }),
        DONE,
      ],
      ends: 'refused_by_model',
    },
    {
      says: 'refusal',
      status: 400,
      lines: [
        {
          error: {
            message:
              "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
            type: null,
            param: 'prompt',
            code: 'content_filter',
            status: 400,
            innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: {} },
          },
        },
      ],
      ends: 'provider_failed',
      words: "triggering Azure OpenAI's content management policy",
    },
  ],
}
