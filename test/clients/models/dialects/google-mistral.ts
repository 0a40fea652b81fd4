/** The compatible endpoints of Google and Mistral, which differ most from OpenAI's. */
import { ANSWER, assistants, CALLED, chunks, type Dialect, DONE, THOUGHT } from './wire.ts'

const google = chunks({
  id: 'qAwXaZ',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'gemini-3-flash-preview',
})
const signed = (thought_signature: string) => ({ extra_content: { google: { thought_signature } } })
const googleCounted = { completion_tokens: 20, prompt_tokens: 100, total_tokens: 165 }
// Thinking is not in the count of the answer, but in the total.
const googleUsage = { inputTokens: 100, outputTokens: 65 }

export const GEMINI: Dialect = {
  name: 'Gemini (compatible endpoint)',
  source:
    'https://ai.google.dev/gemini-api/docs/openai and /thought-signatures; NousResearch/hermes-agent#2997, open-webui/computer#224',
  provider: 'openai',
  model: 'gemini-3-flash-preview',
  recordings: [
    {
      says: 'plain',
      lines: [
        ...google.texts(ANSWER.slice(0, 2), (content) => ({ role: 'assistant', content })),
        { ...google.choice({ role: 'assistant', content: ANSWER[2] }, 'stop'), usage: googleCounted },
        DONE,
      ],
      usage: googleUsage,
    },
    {
      says: 'call',
      lines: [
        google.choice({
          role: 'assistant',
          tool_calls: [google.wholeCall('jm4owj31', CALLED.title, signed('EjQKMg=='))],
        }),
        google.choice({ role: 'assistant' }, 'stop'),
        DONE,
      ],
      back: { tool_calls: [{ id: 'jm4owj31', ...signed('EjQKMg==') }] },
    },
    {
      says: 'two calls',
      lines: [
        google.choice({
          role: 'assistant',
          tool_calls: [google.wholeCall('', 'eins', signed('AbCd==')), google.wholeCall('', 'zwei')],
        }),
        google.choice({}, 'stop'),
        DONE,
      ],
      back: { tool_calls: [signed('AbCd=='), {}] },
    },
    {
      says: 'thinking',
      lines: [
        google.choice({
          role: 'assistant',
          content: `<thought>${THOUGHT.join('')}`,
          extra_content: { google: { thought: true } },
        }),
        google.choice({ content: '</thought>' }),
        google.choice({ tool_calls: [google.wholeCall('c1', CALLED.title)] }),
        google.choice({ tool_calls: [signed('late==')] }),
        { ...google.choice({}, 'stop'), usage: googleCounted },
        DONE,
      ],
      usage: googleUsage,
      back: { tool_calls: [{ id: 'c1', ...signed('late==') }] },
    },
    {
      says: 'refusal',
      lines: [google.choice({ role: 'assistant' }, 'content_filter: PROHIBITED_CONTENT'), DONE],
      ends: 'refused_by_model',
    },
    {
      says: 'error',
      status: 503,
      lines: [
        [
          {
            error: {
              code: 503,
              message: 'The model is overloaded. Please try again later.',
              status: 'UNAVAILABLE',
            },
          },
        ],
      ],
      ends: 'again',
      words: 'The model is overloaded.',
    },
  ],
  refuses: (body) =>
    assistants(body).some(
      ({ tool_calls: [first] = [] }) => first !== undefined && first.extra_content === undefined,
    )
      ? 'Function call is missing a thought_signature in functionCall parts.'
      : undefined,
}

const mistral = chunks({
  id: 'cmpl-e5cc70bb',
  object: 'chat.completion.chunk',
  created: 1_794_000_000,
  model: 'magistral-medium-2509',
})
const mistralCounted = { prompt_tokens: 90, total_tokens: 120, completion_tokens: 30 }
const mistralUsage = { inputTokens: 90, outputTokens: 30 }
/** Every delta of Mistral's carries these. */
const said = (content: unknown) => ({
  index: 0,
  role: 'assistant',
  content,
  tool_call_id: null,
  metadata: null,
})
const thinking = (text: string) => [{ type: 'thinking', thinking: [{ type: 'text', text }] }]

export const MISTRAL: Dialect = {
  name: 'Mistral',
  source:
    'https://docs.mistral.ai/capabilities/reasoning and /api; editor-code-assistant/eca#231, BerriAI/litellm#8978',
  provider: 'openai',
  model: 'magistral-medium-2509',
  recordings: [
    {
      says: 'plain',
      lines: [
        mistral.choice(said('')),
        ...mistral.texts(ANSWER, said),
        { ...mistral.choice(said(''), 'stop'), usage: mistralCounted },
        DONE,
      ],
      usage: mistralUsage,
    },
    {
      says: 'call',
      lines: [
        mistral.choice(said('')),
        {
          ...mistral.choice(
            {
              ...said(''),
              tool_calls: [{ ...mistral.wholeCall('D681PevKs', CALLED.title), type: undefined, index: 0 }],
            },
            'tool_calls',
          ),
          usage: mistralCounted,
        },
        DONE,
      ],
      usage: mistralUsage,
      back: { tool_calls: [{ id: 'D681PevKs' }] },
    },
    {
      says: 'two calls',
      lines: [
        mistral.choice(
          {
            ...said(''),
            tool_calls: [
              { ...mistral.wholeCall('aaaaaaaa1', 'eins'), index: 0 },
              { ...mistral.wholeCall('aaaaaaaa2', 'zwei'), index: 1 },
            ],
          },
          'tool_calls',
        ),
        DONE,
      ],
    },
    {
      says: 'thinking',
      lines: [
        ...THOUGHT.map((text) => mistral.choice(said(thinking(text)))),
        mistral.choice(said([{ type: 'text', text: 'I will.' }])),
        mistral.choice(
          { ...said(''), tool_calls: [{ ...mistral.wholeCall('D681PevKs', CALLED.title), index: 0 }] },
          'tool_calls',
        ),
        DONE,
      ],
      back: { content: [...thinking(THOUGHT.join('')), { type: 'text', text: 'I will.' }] },
    },
    {
      says: 'refusal',
      status: 422,
      lines: [
        {
          object: 'error',
          message: { detail: [{ type: 'value_error', loc: ['body', 'messages'], msg: 'Content moderated' }] },
          type: 'invalid_request_error',
          param: null,
          code: null,
        },
      ],
      ends: 'provider_failed',
      words: 'body.messages: Content moderated',
    },
    {
      says: 'error',
      lines: [mistral.choice(said('Es')), mistral.choice(said(''), 'error'), DONE],
      ends: 'again',
    },
  ],
  refuses(body) {
    const extra = ['stream_options', 'max_completion_tokens', 'service_tier'].find((name) => name in body)
    if (extra !== undefined) return `body.${extra}: Extra inputs are not permitted`
    const allowed = ['role', 'content', 'tool_calls', 'prefix']
    const field = assistants(body)
      .flatMap(Object.keys)
      .find((name) => !allowed.includes(name))
    if (field !== undefined) return `body.messages.assistant.${field}: Extra inputs are not permitted`
    const ids = assistants(body).flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id))
    return ids.every((id) => /^[a-zA-Z0-9]{9}$/.test(id))
      ? undefined
      : 'Tool call id must be a-z, A-Z, 0-9, with a length of 9.'
  },
}
