/** Shows the text of a step while it is written, and then what is left of it: no part of it twice. */
import type { CardPiece, CardState, LiveShown } from '../../../domain/slack/cards/card.ts'
import { isFenceLine } from './chunks.ts'
import type { HeardText } from './live-texts.ts'
import { piecesOfText, textPieces } from './text-pieces.ts'

type Showing = Pick<CardState, 'queue' | 'live' | 'lastStepId'>

/** Characters of a step that are shown while it is written; the rest comes with the whole. */
const LIVE_MAX_CHARS = 30_000
/** A worker was lost while the model wrote, and the model writes something else now. */
const AGAIN = '_The model was interrupted, and answers again._'

/** The card with what was heard since the last time. */
export function showLive<State extends Showing>(state: State, heard: HeardText): State {
  // Ids grow: a step that was told as a whole, and any before it, is over.
  if (heard.stepId <= (state.lastStepId ?? '')) return state
  const { live, again } = goOn(state.live, heard)
  if (live === undefined || live.text.length > LIVE_MAX_CHARS) return state
  const from = live.lead + live.text.length - heard.at
  const added = heard.text.slice(from, Math.max(from, cutOf(heard.text)))
  const text = live.text === '' ? added.trimStart() : added
  if (from < 0 || text === '') return state
  const lead = live.text === '' ? live.lead + added.length - text.length : live.lead
  const isOther = live.text !== '' && state.live?.stepId !== heard.stepId
  const pieces = live.text === '' ? textPieces(text) : isOther ? goingOn(text) : piecesOfText(text)
  return {
    ...state,
    queue: [...state.queue, ...again, ...pieces],
    live: { stepId: heard.stepId, lead, text: live.text + text },
  }
}

interface GoingOn {
  /** Undefined: nothing can be shown yet. */
  readonly live?: LiveShown | undefined
  readonly again: readonly CardPiece[]
}

/** A step that begins after another one was interrupted goes on with what was shown of that, as long as it says the same. */
function goOn(live: LiveShown | undefined, { stepId, at, text }: HeardText): GoingOn {
  const begun = { stepId, lead: 0, text: '' }
  if (live === undefined) return { live: begun, again: [] }
  if (live.stepId === stepId) return { live, again: [] }
  const words = text.trimStart()
  if (stepId < live.stepId || at > 0 || live.text.startsWith(words)) return { again: [] }
  if (!words.startsWith(live.text)) return { live: begun, again: textPieces(AGAIN) }
  return { live: { stepId, lead: text.length - words.length, text: live.text }, again: [] }
}

/** What is left of the text of a step once it is whole. The log may have cut a long one. */
export function piecesOfWhole(text: string, stepId: string, live: LiveShown | undefined): CardPiece[] {
  if (live === undefined || text === '') return text === '' ? [] : textPieces(text)
  const rest = text.slice(live.text.length)
  if (text.startsWith(live.text)) return live.stepId === stepId ? piecesOfText(rest) : goingOn(rest)
  if (live.stepId === stepId && live.text.startsWith(text)) return []
  return [...textPieces(AGAIN), ...textPieces(text)]
}

/** What was told of the interruption comes between. */
function goingOn(rest: string): CardPiece[] {
  return rest.trim() === '' ? [] : textPieces(`… ${rest.trimStart()}`)
}

/** Marks with which the rest of a line could look like the beginning of a block of code. */
const MARK = /[`~]/

/**
 * Where the text can be cut now: before a line, or before a word of a line that opens or closes no block of code. The rest
 * waits for what follows.
 */
function cutOf(text: string): number {
  for (let at = text.length - 1; at > 0; at -= 1) {
    if (/\s/.test(text.charAt(at))) continue
    const before = text.charAt(at - 1)
    if (before === '\n') return at
    if (!/\s/.test(before) || MARK.test(text.charAt(at))) continue
    if (!isFenceLine(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))) return at
  }
  return 0
}
