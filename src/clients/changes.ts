/**
 * Notices of changes for watchers: at once within this process, and over a wire to other processes. The wire is
 * PostgreSQL's NOTIFY: several processes share a server's database in any case, while Redis may be absent, and one way
 * is simpler than two. Delivery is best effort: a process that missed a notice reads again when it next asks.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Change, Log } from '../core/operation/context.ts'

/** Carries text to every process that listens, the sender included. */
export interface Wire {
  send(text: string): Promise<void>
  /** Answers with a function that stops it. */
  listen(listener: (text: string) => void): Promise<() => Promise<void>>
}

export interface Changes {
  /** Notifies watchers here at once, and those of other processes shortly after. Never throws. */
  publish(change: Change): void
  /** Calls `listener` once after each change, from any process; returns a function that stops it. */
  watch(listener: (change: Change) => void): () => void
  /** Sends what has not been sent yet. */
  close(): Promise<void>
}

/** Milliseconds during which changes are gathered into one message. */
const GATHER_MS = 20
/** The most bytes of one message: PostgreSQL accepts fewer than 8,000. */
const MESSAGE_MAX_BYTES = 7_900
/**
 * The most URIs that wait to be sent, of all spaces and of one; beyond that it is a flood, and other processes do not
 * learn of the rest.
 */
const OUTBOX_MAX_URIS = 10_000
const OUTBOX_MAX_URIS_OF_SPACE = 2_000

/** The sender, and URIs by space. */
const Message = z.object({ from: z.string(), changes: z.array(z.tuple([z.string(), z.array(z.string())])) })

interface ChangesOptions {
  /** Absent: there is no other process. */
  readonly wire?: Wire | undefined
  readonly log: Log
}

export async function createChanges({ wire, log }: ChangesOptions): Promise<Changes> {
  const watchers = new Set<(change: Change) => void>()
  const tellHere = (change: Change) => {
    for (const watcher of watchers) {
      try {
        watcher(change)
      } catch (err) {
        log.error({ err }, 'a watcher failed')
      }
    }
  }
  const elsewhere = wire && (await connectElsewhere(wire, tellHere, log))
  return {
    publish(change) {
      tellHere(change)
      elsewhere?.post(change)
    },
    watch(listener) {
      // Wrapped, so that the same listener can watch twice and be stopped once.
      const watcher = (change: Change) => listener(change)
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    async close() {
      await elsewhere?.close()
    },
  }
}

interface Elsewhere {
  post(change: Change): void
  close(): Promise<void>
}

async function connectElsewhere(wire: Wire, tell: (change: Change) => void, log: Log): Promise<Elsewhere> {
  const self = randomUUID()
  const outbox = new Map<string, Set<string>>()
  let waiting = 0
  let timer: NodeJS.Timeout | undefined
  let sending = Promise.resolve()

  const stop = await wire.listen((text) => {
    const message = readMessage(text)
    if (message === undefined || message.from === self) return
    for (const [spaceId, uris] of message.changes) tell({ spaceId, uris })
  })

  async function send(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      try {
        await wire.send(text)
      } catch (err) {
        log.warn({ err }, 'other processes were not told of a change')
      }
    }
  }

  function flush(): void {
    timer = undefined
    const texts = writeMessages(self, outbox)
    outbox.clear()
    waiting = 0
    sending = sending.then(() => send(texts))
  }

  return {
    post({ spaceId, uris }) {
      const gathered = outbox.get(spaceId) ?? new Set()
      const isFlood = gathered.size + uris.length > OUTBOX_MAX_URIS_OF_SPACE
      if (isFlood || waiting + uris.length > OUTBOX_MAX_URIS) return
      outbox.set(spaceId, gathered)
      for (const uri of uris) gathered.add(uri)
      waiting += uris.length
      timer ??= setTimeout(flush, GATHER_MS)
    },
    async close() {
      if (timer !== undefined) {
        clearTimeout(timer)
        flush()
      }
      await sending
      await stop()
    },
  }
}

function readMessage(text: string): z.output<typeof Message> | undefined {
  try {
    return Message.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** As few messages as can hold everything. */
function writeMessages(from: string, outbox: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const envelope = Buffer.byteLength(JSON.stringify({ from, changes: [] }))
  const messages: [string, string[]][][] = []
  let left = 0
  for (const [spaceId, uris] of outbox) {
    // The size of a space's entry before its first URI: brackets, quotes and commas.
    const opening = Buffer.byteLength(JSON.stringify([spaceId, []])) + 1
    for (const uri of uris) {
      const size = Buffer.byteLength(JSON.stringify(uri)) + 1
      const last = messages.at(-1)
      const entry = last?.at(-1)
      if (last && entry?.[0] === spaceId && size <= left) {
        entry[1].push(uri)
        left -= size
      } else if (last && size + opening <= left) {
        last.push([spaceId, [uri]])
        left -= size + opening
      } else {
        messages.push([[spaceId, [uri]]])
        left = MESSAGE_MAX_BYTES - envelope - opening - size
      }
    }
  }
  return messages.map((changes) => JSON.stringify({ from, changes }))
}
