/** The words in which servers refuse a question and an answer that do not fit into their window, or an answer too long. */
import type { Room } from '../../../src/clients/models/model.ts'

export interface Asked {
  readonly window: number
  readonly question: number
  readonly answer: number
}

export interface Refusal {
  readonly status: number
  readonly body: object
}

const refusal = (status: number, error: object): Refusal => ({ status, body: { error } })
export const bad = (message: string): Refusal => refusal(400, { message })

type Wording = readonly [server: string, write: (asked: Asked) => Refusal, told: readonly (keyof Room)[]]

/** Each with what it tells of the room there is. */
export const WORDINGS: readonly Wording[] = [
  [
    'OpenAI, Azure, DeepSeek, vLLM 0.5',
    ({ window, question, answer }) =>
      refusal(400, {
        message: `This model's maximum context length is ${window} tokens. However, you requested ${question + answer} tokens (${question} in the messages, ${answer} in the completion). Please reduce the length of the messages or completion.`,
        type: 'BadRequestError',
        code: 'context_length_exceeded',
      }),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'vLLM 0.9',
    ({ window, question, answer }) =>
      bad(
        `'max_tokens' or 'max_completion_tokens' is too large: ${answer}. This model's maximum context length is ${window} tokens and your request has ${question} input tokens (${answer} > ${window} - ${question}).`,
      ),
    ['contextTokens', 'questionTokens'],
  ],
  [
    // https://github.com/vllm-project/vllm/issues/33418
    'vLLM 0.14',
    ({ window, question, answer }) =>
      bad(
        `This model's maximum context length is ${window - answer} tokens. However, your request has ${question} input tokens. Please reduce the length of the input messages. (parameter=input_tokens, value=${question})`,
      ),
    ['contextTokens'],
  ],
  [
    'vLLM 0.16',
    ({ window, question, answer }) =>
      bad(
        `You passed ${question} input tokens and requested ${answer} output tokens. However, the model's context length is only ${window} tokens, resulting in a maximum input length of ${window - answer} tokens. Please reduce the length of the input prompt.`,
      ),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'vLLM, which stopped counting',
    ({ window, answer }) =>
      bad(
        `This model's maximum context length is ${window} tokens. However, you requested ${answer} output tokens and your prompt contains at least ${window - answer + 1} input tokens, for a total of at least ${window + 1} tokens.`,
      ),
    ['contextTokens'],
  ],
  [
    'SGLang',
    ({ window, question, answer }) =>
      bad(
        `Requested token count exceeds the model's maximum context length of ${window} tokens. You requested a total of ${question + answer} tokens: ${question} tokens from the input messages and ${answer} tokens for the completion.`,
      ),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'OpenRouter',
    ({ window, question, answer }) =>
      bad(
        `This endpoint's maximum context length is ${window} tokens. However, you requested about ${question + answer} tokens (${question} of text input, ${answer} in the output).`,
      ),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'Mistral',
    ({ window, question, answer }) =>
      bad(
        `Prompt contains ${question} tokens and ${answer} draft tokens, too large for model with ${window} maximum context length`,
      ),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'Kimi',
    ({ window, question, answer }) =>
      bad(
        `Invalid request: Your request exceeded model token limit: ${window} (requested: ${question + answer})`,
      ),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'Text Generation Inference',
    ({ window, question, answer }) =>
      bad(
        `Input validation error: \`inputs\` tokens + \`max_new_tokens\` must be <= ${window}. Given: ${question} \`inputs\` tokens and ${answer} \`max_new_tokens\``,
      ),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'Groq, which has no more a minute',
    ({ window, question, answer }) =>
      refusal(413, {
        message: `Request too large for model \`llama\` on tokens per minute (TPM): Limit ${window}, Requested ${question + answer}, please reduce your message size and try again.`,
        type: 'tokens',
        code: 'rate_limit_exceeded',
      }),
    ['contextTokens', 'questionTokens'],
  ],
  [
    'Groq, without figures',
    () =>
      refusal(400, {
        message: 'Please reduce the length of the messages or completion.',
        code: 'context_length_exceeded',
      }),
    [],
  ],
  ['a server that only says so', () => bad('context size exceeded'), []],
]

/** Refusals of an answer of 4,096 tokens by models that give 2,000. */
export const ANSWER_WORDINGS = [
  'max_tokens is too large: 4096. This model supports at most 2000 completion tokens, whereas you provided 4096.',
  '`max_tokens` must be less than or equal to `2000`, the maximum value for `max_tokens` is less than its window',
  'Invalid max_tokens value, the valid range of max_tokens is [1, 2000]',
  'max_tokens: 4096 > 2000, which is the maximum allowed number of output tokens',
] as const
