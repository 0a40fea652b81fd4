/** Text in a request's address: bytes that are not UTF-8 are refused. */
import { isUtf8 } from 'node:buffer'
import { AppError } from '../../core/errors.ts'
import { cutText } from '../../core/text/cut.ts'

/** Bytes written as `%C3%A9`, as many as follow each other. */
const ENCODED = /(?:%[0-9a-f]{2})+/gi

const SHOWN_MAX_CHARS = 60

/**
 * Refuses an address with percent-encoded bytes that are not UTF-8.
 * @throws AppError `invalid_input` with the first of them
 */
export function assertUtf8Address(url: string): void {
  if (!url.includes('%')) return
  for (const [encoded] of url.matchAll(ENCODED)) {
    if (isUtf8(Buffer.from(encoded.replaceAll('%', ''), 'hex'))) continue
    const shown = cutText(encoded, SHOWN_MAX_CHARS, '...')
    throw new AppError('invalid_input', `The address contains ${shown}, which is not UTF-8.`, {
      fix: 'Encode the UTF-8 bytes of a text with percent signs: é is %C3%A9.',
    })
  }
}
