/** Reads an answer, up to a limit. */

/** An answer that is longer than the limit. */
export class TooLong extends Error {
  constructor(maxBytes: number) {
    super(`the answer is longer than ${maxBytes} bytes`)
  }
}

interface Answer {
  readonly body: AsyncIterable<Uint8Array> | null
}

/** @throws TooLong */
export async function readBounded(answer: Answer, maxBytes: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(answer, maxBytes))
}

/** @throws TooLong */
export async function readBytes({ body }: Answer, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new TooLong(maxBytes)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
