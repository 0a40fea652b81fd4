/** How bundles of messages and letters are told apart from events in the outbox. */

/** What the row of a bundle has in place of an event. */
export const BUNDLE_EVENT = 'notification.bundle'

/** The receiver in the outbox. `to`: a person, or an address. */
export function receiverOf(channel: string, to: string): string {
  return `${channel}:${to}`
}
