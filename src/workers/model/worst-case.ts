/** The highest cost of a model call, computed before it is made. */
import type { Message, ModelRequest, Price, Usage } from '../../clients/models/model.ts'
import type { Amount } from '../../domain/budgets/daily.ts'

/** Tokens that a provider adds, such as its own words about tools. */
const OVERHEAD_TOKENS = 1_000
/** Tokens that a provider adds for each message. */
const MESSAGE_OVERHEAD_TOKENS = 20
/** Bytes per token of ordinary text, a low estimate; for guesses that cost nothing when they are wrong. */
const USUAL_BYTES_PER_TOKEN = 3

/** The cost of a call by a price, in millionths of a dollar. */
export type CostOf = (usage: Usage, price: Price | 'unknown') => number | 'unknown'

/** How a model's calls are priced. */
export interface Pricing {
  readonly price: Price | 'unknown'
  readonly costOf: CostOf
}

export type Question = Pick<ModelRequest, 'system' | 'tools' | 'messages'>

/** The last answer in this conversation, with the provider's own figures. */
export interface Known {
  readonly usage: Usage
  /** The number of messages in the question. */
  readonly messages: number
}

/** How much of a question is known in tokens, and how much only in bytes. */
interface Size {
  readonly knownTokens: number
  readonly newBytes: number
  readonly messages: number
}

function sizeOf({ system, tools, messages }: Question, known: Known | undefined): Size {
  if (known === undefined) {
    const newBytes = bytesOf(system) + bytesOf(tools) + bytesOf(messages)
    return { knownTokens: OVERHEAD_TOKENS, newBytes, messages: messages.length }
  }
  const { inputTokens, outputTokens } = known.usage
  const since = messages.slice(known.messages)
  return { knownTokens: inputTokens + outputTokens, newBytes: bytesOf(since), messages: since.length }
}

/** No token is shorter than a byte, so the bytes are an upper limit. */
export function mostInputTokens(question: Question, known: Known | undefined): number {
  const { knownTokens, newBytes, messages } = sizeOf(question, known)
  return knownTokens + newBytes + messages * MESSAGE_OVERHEAD_TOKENS
}

/** The likely number of input tokens. */
export function likelyInputTokens(question: Question, known: Known | undefined): number {
  const { knownTokens, newBytes } = sizeOf(question, known)
  return knownTokens + Math.ceil(newBytes / USUAL_BYTES_PER_TOKEN)
}

/** The most expensive way, whatever part of the input is read from a cache or written to it. */
export function worstCase(inputTokens: number, maxTokens: number, { price, costOf }: Pricing): Amount {
  const usage = { inputTokens, outputTokens: maxTokens, cacheReadTokens: 0 }
  const tokens = inputTokens + maxTokens
  const plain = costOf({ ...usage, cacheWriteTokens: 0 }, price)
  const cached = costOf({ ...usage, cacheWriteTokens: inputTokens }, price)
  if (plain === 'unknown' || cached === 'unknown') return { usdMicros: null, tokens }
  return { usdMicros: Math.max(plain, cached), tokens }
}

/** The actual cost. */
export function spentOf(usage: Usage | undefined, { price, costOf }: Pricing): Amount {
  if (usage === undefined) return { usdMicros: 0, tokens: 0 }
  const cost = costOf(usage, price)
  return { usdMicros: cost === 'unknown' ? null : cost, tokens: usage.inputTokens + usage.outputTokens }
}

function bytesOf(value: string | readonly Message[] | Question['tools']): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))
}
