/** A list that grows, in memory, with an operation that streams it. */
import { z } from 'zod'
import { notFound } from '../../../src/core/errors.ts'
import { defineOperation, type Operation } from '../../../src/core/operation/operation.ts'

/** Items in one page. */
export const PAGE_SIZE = 10

const Line = z.object({ position: z.int(), text: z.string() })
type Line = z.output<typeof Line>

export interface GrowingList {
  readonly operation: Operation
  readonly uri: string
  /** How often it was read. */
  reads(): number
  add(...texts: readonly string[]): void
  end(): void
  /** Calls `listener` each time that somebody was just about to be told that there is no more. */
  onEmpty(listener: () => void): void
  /** From now on it is there for nobody. */
  remove(): void
}

export function createGrowingList(): GrowingList {
  const lines: Line[] = []
  let reads = 0
  let tellEmpty = (): void => undefined
  let isEnded = false
  let isGone = false
  const operation = defineOperation({
    name: 'lists.read',
    summary: 'Read a list on.',
    route: 'GET /v1/lists/:listId/lines',
    input: z.object({
      listId: z.string(),
      after: z.int().min(0).default(0),
      limit: z.int().default(PAGE_SIZE),
    }),
    output: z.object({ listId: z.string(), items: z.array(Line), ended: z.boolean() }),
    scope: 'tasks:read',
    effect: 'read',
    repeat: 'natural',
    stream: {
      uri: ({ listId }) => `list://${listId}`,
      after: (input, position) => ({ ...input, after: position }),
      items: ({ items }) => items.map(({ position, text }) => ({ position, type: 'line', data: { text } })),
      isEnd: ({ ended }) => ended,
    },
    example: { listId: 'one' },
    async run({ listId, after, limit }) {
      reads += 1
      if (isGone) throw notFound('task', listId)
      const items = lines.filter(({ position }) => position > after).slice(0, limit)
      const ended = isEnded && (items.at(-1)?.position ?? after) >= lines.length
      if (items.length === 0) tellEmpty()
      return { listId, items, ended }
    },
    tell: ({ items }) => items.map(({ text }) => text).join('\n'),
  })
  return {
    operation,
    uri: 'list://one',
    reads: () => reads,
    add(...texts) {
      for (const text of texts) lines.push({ position: lines.length + 1, text })
    },
    end() {
      isEnded = true
    },
    onEmpty(listener) {
      tellEmpty = listener
    },
    remove() {
      isGone = true
    },
  }
}
