/** What a call of the model may cost at most, told before it is made. */
import type { Message, ModelRequest, Price, Usage } from '../../clients/models/model.ts'
import type { Amount } from '../../domain/budgets/daily.ts'

/** Tokens that a provider adds for itself, such as its own words about tools. */
const OVERHEAD_TOKENS = 1_000
/** The same for each message. */
const MESSAGE_OVERHEAD_TOKENS = 20
/** Bytes of ordinary text in a token, taken low; for guesses that cost nothing when they are wrong. */
const USUAL_BYTES_PER_TOKEN = 3

/** What a call costs by a price, in millionths of a dollar. */
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
  /** Messages that the question had. */
  readonly messages: number
}

/** How much of a question is known in tokens, and how much is known in bytes only. */
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

/** No token is less than a byte, so that bytes are the most that there can be. */
export function mostInputTokens(question: Question, known: Known | undefined): number {
  const { knownTokens, newBytes, messages } = sizeOf(question, known)
  return knownTokens + newBytes + messages * MESSAGE_OVERHEAD_TOKENS
}

/** What it will likely be. */
export function likelyInputTokens(question: Question, known: Known | undefined): number {
  const { knownTokens, newBytes } = sizeOf(question, known)
  return knownTokens + Math.ceil(newBytes / USUAL_BYTES_PER_TOKEN)
}

/** Whatever of the input comes from a cache or goes into one: the dearest way. */
export function worstCase(inputTokens: number, maxTokens: number, { price, costOf }: Pricing): Amount {
  const usage = { inputTokens, outputTokens: maxTokens, cacheReadTokens: 0 }
  const tokens = inputTokens + maxTokens
  const plain = costOf({ ...usage, cacheWriteTokens: 0 }, price)
  const cached = costOf({ ...usage, cacheWriteTokens: inputTokens }, price)
  if (plain === 'unknown' || cached === 'unknown') return { usdMicros: null, tokens }
  return { usdMicros: Math.max(plain, cached), tokens }
}

/** What it did cost. */
export function spentOf(usage: Usage | undefined, { price, costOf }: Pricing): Amount {
  if (usage === undefined) return { usdMicros: 0, tokens: 0 }
  const cost = costOf(usage, price)
  return { usdMicros: cost === 'unknown' ? null : cost, tokens: usage.inputTokens + usage.outputTokens }
}

function bytesOf(value: string | readonly Message[] | Question['tools']): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))
}
