/** Answers to what waits in a conversation: the last preview, confirmation or choice. */
import { CONFIRM_FIELD } from '../core/command-line/shape.ts'
import type { Intent } from '../core/intent/intent.ts'
import { askToChoose, askToConfirm, RESUME } from './ask.ts'
import { shownTyped, type Waiting, withoutFirst } from './chat-state.ts'
import { doEach } from './do-each.ts'
import { carryOut, show } from './do-intent.ts'
import type { Reply } from './reply.ts'
import type { Done, Turning } from './turning.ts'

/** Does what was shown or is to be confirmed. */
export async function answerFirst(turning: Turning): Promise<Done> {
  const [first] = turning.state.waiting
  // Where there is one thing to choose, yes means it.
  if (first?.kind === 'choice')
    return first.choices.length === 1
      ? await choose(turning, 1)
      : { replies: [askToChoose(first)], state: turning.state }
  const intent = intentOf(turning, first)
  if (first === undefined || intent === undefined) return nothingWaits(turning)
  if (first.kind === 'confirmation' && first.each !== undefined) {
    const done = await doEach(turning, intent, first)
    return withRest({ ...done, state: withoutFirst(done.state) })
  }
  const confirmed = intent.operation.effect === 'destroy' ? { [CONFIRM_FIELD]: true } : {}
  const things = first.kind === 'confirmation' ? (first.things ?? []) : []
  const said = { words: {}, refs: [], preview: undefined }
  const doing = { intent, said, things, input: { ...first.input, ...confirmed } }
  const done = await carryOut(turning, { ...doing, key: `${first.id}/done`, typed: first.typed })
  return withRest({ ...done, state: withoutFirst(done.state) })
}

export function discardFirst(turning: Turning): Done {
  const [first] = turning.state.waiting
  if (first === undefined) return nothingWaits(turning)
  const what = first.typed === undefined ? 'Forgotten.' : `Forgotten: "${shownTyped(first.typed)}".`
  const reply: Reply = { text: `${what} Nothing was changed.`, actions: [] }
  return withRest({ replies: [reply], state: withoutFirst(turning.state) })
}

/** Shows again what waits. */
export async function resumeFirst(turning: Turning): Promise<Done> {
  const [first] = turning.state.waiting
  if (first?.kind === 'choice') return { replies: [askToChoose(first)], state: turning.state }
  const intent = intentOf(turning, first)
  if (first === undefined || intent === undefined) return nothingWaits(turning)
  if (first.kind === 'confirmation')
    return {
      replies: [askToConfirm(intent, first)],
      state: turning.state,
    }
  const said = { words: {}, refs: [], preview: { input: first.input, kept: first.kept } }
  return await show(turning, { intent, input: first.input, said, things: [] })
}

/** Takes one of the things that were offered, by its position or reference. */
export async function choose(turning: Turning, which: number | string): Promise<Done> {
  const [first] = turning.state.waiting
  if (first?.kind !== 'choice') return nothingWaits(turning)
  const chosen = first.choices.find(({ ref }, index) => which === index + 1 || which === ref)
  if (chosen === undefined) return { replies: [askToChoose(first)], state: turning.state }
  return await turning.say(chosen.say, withoutFirst(turning.state))
}

/** The intent whose call waits; undefined when a newer version has it no more. */
function intentOf({ intents }: Turning, waiting: Waiting | undefined): Intent | undefined {
  if (waiting === undefined || waiting.kind === 'choice') return undefined
  return intents.find(({ name }) => name === waiting.intent)
}

function nothingWaits({ state }: Turning): Done {
  return { replies: [{ text: 'Nothing waits for an answer here.', actions: [] }], state, isOver: true }
}

/** Mentions what else still waits. */
function withRest(done: Done): Done {
  const count = done.state.waiting.length
  if (count === 0) return done
  const text = count === 1 ? 'One more waits for your answer.' : `${count} more wait for your answer.`
  return { ...done, replies: [...done.replies, { text, actions: [RESUME] }] }
}
