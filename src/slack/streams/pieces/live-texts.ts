/**
 * The text that models are writing for the tasks of cards, as far as this process has heard it. It may have heard the
 * beginning or a part in the middle not: what is shown goes on where the card is, and whole with the stored step.
 */
import type { LivePiece, LiveSource } from '../../../core/area/gateway.ts'
import type { Scope } from '../../../core/operation/scopes.ts'

/** A part of one step's text without a gap. */
export interface HeardText {
  readonly stepId: string
  /** Characters of the step that come before it. */
  readonly at: number
  readonly text: string
  /** Scopes that reading it needs. */
  readonly needs: readonly Scope[]
}

export interface LiveTexts {
  /** Hears what is written for a task from now on. `onText`: some was heard. */
  follow(task: { readonly uri: string; readonly taskId: string }, onText: () => void): void
  heard(taskId: string): HeardText | undefined
  forget(taskId: string): void
}

/** Tasks that are followed at a time. Those that are forgotten are shown step by step. */
const FOLLOWED_MAX = 500
/** Characters of a step that are kept. */
const KEPT_MAX_CHARS = 200_000

interface Followed {
  text: HeardText | undefined
  stop(): void
}

/** Without a source, nothing is ever heard. */
export function createLiveTexts(source: LiveSource | undefined): LiveTexts {
  const followed = new Map<string, Followed>()

  function forget(taskId: string): void {
    followed.get(taskId)?.stop()
    followed.delete(taskId)
  }

  return {
    follow({ uri, taskId }, onText) {
      if (source === undefined || followed.has(taskId)) return
      const [oldest] = followed.keys()
      if (followed.size >= FOLLOWED_MAX && oldest !== undefined) forget(oldest)
      const kept: Followed = { text: undefined, stop: () => undefined }
      kept.stop = source.watchLive(uri, (piece, { needs }) => {
        kept.text = added(kept.text, { ...piece, needs })
        onText()
      })
      followed.set(taskId, kept)
    },
    heard: (taskId) => followed.get(taskId)?.text,
    forget,
  }
}

function added(text: HeardText | undefined, piece: LivePiece & Pick<HeardText, 'needs'>): HeardText {
  const isNext = text?.stepId === piece.stepId && text.at + text.text.length === piece.at
  if (text === undefined || !isNext || text.text.length > KEPT_MAX_CHARS) return piece
  return { ...text, text: text.text + piece.text }
}
