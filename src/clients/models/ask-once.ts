/** One question over one connection: sent, read to its end, accounted for, and closed in any case. */
import { type CallWatch, watchCall } from './call-watch.ts'
import type { Delta, ModelAnswer, ModelRequest, Usage } from './model.ts'
import type { ModelError } from './model-error.ts'
import { CutAnswer, toModelError } from './provider-error.ts'

/** Gathers the events of a provider's stream into one answer. */
export interface Gatherer<Event> {
  add(event: Event): void
  /** What was used so far: an estimate, until the provider has sent all counts. */
  usage(questionBytes: number): Usage
  /** Undefined until the answer has ended. */
  answer(questionBytes: number): ModelAnswer | undefined
}

/** A question that is ready to be sent. */
export interface Call extends Pick<Gatherer<never>, 'usage' | 'answer'> {
  /** Sends it, and reads until the stream ends. */
  run(): Promise<void>
}

interface CallOptions {
  readonly watch: CallWatch
  onDelta(delta: Delta): void
}

export type PrepareCall = (request: ModelRequest, options: CallOptions) => Promise<Call>

export interface AskOptions {
  readonly signal: AbortSignal
  readonly idleTimeoutMs: number
  /** Must never appear in a log. */
  readonly key: string | undefined
  now(): Date
  onDelta(delta: Delta): void
}

export function callOf<Event>(open: () => Promise<AsyncIterable<Event>>, gatherer: Gatherer<Event>): Call {
  return {
    async run() {
      for await (const event of await open()) gatherer.add(event)
    },
    usage: gatherer.usage,
    answer: gatherer.answer,
  }
}

export async function askOnce(
  prepare: PrepareCall,
  request: ModelRequest,
  { signal, idleTimeoutMs, key, now, onDelta }: AskOptions,
): Promise<ModelAnswer> {
  const watch = watchCall({ signal, idleTimeoutMs })
  let call: Call | undefined
  function failed(thrown: unknown): ModelError {
    const questionBytes = watch.questionBytes()
    return toModelError(thrown, {
      provider: request.provider,
      model: request.model,
      key,
      askedTokens: request.maxTokens,
      ended: watch.ended(),
      // Until the provider begins to answer, no cost is known.
      usage: questionBytes > 0 ? call?.usage(questionBytes) : undefined,
      now: now(),
    })
  }
  try {
    call = await prepare(request, { watch, onDelta })
    await call.run()
  } catch (thrown) {
    // A complete answer is paid for, so a connection that breaks after it does not matter.
    if (watch.ended() === 'caller' || call?.answer(watch.questionBytes()) === undefined) throw failed(thrown)
  } finally {
    watch.stop()
  }
  const answer = call.answer(watch.questionBytes())
  if (answer === undefined || watch.ended() === 'caller') throw failed(new CutAnswer('the stream has no end'))
  return answer
}
