/** Builds the channels by which this gateway reaches people outside it. */
import type { Channel } from '../domain/notifications/channel.ts'

export function createChannels(): readonly Channel[] {
  return []
}
