/** Reads an answer, up to a limit. */

/** Bytes of an answer: an account of 50,000 tasks has about half as many. */
const ANSWER_MAX_BYTES = 64 * 1_048_576

/** @throws Error for a longer answer */
export async function readBounded(answer: Response, maxBytes: number = ANSWER_MAX_BYTES): Promise<string> {
  return new TextDecoder().decode(await readBytes(answer, maxBytes))
}

/** @throws Error for a longer answer */
export async function readBytes(answer: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (answer.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
