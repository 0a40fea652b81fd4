/**
 * Reads bytes as valid UTF-8 or refuses them: a decoder would replace a broken byte with a character that nobody wrote.
 */
import { isUtf8 } from 'node:buffer'
import { AppError } from '../errors.ts'

const DECODER = new TextDecoder()

/** What a decoder writes in place of bytes that are not UTF-8. A text may also contain it as it was written. */
const REPLACEMENT = '\uFFFD'
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT)

/**
 * The text of these bytes, without a byte order mark. `what` is the subject of the error's sentence.
 * @throws AppError `invalid_input` with the place of the first invalid byte
 */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  if (isUtf8(bytes)) return DECODER.decode(bytes)
  const offset = firstFault(Buffer.from(bytes))
  const where = `at byte ${offset} (0x${bytes[offset]?.toString(16).padStart(2, '0')})`
  throw new AppError('invalid_input', `${what} is not UTF-8: it breaks ${where}.`, {
    fix: 'Send it in UTF-8, as RFC 8259 requires of JSON.',
    issues: [{ path: '', message: `not UTF-8 ${where}` }],
  })
}

/** The offset of the first byte that does not begin a character. */
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
