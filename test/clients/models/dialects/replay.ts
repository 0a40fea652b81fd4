/** Sends recordings over a real connection, cut anywhere: between lines, within them, and within a character. */
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createRandom } from '../../../crash/harness/random.ts'
import { cases } from '../../../support/form.ts'
import { type Exchange, writeJson } from '../protocol-server.ts'
import type { Dialect, Line, Recording } from './wire.ts'

/** Bytes of the longest piece. */
const PIECE_MAX_BYTES = cases(400, 60)

/** A server that answers with the recordings in turn, and refuses what the service that it stands for would refuse. */
export function createReplay(dialect: Dialect, recordings: readonly Recording[], seed: number) {
  const questions: Exchange[] = []
  const refusals: string[] = []
  return {
    /** Those that were answered. */
    questions,
    /** What it said of the others. */
    refusals,
    async answer(exchange: Exchange): Promise<undefined> {
      const refusal = dialect.refuses?.(exchange.body)
      if (refusal !== undefined) {
        refusals.push(refusal)
        writeJson(exchange.response, { status: 400, body: { error: { message: refusal } } })
        return
      }
      questions.push(exchange)
      const recording = recordings[questions.length - 1]
      if (recording === undefined) throw new Error(`${dialect.name} was asked once too often`)
      if (recording.status === undefined) await stream(exchange.response, recording.lines, seed)
      else writeJson(exchange.response, { status: recording.status, body: recording.lines[0] as object })
    },
  }
}

async function stream(response: ServerResponse, lines: readonly Line[], seed: number): Promise<void> {
  const random = createRandom(seed)
  // Both ends of lines are allowed: https://html.spec.whatwg.org/multipage/server-sent-events.html
  const newline = random.below(2) === 0 ? '\n' : '\r\n'
  const bytes = Buffer.from(lines.map(written).join('').replaceAll('\n', newline))
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(PIECE_MAX_BYTES)
    response.write(bytes.subarray(at, at + length))
    at += length
    await nextTurn()
  }
  response.end()
}

function written(line: Line): string {
  if (typeof line === 'object') return `data: ${JSON.stringify(line)}\n\n`
  return line === 'event: error' ? `${line}\n` : `${line}\n\n`
}
