/** Keeps linked projects in step: compares what changed, asks Todoist what only it knows, and sends what follows. */
import { eq } from 'drizzle-orm'
import { createInvoke } from '../../../core/call/invoke.ts'
import type { Runtime } from '../../../core/call/runtime.ts'
import { toAppError } from '../../../core/errors.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { partsOfRuntime } from '../../accounts/sync-parts.ts'
import { hasUnsent } from '../sync/open-commands.ts'
import { syncAccount } from '../sync/sync-account.ts'
import { TODOIST } from '../todoist.ts'
import { askAboutPairs } from './ask-about-pairs.ts'
import { type DirtyLink, findDirtyLinks } from './dirty.ts'
import { todoistLinks as links } from './tables.ts'

/** Times that one sweep compares and asks: an answer of Todoist is a change that is compared again. */
const ROUNDS_MAX = 3

/** `apply`: the operation that compares a link, called with the rights of the person who made the link. */
export async function sweepLinks(runtime: Runtime, apply: Operation): Promise<void> {
  const parts = partsOfRuntime(runtime, TODOIST)
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const dirty = await findDirtyLinks(runtime.resources.db)
    for (const link of dirty) await applyOne(runtime, apply, link)
    for (const accountId of new Set(dirty.map((link) => link.accountId))) {
      if (await hasUnsent(parts.db, accountId, parts.now())) await syncAccount(parts, accountId)
    }
    const answered = await askAboutPairs(parts)
    if (dirty.length === 0 && answered === 0) return
  }
}

async function applyOne(runtime: Runtime, apply: Operation, { linkId, personId }: DirtyLink): Promise<void> {
  const actor = { kind: 'service', id: `worker:${TODOIST}`, personId, scopes: [apply.scope] } as const
  try {
    await createInvoke(runtime)(apply, { linkId }, { actor, door: 'worker' })
  } catch (thrown) {
    const { code, message } = toAppError(thrown)
    runtime.log.warn({ linkId, code, message }, 'a link to Todoist was not brought in step')
    if (code !== 'not_found' && code !== 'forbidden') return
    await runtime.resources.db
      .update(links)
      .set({ pausedBecause: message, appliedAt: runtime.now() })
      .where(eq(links.id, linkId))
  }
}
