/** Whether what is written into a channel is read only by people who may see it. */
import { allSee, type MemberPages, readPages } from '../../domain/slack/audience.ts'
import { findChannel } from '../../domain/slack/channels.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'
import { isDirect, type Place } from './place.ts'

/**
 * Milliseconds for which a list of members serves for further messages, unless Slack tells that somebody joined. What each
 * of them may see is looked up for every message.
 */
const FRESH_MS = 30_000
/** Lists that are kept. */
const KEPT_MAX = 200

export interface Audience {
  /** Whether everybody in the channel sees this space. @throws AppError where Slack cannot be asked */
  sees(speaking: Speaking, place: Place, spaceId: string): Promise<boolean>
}

interface Kept {
  readonly pages: MemberPages
  readonly joins: number
  readonly untilMs: number
}

interface Listed {
  readonly key: string
  readonly channelId: string
  readonly joins: number
}

export function createAudience(): Audience {
  const kept = new Map<string, Kept>()

  function pagesOf(speaking: Speaking, { key, joins, channelId }: Listed): MemberPages {
    const nowMs = speaking.now.getTime()
    const known = kept.get(key)
    if (known !== undefined && known.untilMs > nowMs && known.joins === joins) return known.pages
    const pages = readPages(speaking, channelId)
    if (kept.size >= KEPT_MAX) kept.clear()
    kept.set(key, { pages, joins, untilMs: nowMs + FRESH_MS })
    return pages
  }

  return {
    async sees(speaking, { teamId, channelId }, spaceId) {
      if (isDirect(channelId)) return true
      const key = `${teamId}/${channelId}`
      // Read before the list is, so that nobody who joins meanwhile is overlooked.
      const channel = await findChannel(speaking.db, { teamId, channelId })
      const pages = pagesOf(speaking, { key, joins: channel?.joins ?? 0, channelId })
      try {
        return await allSee(speaking, { channelId, pages }, [spaceId])
      } catch (thrown) {
        kept.delete(key)
        throw thrown
      }
    },
  }
}
