/** Reads from a refusal that question and answer were too long, and how much room there is. */
import type { Room } from './model.ts'
import type { Signs } from './provider-signs.ts'
import { isRecord } from './tool-input.ts'

/** The codes for it: OpenAI, Groq and Azure; llama.cpp; Anthropic. */
const CONTEXT_FULL_CODES = ['context_length_exceeded', 'exceed_context_size_error', 'request_too_large']

/** The words for it; each of the forms below counts too. */
const CONTEXT_FULL_WORDS =
  /prompt is too long|exceed\w* (the |this )?(model'?s? |available |max\w* )*(context|token limit)|maximum context length|context[ _](length|window|size|limit|overflow)|input (token length )?(is )?too long|reduce the length|too many tokens|prompt too long|max_tokens must be at least 1, got -/i

/** A count, with or without thousands separators. */
const N = String.raw`~?(\d[\d,_]*)`

type Named = keyof Room
type Form = readonly [pattern: RegExp, ...fields: readonly (Named | 'total' | null)[]]

/**
 * The known wordings with figures, each with the meaning of its counts. `total` is what question and answer would have
 * needed together.
 */
const FORMS: readonly Form[] = (
  [
    // OpenAI, Azure, DeepSeek, vLLM before 0.11, OpenRouter ("about 10712 tokens (6616 of text input, ...").
    [`maximum context length is ${N} tokens`, 'contextTokens'],
    [`requested (?:about )?${N} tokens`, 'total'],
    [`\\(${N} (?:in the messages|of text input|in your prompt)`, 'questionTokens'],
    [`messages resulted in ${N} tokens`, 'questionTokens'],
    // vLLM. "At least 6617 input tokens" is not an exact count, so it is not read as one.
    [`your request has ${N} input tokens`, 'questionTokens'],
    [`you passed ${N} input tokens`, 'questionTokens'],
    [`context length is only ${N} tokens`, 'contextTokens'],
    [
      `prompt \\((?:total )?length ${N}\\) is longer than the maximum model length of ${N}`,
      'questionTokens',
      'contextTokens',
    ],
    // SGLang.
    [`maximum context length of ${N} tokens`, 'contextTokens'],
    [`requested a total of ${N} tokens`, 'total'],
    [`${N} tokens from the input messages`, 'questionTokens'],
    [
      `input \\(${N} tokens\\) is longer than the model's context length \\(${N} tokens\\)`,
      'questionTokens',
      'contextTokens',
    ],
    // llama.cpp.
    [
      `request \\(${N} tokens\\) exceeds the available context size \\(${N} tokens\\)`,
      'questionTokens',
      'contextTokens',
    ],
    // LM Studio.
    [`n_keep \\(${N}\\) >= n_ctx \\(${N}\\)`, 'questionTokens', 'contextTokens'],
    [`keep the first ${N} tokens`, 'questionTokens'],
    [`loaded with context length of only ${N} tokens`, 'contextTokens'],
    // Anthropic.
    [`prompt is too long: ${N} tokens > ${N} maximum`, 'questionTokens', 'contextTokens'],
    [`exceed context limit: ${N} \\+ ${N} > ${N}`, 'questionTokens', null, 'contextTokens'],
    [`max_tokens: ${N} > ${N}`, null, 'answerTokens'],
    // Mistral.
    [`prompt contains ${N} tokens`, 'questionTokens'],
    [`too large for model with ${N} maximum context length`, 'contextTokens'],
    [`too many tokens overall: ${N} > ${N}`, 'total', 'contextTokens'],
    // Kimi, xAI, Gemini, Text Generation Inference.
    [`exceeded model token limit: ${N} \\(requested: ${N}\\)`, 'contextTokens', 'total'],
    [`maximum prompt length is ${N} but the request contains ${N} tokens`, 'contextTokens', 'questionTokens'],
    [
      `input token count \\(?${N}\\)? exceeds the maximum number of (?:input )?tokens allowed \\(?${N}`,
      'questionTokens',
      'contextTokens',
    ],
    [`max_new_tokens\`? must be <= ${N}`, 'contextTokens'],
    [`given: ${N} \`inputs\` tokens`, 'questionTokens'],
    // Groq and OpenAI, where one call asks for more than the limit per minute: waiting does not help.
    [`tokens per min(?:ute)? \\(TPM\\): limit ${N},? requested ${N}`, 'contextTokens', 'total'],
    // Answers longer than the model allows: OpenAI and Azure; Groq; DeepSeek; Gemini.
    [`supports at most ${N} completion tokens`, 'answerTokens'],
    [`max_tokens\`? must be less than or equal to \`?${N}`, 'answerTokens'],
    [`valid range of max_tokens is \\[1, ${N}\\]`, 'answerTokens'],
    [`supported range is from 1 \\(inclusive\\) to ${N} \\(exclusive\\)`, 'answerTokens'],
  ] as const
).map(([pattern, ...fields]): Form => [new RegExp(pattern, 'i'), ...fields])

/**
 * A form of vLLM 0.14 (vllm-project/vllm#33418) in which "maximum context length" is the room that the requested answer
 * leaves. Earlier versions write the same about a question that is too long on its own, so that only a bound can be
 * read from it.
 */
const LESS_ANSWER = new RegExp(
  `maximum context length is ${N} tokens\\. However, your request has ${N} input tokens\\. Please reduce the length`,
  'i',
)

/** Statuses of a call that asked for too much; some servers send none, or fail as if the fault were theirs. */
const TOO_MUCH_STATUSES = [undefined, 400, 413, 422, 429, 500]

/** The room that a refusal for length reveals; undefined when the refusal has another reason. */
export function contextRefusal(signs: Signs, askedTokens: number): Room | undefined {
  const { status, codes, words } = signs
  const room = roomIn(signs, askedTokens)
  if (status === 413 || codes.some((code) => CONTEXT_FULL_CODES.includes(code))) return room
  if (!TOO_MUCH_STATUSES.includes(status)) return undefined
  return Object.keys(room).length > 0 || CONTEXT_FULL_WORDS.test(words) ? room : undefined
}

function roomIn({ words, body }: Signs, askedTokens: number): Room {
  const bound = LESS_ANSWER.exec(words)?.[1]
  if (bound !== undefined) return { contextTokens: Number(bound) + askedTokens }
  const found: Partial<Record<Named | 'total', number>> = {}
  for (const [pattern, ...fields] of FORMS) {
    const counts = pattern.exec(words)?.slice(1) ?? []
    for (const [place, field] of fields.entries()) {
      const count = Number(counts[place]?.replaceAll(/[,_]/g, ''))
      if (field !== null && count > 0) found[field] ??= count
    }
  }
  const { total, ...room } = found
  if (total !== undefined && total > askedTokens) room.questionTokens ??= total - askedTokens
  return { ...room, ...fieldsOf(body) }
}

/** llama.cpp sends its figures as fields. */
function fieldsOf(body: unknown): Room {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {}
  const { n_ctx: contextTokens, n_prompt_tokens: questionTokens } = error
  return {
    ...(typeof contextTokens === 'number' && { contextTokens }),
    ...(typeof questionTokens === 'number' && { questionTokens }),
  }
}
