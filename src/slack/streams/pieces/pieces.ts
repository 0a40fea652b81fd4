/** What a log tells, as the pieces of a card. */
import type { NextCall } from '../../../core/operation/next-call.ts'
import type { Mark, Told } from '../../../core/operation/told.ts'
import {
  type CardPiece,
  type CardState,
  type CardTask,
  type LiveShown,
  WHOLE,
} from '../../../domain/slack/cards/card.ts'
import { piecesOfWhole } from './live-pieces.ts'
import { piecesOfText, textPieces } from './text-pieces.ts'

/** Something that the task asks before it goes on. */
export interface Asked {
  readonly thing: string
  readonly subject: string
  readonly details: readonly { readonly text: string; readonly isPrivate: boolean }[]
  readonly calls: readonly NextCall[]
}

/** The end of something that was asked. */
export interface Settled {
  readonly thing: string
  readonly text: string
}

export interface Pieces {
  readonly pieces: readonly CardPiece[]
  readonly asked: readonly Asked[]
  readonly settled: readonly Settled[]
  /** The last words of the agent. */
  readonly lastSaid: string | undefined
}

/** The pieces of one event. `live`: what was shown of a step that it may be about. */
export function piecesOf(told: readonly Told[], live?: LiveShown): Pieces {
  const [first] = told
  const thing = first?.thing
  if (thing !== undefined && (first?.mark === 'asked' || first?.mark === 'message'))
    return { ...NOTHING, ...askedOr(told, thing) }
  return {
    ...NOTHING,
    pieces: told.flatMap((each) => pieceOf(each, live)),
    lastSaid: wordsOf(
      told.findLast(({ mark, text }) => mark === 'said' && text !== ''),
      live,
    ),
  }
}

/** The log may have cut a long text of which more was shown. */
function wordsOf(said: Told | undefined, live: LiveShown | undefined): string | undefined {
  const isMore = live !== undefined && said?.text !== undefined && live.text.startsWith(said.text)
  return isMore && live.stepId === said?.live ? live.text : said?.text
}

const NOTHING: Pieces = { pieces: [], asked: [], settled: [], lastSaid: undefined }

function askedOr(told: readonly Told[], thing: string): Partial<Pieces> {
  const calls = told.flatMap((each) => each.calls ?? [])
  if (calls.length === 0) return { settled: [{ thing, text: told.map(({ text }) => text ?? '').join('\n') }] }
  const details = told.flatMap(({ text, isPrivate = false }) =>
    text === undefined || text === '' ? [] : [{ text, isPrivate }],
  )
  return { asked: [{ thing, subject: told[0]?.subject ?? '', details, calls }] }
}

/** The states of a piece that is a task of the card. */
const STATUSES: Partial<Record<Mark, CardTask['status']>> = {
  calling: 'in_progress',
  done: 'complete',
  failed: 'error',
  cancelled: 'error',
  unknown: 'error',
}

/** Figures are told at the end, people see their own messages, and the session tells of waiting. */
const UNTOLD: ReadonlySet<Mark> = new Set(['begun', 'message', 'figures', 'asked', 'note'])

function pieceOf(told: Told, live?: LiveShown): CardPiece[] {
  const { mark, thing, text = '', aside, links, live: stepId = '' } = told
  if (mark === 'delegated') return delegatedPiece(told)
  if (thing !== undefined) {
    const status = STATUSES[mark]
    return status === undefined ? [] : [taskPiece({ id: thing, title: text, status, output: aside, links })]
  }
  if (UNTOLD.has(mark) || text === '') return []
  if (mark === 'said') return piecesOfWhole(text, stepId, live)
  return textPieces(mark === 'warning' ? `⚠️ ${text}` : mark === 'file' ? `📎 ${text}` : text)
}

const DELEGATED_ENDS: Readonly<Record<string, CardTask['status']>> = {
  succeeded: 'complete',
  failed: 'error',
  cancelled: 'error',
}

/** By the name of its agent; how it ended, its status says. */
function delegatedPiece({ thing: id, subject = '', text = '' }: Told): CardPiece[] {
  if (id === undefined) return []
  // Ends that earlier versions logged name no agent.
  const title = subject === '' ? text : subject
  return [taskPiece({ id, title, status: DELEGATED_ENDS[text] ?? 'in_progress' })]
}

/** Whether it tells of a task that was delegated, rather than of its end. */
export function startsTask({ mark, text }: Told): boolean {
  return mark === 'delegated' && text === undefined
}

function taskPiece(task: CardTask): CardPiece {
  return { kind: 'task', ...task }
}

/**
 * How the card ends: no task of it stays open. The result is left out as far as the agent has said it already.
 */
export function endingPieces(
  outcome: readonly Told[],
  { lastSaid, open }: Pick<CardState, 'lastSaid' | 'open'>,
): CardPiece[] {
  const [head] = outcome
  const words = outcome.flatMap(({ mark, text }) => (mark === 'said' && text !== undefined ? [text] : []))
  const unsaid = words.flatMap((text) => unsaidPieces(text.trim(), lastSaid))
  const status = head?.mark === 'done' ? 'complete' : 'error'
  const { subject: title = 'done' } = head ?? {}
  return [
    ...unfinished(open),
    ...(head?.mark === 'cancelled' ? [] : unsaid),
    taskPiece({
      id: WHOLE,
      title: title.charAt(0).toUpperCase() + title.slice(1),
      status,
      output: head?.aside,
    }),
  ]
}

/** Calls of which the log tells no end, such as those that a stop has cut off. */
export function unfinished(open: readonly CardTask[]): CardPiece[] {
  return open.flatMap(({ id, title }) =>
    id === WHOLE ? [] : [taskPiece({ id, title, status: 'error', output: 'Not finished' })],
  )
}

/** A long text was cut in the log: the rest of it goes on where it was cut. */
function unsaidPieces(text: string, said: string): CardPiece[] {
  if (said === '' || !text.startsWith(said)) return textPieces(text)
  return text.length === said.length ? [] : piecesOfText(text.slice(said.length))
}
