/** What a conversation remembers between two messages. It is JSON: a door stores it with the conversation. */
import { z } from 'zod'
import type { Thing as NamedThing } from '../core/intent/noun.ts'
import { cutText } from '../core/text/cut.ts'

/** The most things that "that" may mean, the last one first. */
const THAT_MAX_THINGS = 20
/** The most previews and questions that wait; an older one is forgotten. */
const WAITING_MAX = 10

/** The most things that can be undone, the last one first. */
const DONE_MAX = 10

const Thing = z.object({ ref: z.string(), name: z.string() })

const Input = z.record(z.string(), z.unknown())

/** The message that asked for it. */
const typed = z.string().optional()

const Waiting = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('preview'),
    /** The key of the turn that showed it: accepting it twice has one effect. */
    id: z.string(),
    intent: z.string(),
    /** The call that does what was shown. */
    input: Input,
    typed,
    kept: z.unknown().optional(),
  }),
  z.object({
    kind: z.literal('confirmation'),
    id: z.string(),
    intent: z.string(),
    input: Input,
    typed,
    /** What is asked; absent: whether to do what cannot be undone. */
    question: z.string().optional(),
    /** The things that it is about, where words mean all of them. */
    things: z.array(Thing).optional(),
    /** The calls of an operation that takes one of them, instead of `input`. */
    each: z.array(Input).optional(),
  }),
  z.object({
    kind: z.literal('choice'),
    id: z.string(),
    question: z.string(),
    typed,
    /** Each with the message that names it. */
    choices: z.array(Thing.extend({ say: z.string() })),
  }),
])
export type Waiting = z.output<typeof Waiting>
export type Confirmation = Extract<Waiting, { readonly kind: 'confirmation' }>
export type Choice = Extract<Waiting, { readonly kind: 'choice' }>

const DoneHere = z.object({
  /** The key of the turn that did it. */
  id: z.string(),
  /** What the person said. */
  said: z.string(),
  /** The calls that take it back; absent: nothing takes it back. */
  calls: z.array(z.object({ operation: z.string(), input: Input })).optional(),
  /** What waited first when it was done: what waits later came after it. */
  waitingThen: z.string().optional(),
})
export type DoneHere = z.output<typeof DoneHere>

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
  /** What was done in the conversation and can be undone, the last first. */
  done: z.array(DoneHere).max(DONE_MAX).default([]),
  previews: z.enum(PREVIEW_MODES).default('soft'),
  /** The key of the last turn. */
  last: z.string().optional(),
})
export type ChatState = z.output<typeof ChatState>

/** The state of a conversation that has not begun. */
export const NEW_CHAT: ChatState = { that: [], waiting: [], done: [], previews: 'soft' }

/** The most characters of what a person typed that are repeated. */
const TYPED_SHOWN_CHARS = 80

/** What a person typed, as it is repeated to them. */
export function shownTyped(text: string): string {
  return cutText(text.trim(), TYPED_SHOWN_CHARS, '…')
}

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

/** Whether the last message did something, which the next one may correct. */
export function hasJustDone({ done: [newest], last }: ChatState): boolean {
  if (newest === undefined || last === undefined) return false
  return newest.id === last || newest.id.startsWith(`${last}/`)
}

export function withoutChoices(state: ChatState): ChatState {
  return { ...state, waiting: state.waiting.filter(({ kind }) => kind !== 'choice') }
}

export function withDone(state: ChatState, done: Omit<DoneHere, 'waitingThen'>): ChatState {
  const waitingThen = state.waiting[0]?.id
  return { ...state, done: [{ ...done, waitingThen }, ...state.done].slice(0, DONE_MAX) }
}

/** With what waits under this id, or was done under it, before the rest; undefined: it waits no longer. */
export function withFirst(state: ChatState, id: string | undefined): ChatState | undefined {
  if (id === undefined) return state
  const [waiting, done] = [toFront(state.waiting, id), toFront(state.done, id)]
  if (waiting === undefined && done === undefined) return undefined
  return { ...state, ...(waiting && { waiting }), ...(done && { done }) }
}

function toFront<Each extends { readonly id: string }>(all: readonly Each[], id: string): Each[] | undefined {
  const first = all.find((each) => each.id === id)
  return first && [first, ...all.filter((each) => each !== first)]
}

/** The ids of what waited before and waits no longer, and of what was undone. */
export function endedBetween(before: ChatState, after: ChatState): string[] {
  const left = new Set([...after.waiting, ...after.done].map(({ id }) => id))
  // What is forgotten because more was done since is not undone.
  const isShorter = after.done.length < before.done.length
  const undone = isShorter ? before.done : []
  return [...before.waiting, ...undone].flatMap(({ id }) => (left.has(id) ? [] : [id]))
}
