/** Reports as GitHub sends them, for the product's hooks and for the baseline, which check them alike. */
import { createHmac, randomUUID } from 'node:crypto'
import type { Target } from './measure/load.ts'

/** What all hooks of the bench are signed with. */
export const HOOK_SECRET = 'what-the-hooks-of-the-bench-are-signed-with'

/** Hooks that are reported to in turns: one takes a hundred reports a second. */
export const HOOKS = 64

export const SIGNATURE_HEADER = 'x-hub-signature-256'
export const ID_HEADER = 'x-github-delivery'

/** Makes a task of an issue. */
export const MAPPING = 'action = "opened" ? { "tasks": [{ "title": issue.title }] } : null'

export function signatureOf(raw: string | Uint8Array): string {
  return `sha256=${createHmac('sha256', HOOK_SECRET).update(raw).digest('hex')}`
}

/** About as much as GitHub says of an issue. */
const NOTES_CHARS = 4_000

/** A new event with each request, to each of these paths in turn. */
export function reportTarget(origin: string, paths: readonly string[]): Target {
  let sent = 0
  return {
    ...{ origin, method: 'POST', path: paths[0] ?? '', headers: {} },
    vary() {
      sent += 1
      const id = randomUUID()
      const issue = { title: `Call Ana about the contract ${sent}`, body: 'x'.repeat(NOTES_CHARS) }
      const body = JSON.stringify({ action: 'opened', id, issue })
      return {
        path: paths[sent % paths.length] ?? '',
        headers: {
          'content-type': 'application/json',
          [ID_HEADER]: id,
          [SIGNATURE_HEADER]: signatureOf(body),
        },
        body,
      }
    },
  }
}
