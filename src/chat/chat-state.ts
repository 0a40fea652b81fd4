/** What a conversation remembers between two messages. It is JSON: a door stores it with the conversation. */
import { z } from 'zod'
import type { Thing as NamedThing } from '../core/intent/noun.ts'

/** The most things that "that" may mean, the last one first. */
const THAT_MAX_THINGS = 20
/** The most previews and questions that wait; an older one is forgotten. */
const WAITING_MAX = 10

const Thing = z.object({ ref: z.string(), name: z.string() })

const Input = z.record(z.string(), z.unknown())

const Waiting = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('preview'),
    /** The key of the turn that showed it: accepting it twice has one effect. */
    id: z.string(),
    intent: z.string(),
    /** The call that does what was shown. */
    input: Input,
    kept: z.unknown().optional(),
  }),
  z.object({
    kind: z.literal('confirmation'),
    id: z.string(),
    intent: z.string(),
    input: Input,
  }),
  z.object({
    kind: z.literal('choice'),
    id: z.string(),
    question: z.string(),
    /** Each with the message that names it. */
    choices: z.array(Thing.extend({ say: z.string() })),
  }),
])
export type Waiting = z.output<typeof Waiting>
export type Choice = Extract<Waiting, { readonly kind: 'choice' }>

/**
 * Whether things are created at once. `soft`: one thing about which nothing has to be asked is created at once, anything
 * else is shown first. `on`: everything is shown first. `off`: everything is created at once.
 */
export const PREVIEW_MODES = ['off', 'soft', 'on'] as const

export const ChatState = z.object({
  /** What was talked about, the last first. */
  that: z.array(Thing).max(THAT_MAX_THINGS).default([]),
  /** What waits for an answer, the last first. */
  waiting: z.array(Waiting).max(WAITING_MAX).default([]),
  previews: z.enum(PREVIEW_MODES).default('soft'),
})
export type ChatState = z.output<typeof ChatState>

/** The state of a conversation that has not begun. */
export const NEW_CHAT: ChatState = { that: [], waiting: [], previews: 'soft' }

export function withThat(state: ChatState, things: readonly NamedThing[]): ChatState {
  const refs = new Set(things.map(({ ref }) => ref))
  const others = state.that.filter(({ ref }) => !refs.has(ref))
  return { ...state, that: [...things, ...others].slice(0, THAT_MAX_THINGS) }
}

export function withWaiting(state: ChatState, waiting: Waiting): ChatState {
  return { ...state, waiting: [waiting, ...state.waiting].slice(0, WAITING_MAX) }
}

export function withoutFirst(state: ChatState): ChatState {
  return { ...state, waiting: state.waiting.slice(1) }
}

/** With what waits under this id before the rest; undefined: it waits no longer. */
export function withFirst(state: ChatState, id: string | undefined): ChatState | undefined {
  if (id === undefined) return state
  const first = state.waiting.find((each) => each.id === id)
  return first && { ...state, waiting: [first, ...state.waiting.filter((each) => each !== first)] }
}

/** The ids of what waited before and waits no longer. */
export function endedBetween(before: ChatState, after: ChatState): string[] {
  const left = new Set(after.waiting.map(({ id }) => id))
  return before.waiting.flatMap(({ id }) => (left.has(id) ? [] : [id]))
}
