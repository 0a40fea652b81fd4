/** What people are shown of what they want to hear of and where, and may set. */
import { z } from 'zod'
import type { Context } from '../../core/operation/context.ts'
import { readRecipient } from './recipient.ts'
import { GATEWAY, readChoices, standardChannels, WEBHOOKS } from './settings.ts'

export const NotificationSettings = z.object({
  items: z.array(
    z.object({
      event: z.string(),
      title: z.string(),
      urgent: z.boolean().describe('Sent at once, also in quiet hours'),
      channels: z.array(z.string()).describe('Where you hear of it; empty: nowhere'),
      isDefault: z.boolean(),
    }),
  ),
  channels: z
    .array(z.object({ name: z.string(), whyOff: z.string().nullable() }))
    .describe('The channels of this gateway; whyOff: why one cannot be used'),
  quietHours: z.object({ from: z.string(), to: z.string() }).nullable(),
  timeZone: z.string().describe('In which quiet hours are meant'),
  workDays: z.array(z.string()).nullable().describe('null: not set'),
})
export type NotificationSettings = z.output<typeof NotificationSettings>

type Reader = Pick<Context, 'db' | 'actor' | 'messages' | 'channels' | 'defaultTimeZone'>

export async function describeSettings(ctx: Reader): Promise<NotificationSettings> {
  const { db, actor, messages, channels } = ctx
  const { preferred, quietHours, timeZone, workDays } = await readRecipient(ctx, actor.personId)
  const choices = await readChoices(db, actor.personId)
  const standard = standardChannels({ preferred, channels })
  return {
    items: messages.map(({ name, title, isUrgent }) => ({
      ...{ event: name, title, urgent: isUrgent },
      channels: [...(choices.get(name) ?? standard)],
      isDefault: !choices.has(name),
    })),
    channels: [
      ...[GATEWAY, WEBHOOKS].map((name) => ({ name, whyOff: null })),
      ...channels.map(({ name, whyOff }) => ({ name, whyOff: whyOff ?? null })),
    ],
    quietHours,
    timeZone,
    workDays: workDays && [...workDays],
  }
}

export function settingLine({
  event,
  title,
  urgent,
  channels,
}: NotificationSettings['items'][number]): string {
  const where = channels.length === 0 ? 'off' : channels.join(', ')
  return `${event}: ${title}${urgent ? ' (urgent)' : ''}. ${where}`
}
