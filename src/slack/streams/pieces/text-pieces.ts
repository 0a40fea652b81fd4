/** Text as pieces of a card. */
import { splitText } from '../../../core/text/cut.ts'
import type { CardPiece } from '../../../domain/slack/cards/card.ts'

/** Characters of one piece of text. */
const PIECE_MAX_CHARS = 2_000

/** A paragraph of its own. */
export function textPieces(text: string): CardPiece[] {
  return piecesOfText(text).map((piece, at) =>
    at === 0 ? { ...piece, text: `${PARAGRAPH}${piece.text}` } : piece,
  )
}

/** What is between two paragraphs. */
export const PARAGRAPH = '\n\n'

/** The text is cut between its lines where it can be. */
export function piecesOfText(text: string): (CardPiece & { kind: 'text' })[] {
  const pieces: string[] = ['']
  for (const line of text.split(/(?<=\n)/).flatMap((each) => splitText(each, PIECE_MAX_CHARS))) {
    const grown = `${pieces.at(-1)}${line}`
    if (grown.length <= PIECE_MAX_CHARS) pieces[pieces.length - 1] = grown
    else pieces.push(line)
  }
  return pieces.filter((piece) => piece !== '').map((piece) => ({ kind: 'text', text: piece }))
}
