/** A card shows a task in its thread while the task goes on. */

/** What is still to be shown, in its order. */
export type CardPiece =
  /** Markdown. */
  { readonly kind: 'text'; readonly text: string } | ({ readonly kind: 'task' } & CardTask)

export interface CardTask {
  readonly id: string
  readonly title: string
  readonly status: 'in_progress' | 'complete' | 'error'
  readonly output?: string | undefined
  /** Addresses of web pages that its result names. */
  readonly links?: readonly string[] | undefined
}

/** A message of Slack that grows. */
export interface OpenStream {
  readonly ts: string
  readonly startedAtMs: number
  /** Characters that it was given, and blocks that these make. */
  readonly chars: number
  readonly blocks: number
  readonly hasText: boolean
  /** Whether text came last, which further text continues. */
  readonly isInText?: boolean | undefined
}

/** Text of a step that is not whole yet. */
export interface LiveShown {
  readonly stepId: string
  /** White space at its beginning, which is left out. */
  readonly lead: number
  /** What was shown of it. */
  readonly text: string
}

/** A message of the bot that is edited. */
export interface EditedMessage {
  readonly postId: string
  readonly text: string
  readonly tasks: readonly CardTask[]
}

export interface CardState {
  /** Of the last event of the task's log that was read. */
  readonly position: number
  /** How the task ended; undefined: it goes on. */
  readonly ending?: 'told' | 'cancelled' | undefined
  /** `stopped`: the person has stopped the stream in Slack. */
  readonly mode: 'stream' | 'edits' | 'stopped'
  readonly queue: readonly CardPiece[]
  /** Tasks that are open, which a new message shows again. */
  readonly open: readonly CardTask[]
  /** The line that opened a block of code which is still open. */
  readonly fence?: string | undefined
  readonly stream?: OpenStream | undefined
  /** Streams that were begun. */
  readonly streams: number
  /** Messages whose streams were ended by Slack or the person: they still show tasks as open. */
  readonly left?: readonly string[] | undefined
  /** Not everybody who reads the channel may see the task now: the card is only closed. */
  readonly isWithdrawn?: true | undefined
  readonly message?: EditedMessage | undefined
  /** The last words of the agent, which its result may repeat. */
  readonly lastSaid: string
  /** What was shown of a step while it was written; it stays where the step was interrupted. */
  readonly live?: LiveShown | undefined
  /** The last step that was told as a whole. */
  readonly lastStepId?: string | undefined
  /** Posts that ask for something, by what they ask. */
  readonly asked: Readonly<Record<string, string>>
  /** Tasks that were delegated and go on, by their ids: what they ask is asked in the thread as well. */
  readonly below?: Readonly<Record<string, DelegatedTask>> | undefined
  /** When the log last told something. */
  readonly newsAtMs?: number | undefined
  /** What Slack was told of the session. */
  readonly session?: { readonly status: SessionStatus; readonly atMs: number } | undefined
  /** Buttons at its end, which rate the task; undefined: it cannot be rated, or Slack does not take them. */
  readonly rating?: CardRating | undefined
}

export interface DelegatedTask {
  /** The agent that works on it. */
  readonly name: string
  /** Of the last event of its log that was read. */
  readonly position: number
  /** What it asks that is not settled. */
  readonly asks: readonly string[]
}

/** Ids of kept actions. */
export interface CardRating {
  readonly good: string
  readonly bad: string
}

export type SessionStatus = 'active' | 'processing' | 'suspended'

/** One call of Slack: what it does, and the state of the card once it is done. */
export interface CardMove {
  readonly method: 'chat.startStream' | 'chat.appendStream' | 'chat.stopStream'
  readonly args: Readonly<Record<string, unknown>>
  readonly after: CardState
}

/** The piece that stands for the task as a whole. */
export const WHOLE = 'work'

/** The state of the task while it goes on. */
export function wholePiece(isAsking: boolean): CardPiece & CardTask {
  const title = isAsking ? 'Waiting for your answer. Say stop to stop it.' : WORKING
  return { kind: 'task', id: WHOLE, title, status: 'in_progress' }
}

const WORKING = 'Working on it. Say stop to stop it.'

export function newCardState(): CardState {
  const { kind: _kind, ...whole } = wholePiece(false)
  return { position: 0, mode: 'stream', queue: [], open: [whole], streams: 0, lastSaid: '', asked: {} }
}
