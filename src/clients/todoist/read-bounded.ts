/** Reads the text of an answer, up to a limit. */

/** Bytes of an answer: an account of 50,000 tasks has about half as many. */
const ANSWER_MAX_BYTES = 64 * 1_048_576

/** @throws Error for a longer answer */
export async function readBounded(answer: Response, maxBytes: number = ANSWER_MAX_BYTES): Promise<string> {
  if (answer.body === null) return ''
  const decoder = new TextDecoder()
  const texts: string[] = []
  let bytes = 0
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`)
    texts.push(decoder.decode(chunk, { stream: true }))
  }
  return texts.join('') + decoder.decode()
}
