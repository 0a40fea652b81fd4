/** Servers of one's own: vLLM, SGLang, Ollama, LM Studio and llama.cpp. */
import { ANSWER, argumentsOf, CALLED, chunks, type Dialect, DONE, THOUGHT } from './wire.ts'

const thought = THOUGHT.join('')
const counted = { prompt_tokens: 60, total_tokens: 90, completion_tokens: 30 }
const usage = { inputTokens: 60, outputTokens: 30 }

const vllm = chunks({
  id: 'chatcmpl-9d3f',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'Qwen/Qwen3-32B',
})
const vllmOpening = vllm.choice({ role: 'assistant', content: '', reasoning_content: null }, null, {
  logprobs: null,
})
const vllmEnd = (reason: string) =>
  vllm.choice({}, reason, { logprobs: null, stop_reason: null, token_ids: null })

export const VLLM: Dialect = {
  name: 'vLLM',
  source:
    'https://docs.vllm.ai/en/latest/serving/openai_compatible_server and /features/reasoning_outputs, /features/tool_calling',
  provider: 'openai',
  model: 'Qwen/Qwen3-32B',
  recordings: [
    {
      says: 'plain',
      lines: [vllmOpening, ...vllm.texts(ANSWER), vllmEnd('stop'), vllm.usage(counted), DONE],
      usage,
    },
    {
      says: 'call',
      lines: [
        vllmOpening,
        ...vllm.call(0, 'chatcmpl-tool-2b41', CALLED.title),
        vllmEnd('tool_calls'),
        vllm.usage(counted),
        DONE,
      ],
      usage,
    },
    {
      says: 'two calls',
      lines: [
        vllmOpening,
        ...vllm.call(0, 'chatcmpl-tool-2b41', 'eins'),
        ...vllm.call(1, 'chatcmpl-tool-2b42', 'zwei'),
        vllmEnd('tool_calls'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        vllmOpening,
        ...vllm.texts(THOUGHT, (reasoning) => ({ reasoning })),
        ...vllm.call(0, 'chatcmpl-tool-2b41', CALLED.title),
        vllmEnd('tool_calls'),
        DONE,
      ],
      back: { reasoning: thought },
    },
    {
      says: 'refusal',
      status: 400,
      lines: [
        {
          error: {
            message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
            type: 'BadRequestError',
            param: null,
            code: 400,
          },
        },
      ],
      ends: 'provider_failed',
      words: '"auto" tool choice requires --enable-auto-tool-choice',
    },
    {
      says: 'error',
      lines: [
        vllmOpening,
        {
          error: {
            message: 'EngineCore encountered an issue.',
            type: 'InternalServerError',
            param: null,
            code: 500,
          },
        },
        DONE,
      ],
      ends: 'again',
      words: 'EngineCore encountered an issue.',
    },
  ],
}

const sglang = chunks({
  id: '4d5e',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'Qwen/Qwen3-32B',
})
const sglangDelta = (delta: object) => ({
  role: null,
  content: null,
  reasoning_content: null,
  tool_calls: null,
  ...delta,
})
const sglangSaid = (delta: object) =>
  sglang.choice(sglangDelta(delta), null, { logprobs: null, matched_stop: null })
const sglangEnd = (reason: string) =>
  sglang.choice(sglangDelta({}), reason, { logprobs: null, matched_stop: 151_645 })
/** Every piece repeats the fields that it has nothing for. */
const sglangCall = (index: number, id: string, title: string) => [
  sglangSaid({
    tool_calls: [{ id, index, type: 'function', function: { name: CALLED.name, arguments: '' } }],
  }),
  ...argumentsOf(title).map((piece) =>
    sglangSaid({
      tool_calls: [{ id: null, index, type: 'function', function: { name: null, arguments: piece } }],
    }),
  ),
]

export const SGLANG: Dialect = {
  name: 'SGLang',
  source:
    'https://docs.sglang.ai/basic_usage/openai_api_completions and /advanced_features/separate_reasoning, /tool_parser',
  provider: 'openai',
  model: 'Qwen/Qwen3-32B',
  recordings: [
    {
      says: 'plain',
      lines: [
        sglangSaid({ role: 'assistant', content: '' }),
        ...ANSWER.map((content) => sglangSaid({ content })),
        sglangEnd('stop'),
        sglang.usage({ ...counted, prompt_tokens_details: null, reasoning_tokens: 0 }),
        DONE,
      ],
      usage,
    },
    {
      says: 'call',
      lines: [
        ...sglangCall(0, 'call_aa', CALLED.title),
        sglangEnd('tool_calls'),
        sglang.usage(counted),
        DONE,
      ],
      usage,
    },
    {
      says: 'two calls',
      lines: [
        ...sglangCall(0, 'call_aa', 'eins'),
        ...sglangCall(1, 'call_bb', 'zwei'),
        sglangEnd('tool_calls'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        ...THOUGHT.map((reasoning_content) => sglangSaid({ reasoning_content })),
        ...sglangCall(0, 'call_aa', CALLED.title),
        sglangEnd('tool_calls'),
        DONE,
      ],
      back: { reasoning_content: thought },
    },
    {
      says: 'refusal',
      status: 400,
      lines: [
        {
          object: 'error',
          message: 'Rejected: no grammar for it',
          type: 'BadRequestError',
          param: null,
          code: 400,
        },
      ],
      ends: 'provider_failed',
      words: 'Rejected: no grammar for it',
    },
    {
      says: 'error',
      lines: [sglangSaid({ content: 'Es' }), sglangEnd('abort'), DONE],
      ends: 'again',
    },
  ],
}

const ollama = chunks({
  id: 'chatcmpl-304',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'qwen3:8b',
  system_fingerprint: 'fp_ollama',
})
const ollamaSaid = (delta: object) => ollama.choice({ role: 'assistant', content: '', ...delta })

export const OLLAMA: Dialect = {
  name: 'Ollama',
  source: 'https://docs.ollama.com/api/openai-compatibility; ollama/ollama openai/openai.go',
  provider: 'openai',
  model: 'qwen3:8b',
  recordings: [
    {
      says: 'plain',
      lines: [
        ...ANSWER.map((content) => ollamaSaid({ content })),
        ollama.choice({ role: 'assistant', content: '' }, 'stop'),
        ollama.usage(counted),
        DONE,
      ],
      usage,
    },
    {
      says: 'call',
      lines: [
        ollamaSaid({ tool_calls: [{ ...ollama.wholeCall('call_zq1', CALLED.title), index: 0 }] }),
        ollama.choice({ role: 'assistant', content: '' }, 'tool_calls'),
        ollama.usage(counted),
        DONE,
      ],
      usage,
    },
    {
      says: 'two calls',
      // Versions before 0.6 numbered each of them 0.
      lines: [
        ollamaSaid({ tool_calls: [{ ...ollama.wholeCall('call_zq1', 'eins'), index: 0 }] }),
        ollamaSaid({ tool_calls: [{ ...ollama.wholeCall('call_zq2', 'zwei'), index: 0 }] }),
        ollama.choice({ role: 'assistant', content: '' }, 'stop'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        ...THOUGHT.map((reasoning) => ollamaSaid({ reasoning })),
        ollamaSaid({ tool_calls: [{ ...ollama.wholeCall('call_zq1', CALLED.title), index: 0 }] }),
        ollama.choice({ role: 'assistant', content: '' }, 'tool_calls'),
        DONE,
      ],
      back: { reasoning: thought },
    },
    {
      says: 'refusal',
      status: 400,
      lines: [
        {
          error: {
            message: 'registry.ollama.ai/library/qwen3:8b does not support tools',
            type: 'invalid_request_error',
            param: null,
            code: null,
          },
        },
      ],
      ends: 'provider_failed',
      words: 'does not support tools',
    },
    {
      says: 'error',
      lines: [
        ollamaSaid({ content: 'Es' }),
        {
          error: {
            message: 'an error was encountered while running the model',
            type: 'api_error',
            param: null,
            code: null,
          },
        },
      ],
      ends: 'again',
      words: 'an error was encountered while running the model',
    },
  ],
}

const studio = chunks({
  id: 'chatcmpl-v1su',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'qwen/qwen3-8b',
  system_fingerprint: 'qwen/qwen3-8b',
})

export const LM_STUDIO: Dialect = {
  name: 'LM Studio',
  source:
    'https://lmstudio.ai/docs/developer/openai-compat and /tools; lmstudio-ai/lmstudio-bug-tracker#2322',
  provider: 'openai',
  model: 'qwen/qwen3-8b',
  recordings: [
    {
      says: 'plain',
      lines: [
        studio.choice({ role: 'assistant', content: ANSWER[0] }),
        ...studio.texts(ANSWER.slice(1)),
        studio.choice({}, 'stop'),
        studio.usage(counted),
        DONE,
      ],
      usage,
    },
    {
      says: 'call',
      lines: [
        studio.choice({ role: 'assistant' }),
        ...studio.call(0, '365174485', CALLED.title),
        studio.choice({}, 'tool_calls'),
        studio.usage(counted),
        DONE,
      ],
      usage,
    },
    {
      says: 'two calls',
      lines: [
        ...studio.call(0, '365174485', 'eins'),
        ...studio.call(1, '365174486', 'zwei'),
        studio.choice({}, 'tool_calls'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      // Unless it is told to set thinking apart, it stands in the text.
      lines: [
        ...studio.texts(['<thi', `nk>\n${THOUGHT[0]}`, THOUGHT[1], '\n</th', 'ink>\n\nI will.']),
        ...studio.call(0, '365174485', CALLED.title),
        studio.choice({}, 'tool_calls'),
        DONE,
      ],
      back: { content: `<think>\n${thought}\n</think>\n\nI will.` },
    },
    {
      says: 'refusal',
      status: 400,
      lines: [{ error: 'Invalid tool definition.' }],
      ends: 'provider_failed',
      words: 'Invalid tool definition.',
    },
    {
      says: 'error',
      lines: [
        studio.choice({ role: 'assistant', content: 'Es' }),
        'event: error',
        { error: { message: 'The model has crashed without additional information. (Exit code: null)' } },
      ],
      ends: 'again',
      words: 'The model has crashed without additional information.',
    },
  ],
}

const llama = chunks({
  created: 1_794_000_000,
  id: 'chatcmpl-Qx8j',
  model: 'gpt-oss-20b',
  system_fingerprint: 'b6900-1a2b',
  object: 'chat.completion.chunk',
})
const TIMINGS = { prompt_n: 60, prompt_ms: 40.1, predicted_n: 30, predicted_ms: 300.5 }

export const LLAMA_CPP: Dialect = {
  name: 'llama.cpp',
  source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
  provider: 'openai',
  model: 'gpt-oss-20b',
  recordings: [
    {
      says: 'plain',
      lines: [
        llama.choice({ role: 'assistant', content: null }),
        ...llama.texts(ANSWER),
        llama.choice({}, 'stop'),
        { ...llama.usage(counted), timings: TIMINGS },
        DONE,
      ],
      usage,
    },
    {
      says: 'call',
      lines: [
        llama.choice({ role: 'assistant', content: null }),
        ...llama.call(0, 'L6HVRQ4Cjx', CALLED.title),
        llama.choice({}, 'tool_calls'),
        { ...llama.usage(counted), timings: TIMINGS },
        DONE,
      ],
      usage,
    },
    {
      says: 'two calls',
      lines: [
        ...llama.call(0, 'L6HVRQ4Cjx', 'eins'),
        ...llama.call(1, 'L6HVRQ4Cjy', 'zwei'),
        llama.choice({}, 'tool_calls'),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        llama.choice({ role: 'assistant', content: null }),
        ...llama.texts(THOUGHT, (reasoning_content) => ({ reasoning_content })),
        ...llama.call(0, 'L6HVRQ4Cjx', CALLED.title),
        llama.choice({}, 'tool_calls'),
        DONE,
      ],
      back: { reasoning_content: thought },
    },
    {
      says: 'refusal',
      status: 400,
      lines: [
        { error: { code: 400, message: 'tools param requires --jinja flag', type: 'invalid_request_error' } },
      ],
      ends: 'provider_failed',
      words: 'tools param requires --jinja flag',
    },
    {
      says: 'error',
      lines: [
        llama.choice({ role: 'assistant', content: 'Es' }),
        { error: { code: 500, message: 'Failed to parse input at pos 12', type: 'server_error' } },
      ],
      ends: 'again',
      words: 'Failed to parse input at pos 12',
    },
  ],
}
