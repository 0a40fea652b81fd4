/** A notification as its person sees it. */
import { z } from 'zod'
import type { Message } from '../../core/area/message.ts'
import type { Reader } from '../../core/operation/description.ts'
import { idOf } from '../../core/operation/ids.ts'
import { cutText } from '../../core/text/cut.ts'
import { momentText } from '../time/moment-text.ts'
import type { notifications } from './tables.ts'

export const NotificationId = idOf('notification')

const Action = z.object({
  label: z.string(),
  operation: z.string(),
  input: z.record(z.string(), z.unknown()),
})

/** How a delivery stands. `unsent`: nothing was left to tell, or the channel has no way to the person. */
export const SENT_STATES = ['waiting', 'delivered', 'unsent', 'dead'] as const

const SentBy = z.object({
  channel: z.string(),
  state: z.enum(SENT_STATES),
  error: z.string().nullable(),
})
export type SentBy = z.output<typeof SentBy>

export const Notification = z.object({
  id: z.string(),
  event: z.string().describe('What it tells of: task.assigned'),
  text: z.string(),
  details: z.array(z.string()).describe('What else there is to know, as far as you may; long texts are cut'),
  about: z.string().describe('URI of the thing: task://...'),
  urgent: z.boolean().describe('Somebody waits for you'),
  happenedAt: z.string(),
  unread: z.boolean().describe('false also where the matter was settled meanwhile'),
  readAt: z.string().nullable(),
  sent: z.array(SentBy).describe('How it went out by channels, as long as their deliveries are kept'),
  actions: z.array(Action).describe('Calls that you may want to make'),
})
export type Notification = z.output<typeof Notification>

type Row = typeof notifications.$inferSelect & {
  readonly isUnread: boolean
  readonly details: readonly string[]
}

/** A notification before it is known how it went out. */
export type StoredNotification = Omit<Notification, 'sent'>

/** The message is that of the row's event. */
export function toNotification(message: Message, row: Row): StoredNotification {
  const { id, event, thing, payload, isUnread } = row
  const actions = message.actions(payload)
  return {
    ...{ id, event, text: message.text(payload), details: [...row.details], about: thing },
    urgent: message.isUrgent,
    happenedAt: row.happenedAt.toISOString(),
    unread: isUnread,
    readAt: row.readAt?.toISOString() ?? null,
    actions: isUnread
      ? actions.map(({ label, call: { operation, input } }) => ({ label, operation, input }))
      : [],
  }
}

/** For a reader whose time zone is known, as people write it: without its id, which nobody types. */
export function notificationLine(notification: Notification, { timeZone }: Reader = {}): string {
  const { id, happenedAt, unread } = notification
  const failed = sentText(notification.sent.filter(({ state }) => state === 'dead'))
  if (timeZone !== undefined) {
    const facts = [momentText(timeZone, new Date(happenedAt)), failed].filter((fact) => fact !== '')
    return `${unread ? '● ' : ''}${notificationText(notification)} (${facts.join(', ')})`
  }
  return `${unread ? '● ' : ''}${notificationText(notification)} (${[happenedAt, failed, id].filter(Boolean).join(', ')})`
}

/** The channels by which it went out, and how. */
export function sentText(sent: readonly SentBy[]): string {
  const words = { waiting: 'waits', delivered: 'sent', unsent: 'not sent', dead: 'failed' } as const
  return sent.map(({ channel, state }) => `${channel} ${words[state]}`).join(', ')
}

/** Characters of a notification in a list. */
const LISTED_MAX_CHARS = 300

/** The text and the details, cut to the length of a list. */
export function notificationText({ text, details }: Pick<Notification, 'text' | 'details'>): string {
  return cutText([text, ...details].join(' · '), LISTED_MAX_CHARS, '…')
}
