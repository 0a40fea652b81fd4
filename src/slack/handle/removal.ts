/** Hears that the app was removed from a workspace, or its token revoked: what was sealed for the workspace is forgotten. */
import { z } from 'zod'
import type { Runtime } from '../../core/call/runtime.ts'
import type { Attempt, Ending, PreparedWork } from '../../domain/inbox/prepared.ts'
import { hasEnded, removeInstallation } from '../../domain/slack/installations.ts'
import { slackOf } from '../../domain/slack/slack-app.ts'
import { findInstalled } from '../../domain/slack/workspaces.ts'

const Removed = z.object({
  team_id: z.string(),
  event: z.object({ type: z.enum(['app_uninstalled', 'tokens_revoked']) }),
})

/** Undefined: the payload tells of something else. */
export function prepareRemoval(runtime: Runtime, payload: unknown): PreparedWork | undefined {
  const { data } = Removed.safeParse(payload)
  if (data === undefined) return undefined
  return { work: (attempt) => hearRemoval(runtime, data.team_id, attempt) }
}

const NOTHING: Ending = { result: 'nothing to forget', commit: async () => [] }

/**
 * Slack is asked whether the token has ended: the event may be of a person's token, or come after the workspace has
 * installed the app again.
 * @throws AppError where Slack cannot be asked
 */
async function hearRemoval(
  { resources, now }: Runtime,
  teamId: string,
  { signal }: Attempt,
): Promise<Ending> {
  const { db, secrets } = resources
  const workspace = await findInstalled(db, teamId)
  if (workspace === undefined || !(await hasEnded(slackOf(resources), workspace, signal))) return NOTHING
  return {
    result: 'the app was removed',
    async commit({ db: within }) {
      await removeInstallation({ db: within, secrets, now: now() }, workspace)
      return []
    },
  }
}
