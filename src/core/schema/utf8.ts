/** Reads bytes as UTF-8 that is whole, or not at all: what a decoder puts in place of a broken byte nobody wrote. */
import { isUtf8 } from 'node:buffer'
import { AppError } from '../errors.ts'

const DECODER = new TextDecoder()

/** What a decoder writes in place of bytes that are not UTF-8. A text may also contain it as it was written. */
const REPLACEMENT = '\uFFFD'
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT)

/**
 * The text of these bytes, without a byte order mark. `what` begins the sentence that says what is wrong.
 * @throws AppError `invalid_input` with the place of the first byte that is wrong
 */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  if (isUtf8(bytes)) return DECODER.decode(bytes)
  const offset = firstFault(Buffer.from(bytes))
  const where = `at byte ${offset} (0x${bytes[offset]?.toString(16).padStart(2, '0')})`
  throw new AppError('invalid_input', `${what} is not UTF-8: it breaks ${where}.`, {
    fix: 'Send it in UTF-8, as JSON is everywhere (RFC 8259).',
    issues: [{ path: '', message: `not UTF-8 ${where}` }],
  })
}

/** The offset of the first byte that begins no character. */
function firstFault(bytes: Buffer): number {
  const text = bytes.toString('utf8')
  let offset = 0
  let from = 0
  for (;;) {
    const index = text.indexOf(REPLACEMENT, from)
    if (index < 0) return offset
    offset += Buffer.byteLength(text.slice(from, index))
    if (!bytes.subarray(offset, offset + REPLACEMENT_BYTES.length).equals(REPLACEMENT_BYTES)) return offset
    offset += REPLACEMENT_BYTES.length
    from = index + 1
  }
}
