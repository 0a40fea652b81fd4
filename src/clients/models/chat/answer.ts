/** Gathers the events of a Chat Completions stream into one answer, from OpenAI or a more careless server. */
import type { Gatherer } from '../ask-once.ts'
import type { Said } from '../model.ts'
import { type GivenStop, settleStop } from '../stop.ts'
import { isRecord, isWholeInput, offeredName, readToolInput } from '../tool-input.ts'
import { readChatCounts, settleUsage } from '../usage.ts'
import { readFinish } from './finish-reason.ts'
import { type ChatMessage, type ChatMessageOptions, createChatMessage } from './message.ts'
import { keepReturned } from './origin.ts'
import { ProviderRefusal } from './provider-refusal.ts'
import { type ChatEvent, END } from './stream.ts'

export function gatherOpenai(options: ChatMessageOptions): Gatherer<ChatEvent> {
  const { origin } = options
  const message = createChatMessage(options)
  let finish: GivenStop
  let hasEnded = false
  let counts: unknown
  let model = origin.model

  /** A known stop reason ends an answer; so does the server's statement that it is whole, if there is any answer. */
  function isWhole(): boolean {
    const hasCalls = message.calls.all().length > 0
    const hasSaid = hasCalls || message.text.raw() !== '' || message.isRefusal()
    // The server announced a call but sent none: the call was lost.
    if (finish === 'tool_calls' && !hasSaid) return false
    return finish === undefined || finish === 'unknown' ? hasEnded && hasSaid : true
  }

  const usage: Gatherer<ChatEvent>['usage'] = (questionBytes) =>
    settleUsage(readChatCounts(counts), { questionBytes, answerBytes: message.bytes(), finished: isWhole() })

  return {
    add(event) {
      if (event === END) {
        hasEnded = true
        return
      }
      if (typeof event.model === 'string' && event.model !== '') model = event.model
      // The event with the token counts has no choices, and some servers leave the field out.
      const choice = firstChoice(event)
      counts = countsIn(event, choice) ?? counts
      if (!isRecord(choice)) return
      if (choice.error) throw new ProviderRefusal({ error: choice.error })
      const delta = deltaOf(choice)
      if (isRecord(delta)) message.add(delta)
      finish = readFinish(choice.finish_reason) ?? finish
    },
    usage,
    answer(questionBytes) {
      if (!isWhole()) return undefined
      const { text, isOpened } = message.text.end()
      if (isOpened) origin.habits.add('opens_thinking')
      const calls = readCalls(message, finish, options.tools)
      const returned = {
        message: message.returned(text),
        calls: Object.fromEntries(
          message.calls
            .all()
            .filter(({ extras }) => extras.size > 0)
            .map(({ id, extras }) => [id, Object.fromEntries(extras)]),
        ),
      }
      return {
        content: [
          ...keepReturned(origin, returned),
          ...(text === '' ? [] : [{ type: 'text', text } as const]),
          ...calls,
        ],
        stop: message.isRefusal() ? 'refusal' : settleStop(finish, calls.length > 0),
        usage: usage(questionBytes),
        model,
        ...(finish === 'unknown' && { isStopUnknown: true }),
      }
    },
  }
}

function readCalls({ calls }: ChatMessage, finish: GivenStop, tools: readonly string[]): Said[] {
  return calls
    .all()
    .filter(({ json }) => finish !== 'max_tokens' || isWholeInput(json))
    .map(({ id, name, json }) => ({
      ...{ type: 'tool_call', id, name: offeredName(name, tools), input: readToolInput(json) },
    }))
}

/** Some servers send a single choice, or choices by number, instead of a list. */
function firstChoice({ choices }: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(choices)) return choices[0]
  return isRecord(choices) ? (choices['0'] ?? choices) : undefined
}

/** A server that does not stream sends the whole message; some send plain text, as before messages existed. */
function deltaOf({ delta, message, text }: Readonly<Record<string, unknown>>): unknown {
  const given = delta ?? message ?? text
  return typeof given === 'string' ? { content: given } : given
}

/** The token counts are in the event; Kimi puts them in the choice, Groq in a field of its own. */
function countsIn(event: Readonly<Record<string, unknown>>, choice: unknown): unknown {
  const own = isRecord(event.x_groq) ? event.x_groq.usage : undefined
  const ofChoice = isRecord(choice) ? choice.usage : undefined
  return [event.usage, ofChoice, own].find(isRecord)
}
