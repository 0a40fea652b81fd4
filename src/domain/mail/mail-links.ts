/** The addresses of the pages behind mails, where people answer and stop mails. */
import type { Db } from '../db/db.ts'
import type { LinkKeys } from './link-keys.ts'
import { type LinkKind, signLink } from './signed-links.ts'

declare module '../../core/operation/context.ts' {
  interface Resources {
    /** Undefined where no mails are sent, or mails have no links. */
    readonly mailLinks: MailLinks | undefined
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

interface Page {
  readonly path: string
  /** Milliseconds for which a link to it works. */
  readonly maxMs: number
}

export const LINK_PAGES: Readonly<Record<LinkKind, Page>> = {
  act: { path: '/notifications/act', maxMs: 7 * DAY_MS },
  // Longer than anybody keeps a mail that they want to stop.
  unsubscribe: { path: '/notifications/unsubscribe', maxMs: 400 * DAY_MS },
}

export interface MailLinks {
  /** A token for the page of this kind, which names these words. */
  token(kind: LinkKind, words: readonly string[], now: Date): Promise<string>
  /** A whole address: of the page at `path`, with a token as its last word. */
  address(path: string, token: string): string
}

interface MailLinkParts {
  readonly db: Db
  readonly keys: LinkKeys
  /** Where the readers of mails reach the gateway. */
  readonly publicUrl: string
}

export function createMailLinks({ db, keys, publicUrl }: MailLinkParts): MailLinks {
  return {
    async token(kind, words, now) {
      const expiresAt = new Date(now.getTime() + LINK_PAGES[kind].maxMs)
      return signLink(await keys.signing(db, now), { kind, words, expiresAt })
    },
    address: (path, token) => `${publicUrl}${path}/${token}`,
  }
}
