/** Cuts a piece out of a file: as text between characters if it is text, otherwise as base64. */

export const PIECE_ENCODINGS = ['text', 'base64'] as const

export interface Piece {
  readonly offset: number
  readonly encoding: (typeof PIECE_ENCODINGS)[number]
  readonly content: string
  readonly nextOffset: number | null
}

/** Bytes of the longest character; a smaller piece could make no progress. */
export const CHARACTER_MAX_BYTES = 4

const TEXTUAL =
  /^text\/|^application\/(json|xml|yaml|x-yaml|toml|javascript|typescript|sql|x-sh|x-ndjson)\b|\+(json|xml|yaml)\b/i

/** Whether contents of this type are text. */
export function isTextual(mediaType: string): boolean {
  return TEXTUAL.test(mediaType)
}

interface Cut {
  /** The bytes from `offset` on; shorter than asked for only at the end. */
  readonly bytes: Uint8Array
  readonly offset: number
  readonly mediaType: string
  readonly sizeBytes: number
}

/** Reading on at `nextOffset` gives every byte once, and text as text; from within a character it is base64. */
export function cutPiece({ bytes, offset, mediaType, sizeBytes }: Cut): Piece {
  const textual = isTextual(mediaType)
  const isEnd = offset + bytes.length >= sizeBytes
  const piece = textual && !isEnd ? bytes.subarray(0, lastCharacterEnd(bytes)) : bytes
  const nextOffset = isEnd ? null : offset + piece.length
  const text = textual ? decode(piece) : undefined
  if (text !== undefined) return { offset, encoding: 'text', content: text, nextOffset }
  return { offset, encoding: 'base64', content: Buffer.from(piece).toString('base64'), nextOffset }
}

/** Undefined: the bytes are declared as UTF-8 text but are not. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const isContinuation = (byte: number | undefined) =>
  byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000

/** The end of the last whole character. */
function lastCharacterEnd(bytes: Uint8Array): number {
  let lead = bytes.length - 1
  while (lead > bytes.length - CHARACTER_MAX_BYTES && isContinuation(bytes[lead])) lead -= 1
  const byte = bytes[lead]
  if (byte === undefined) return bytes.length
  return lead + characterBytes(byte) > bytes.length ? lead : bytes.length
}

function characterBytes(lead: number): number {
  if (lead >= 0b1111_0000) return 4
  if (lead >= 0b1110_0000) return 3
  return lead >= 0b1100_0000 ? 2 : 1
}
