/** The conversation that one message after the other continues, kept in the home folder, readable only by its user. */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ChatState } from '../../chat/chat-state.ts'
import type { KeptChat } from '../surroundings.ts'
import { readPrivateFile } from './private-file.ts'

/** Milliseconds after which what was said last is no longer answered: a day. */
const KEPT_MS = 24 * 60 * 60 * 1000

const Kept = z.object({
  /** The gateway or the store with which the conversation is held. */
  where: z.string(),
  saidAt: z.number(),
  state: ChatState,
  /** What may be said next by its number. */
  choices: z.array(z.object({ label: z.string(), say: z.string() })),
})

export function createKeptChat(home: string): KeptChat {
  const path = join(home, 'chat.json')
  return {
    async read(where) {
      // A file that others may have written is not trusted; the next message replaces it.
      const text = await readPrivateFile(path).catch(() => undefined)
      const kept = Kept.safeParse(parsed(text)).data
      return kept?.where === where && Date.now() - kept.saidAt < KEPT_MS ? kept : undefined
    },
    async keep(kept) {
      await mkdir(home, { recursive: true, mode: 0o700 })
      // Another command may read it meanwhile.
      const written = `${path}.${randomUUID()}`
      await writeFile(written, JSON.stringify(kept), { mode: 0o600 })
      await rename(written, path)
    },
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
