/** notifications.update_settings: what the caller wants to hear of, and where. */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Context } from '../../core/operation/context.ts'
import { defineOperation } from '../../core/operation/operation.ts'
import {
  describeSettings,
  NotificationSettings,
  settingLine,
} from '../../domain/notifications/described-settings.ts'
import { GATEWAY, setChoices, WEBHOOKS } from '../../domain/notifications/settings.ts'
import { teamOf } from '../../domain/teams/space.ts'

const NAME_MAX_CHARS = 100
const CHANNELS_MAX = 10
const name = z.string().min(1).max(NAME_MAX_CHARS)

export const updateSettings = defineOperation({
  name: 'notifications.update_settings',
  summary: 'Choose where you are notified of something, or turn it off.',
  details:
    'Without channels and off, it is as by default again: in the gateway, to your webhooks, and by the channels that your profile prefers. Without gateway among the channels it is not in notifications.list.',
  keywords: 'preferences, mute, unsubscribe, turn off, silence, by mail, by slack, subscribe, alerts',
  route: 'PATCH /v1/notifications/settings',
  input: z.object({
    event: name.describe('Its name or a pattern: run.ended, run.*, *'),
    channels: z
      .array(name)
      .max(CHANNELS_MAX)
      .optional()
      .describe('gateway, webhook, mail ...; empty: nowhere'),
    off: z.boolean().default(false).describe('Notify me nowhere'),
  }),
  output: NotificationSettings.pick({ items: true }),
  scope: 'notifications:write',
  effect: 'write',
  repeat: 'natural',
  listed: false,
  example: { event: 'run.ended', channels: ['gateway'] },
  async run({ event, channels, off }, ctx) {
    if (teamOf(ctx.actor.personId) !== null) throw isService()
    const events = meantBy(event, ctx)
    if (off && channels !== undefined) throw both()
    for (const channel of channels ?? []) assertChannel(channel, ctx)
    await setChoices(ctx, events, off ? [] : (channels ?? null))
    const { items } = await describeSettings(ctx)
    return { items: items.filter((item) => events.includes(item.event)) }
  },
  tell: ({ items }) => items.map(settingLine).join('\n'),
})

/** @throws AppError `invalid_input` for a pattern that means no message */
function meantBy(pattern: string, { messages }: Pick<Context, 'messages'>): string[] {
  const meant = messages
    .filter(({ event }) => event.patterns.includes(pattern))
    .map((message) => message.name)
  if (meant.length > 0) return meant
  const known = messages.map((message) => message.name).join(', ')
  throw new AppError('invalid_input', `Nobody is notified of ${JSON.stringify(pattern)}.`, {
    fix: `Name one of these, or a pattern such as run.* and *: ${known}.`,
    issues: [{ path: 'event', message: 'the name or a pattern of events' }],
  })
}

/** @throws AppError `invalid_input` for an unknown channel, `not_configured` for one that is off */
function assertChannel(channel: string, { channels }: Pick<Context, 'channels'>): void {
  if (channel === GATEWAY || channel === WEBHOOKS) return
  const known = channels.find((each) => each.name === channel)
  if (known === undefined) {
    const names = [GATEWAY, WEBHOOKS, ...channels.map((each) => each.name)].join(', ')
    throw new AppError('invalid_input', `There is no channel ${JSON.stringify(channel)}.`, {
      fix: `The channels are ${names}.`,
      issues: [{ path: 'channels', message: `one of ${names}` }],
    })
  }
  if (known.whyOff === undefined) return
  throw new AppError('not_configured', `Nothing can be sent by ${channel} here.`, { fix: known.whyOff })
}

function both(): AppError {
  return new AppError('invalid_input', 'off is given together with channels.', {
    fix: 'Give one of the two.',
  })
}

function isService(): AppError {
  return new AppError('forbidden', 'The service of a team is notified of nothing.', {
    fix: 'The people of the team choose for themselves.',
  })
}
