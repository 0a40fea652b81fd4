/** A post office outside the gateway, over real HTTP, that answers a letter when a test says so; and operations that use it. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { defineOperation } from '../../src/core/operation/operation.ts'
import type { Db } from '../../src/domain/db/db.ts'
import { KEPT_ALIVE } from './keep-alive.ts'

/** A request that has come and is not answered yet. */
export interface Letter {
  readonly text: string
  readonly key: string
  /** Resolves when the connection is closed. */
  readonly gone: Promise<void>
  /** 200: it is posted. */
  answer(status?: number): void
  /** Closes the connection without an answer. */
  cut(): void
}

export interface PostOffice {
  readonly url: string
  /** Every letter that came, in order. */
  readonly letters: readonly Letter[]
  /** The first letter that was not given out before. */
  next(): Promise<Letter>
  close(): Promise<void>
}

export async function openPostOffice(): Promise<PostOffice> {
  const letters: Letter[] = []
  const waiting: ((letter: Letter) => void)[] = []
  let given = 0
  const server = createServer(KEPT_ALIVE, async (request, response) => {
    const letter = toLetter(await readText(request), String(request.headers['idempotency-key']), response)
    letters.push(letter)
    const hear = waiting.shift()
    if (hear === undefined) return
    given += 1
    hear(letter)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    letters,
    async next() {
      const letter = letters[given]
      if (letter === undefined) return await new Promise((resolve) => waiting.push(resolve))
      given += 1
      return letter
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function toLetter(text: string, key: string, response: ServerResponse): Letter {
  return {
    text,
    key,
    gone: new Promise((resolve) => response.once('close', resolve)),
    answer: (status = 200) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`posted ${text}`),
    cut: () => response.destroy(),
  }
}

/** The table in which both operations note what they posted. */
export async function createLetterTable(db: Db): Promise<void> {
  await db.execute(sql`create table letters (text text not null)`)
}

export async function countLetters(db: Db, text: string): Promise<number> {
  const rows = await db.execute(sql`select 1 from letters where text = ${text}`)
  return rows.length
}

/** `post` takes a key and posts once for it; `send` has no such thing. Each notes in its table what it posted. */
export function letterOperations(url: () => string, whileStoring: () => void = () => undefined) {
  const shape = {
    input: z.object({ text: z.string() }),
    output: z.object({ receipt: z.string() }),
    scope: 'tasks:write',
    effect: 'write',
    repeat: 'keyed',
    example: { text: 'Dear all' },
    tell: ({ receipt }: { receipt: string }) => receipt,
  } as const

  async function request(
    text: string,
    { idempotencyKey, signal }: { idempotencyKey: string; signal: AbortSignal },
  ) {
    const headers = { 'idempotency-key': idempotencyKey }
    const response = await fetch(url(), { method: 'POST', headers, body: text, signal })
    if (response.status === 422) throw new AppError('conflict', 'The post office does not take it.')
    if (response.status === 503) throw new AppError('unavailable', 'It is closed.', { retryAfterMs: 1 })
    return await response.text()
  }

  async function note(db: Db, text: string): Promise<void> {
    await db.execute(sql`insert into letters values (${text})`)
    whileStoring()
  }

  const post = defineOperation({
    ...shape,
    name: 'letters.post',
    summary: 'Post a letter, once for each key.',
    route: 'POST /v1/letters/post',
    outside: 'idempotent',
    reach: ({ text }, ctx) => request(text, ctx),
    async run({ text }, ctx, receipt) {
      await note(ctx.db, text)
      ctx.changed('letter://1')
      return { receipt }
    },
  })
  const send = defineOperation({
    ...shape,
    name: 'letters.send',
    summary: 'Send a letter, as often as it is called.',
    route: 'POST /v1/letters/send',
    outside: 'once',
    reach: ({ text }, ctx) => request(text, ctx),
    async run({ text }, ctx, receipt) {
      await note(ctx.db, text)
      return { receipt }
    },
  })
  return { post, send }
}
