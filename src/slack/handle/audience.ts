/** Whether what is written into a channel is read only by people who may see it. */
import { allSee } from '../../domain/slack/audience.ts'
import type { Speaking } from '../../domain/slack/speaker.ts'
import { isDirect, type Place } from './place.ts'

/**
 * Milliseconds for which an answer serves for further messages. Who joins a channel also reads what was written there
 * before, so a later question protects nothing more.
 */
const FRESH_MS = 30_000
/** Answers that are kept. */
const KEPT_MAX = 1_000

export interface Audience {
  /** Whether everybody in the channel sees this space. @throws AppError where Slack cannot be asked */
  sees(speaking: Speaking, place: Place, spaceId: string): Promise<boolean>
}

export function createAudience(): Audience {
  const kept = new Map<string, { readonly isSeen: boolean; readonly untilMs: number }>()
  return {
    async sees(speaking, { teamId, channelId }, spaceId) {
      if (isDirect(channelId)) return true
      const key = `${teamId}/${channelId}/${spaceId}`
      const nowMs = speaking.now.getTime()
      const known = kept.get(key)
      if (known !== undefined && known.untilMs > nowMs) return known.isSeen
      const isSeen = await allSee(speaking, channelId, [spaceId])
      if (kept.size >= KEPT_MAX) kept.clear()
      kept.set(key, { isSeen, untilMs: nowMs + FRESH_MS })
      return isSeen
    },
  }
}
