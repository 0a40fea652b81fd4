/** What happened, in pieces that each door styles in its own way: a terminal with colours, a chat with buttons. */
import type { NextCall } from './next-call.ts'

/** The sign of each kind of piece; a door may choose its own. */
const SIGNS = {
  /** Something begins. */
  begun: '●',
  /** The words of an agent, or a result. */
  said: '',
  /** A call is made. */
  calling: '→',
  done: '✓',
  failed: '✗',
  cancelled: '✗',
  /** The outcome is unknown. */
  unknown: '?',
  /** A person has to answer, or has answered. */
  asked: '?',
  message: '✉',
  delegated: '↳',
  file: '+',
  warning: '!',
  note: '·',
  /** What it cost: tokens, money, time. */
  figures: '',
} as const

export type Mark = keyof typeof SIGNS

export interface Told {
  readonly mark: Mark
  /** The operation or state that the piece is about, shown first and set off. */
  readonly subject?: string
  readonly text?: string
  /** Details: an id, a cost, the beginning of an answer. */
  readonly aside?: string
  /** Addresses of web pages that a result names. */
  readonly links?: readonly string[]
  /** What those alone may see who can answer; where others read along, it is left out. */
  readonly isPrivate?: true
  /** Set for a part of an earlier piece, which is indented. */
  readonly depth?: 1
  /** Calls that answer it, or show more. */
  readonly calls?: readonly NextCall[]
  /** The id of what the piece is about: pieces with the same one tell how it begins and how it ends. */
  readonly thing?: string
  /** The id under which the text may have been shown already while it was written. */
  readonly live?: string
}

export function signOf({ mark }: Told): string {
  return SIGNS[mark]
}

/** A piece as plain text, with the calls by their names. */
export function toldText(told: Told): string {
  const { subject, text, aside, calls = [] } = told
  const words = [signOf(told), subject, text, aside].filter((part) => part !== undefined && part !== '')
  return [
    words.join(' '),
    ...calls.map(({ operation, input }) => `→ ${operation} ${JSON.stringify(input)}`),
  ].join('\n')
}
