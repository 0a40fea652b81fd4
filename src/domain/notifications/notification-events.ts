/** The event by which a person's own webhooks hear what the person is notified of. */
import { z } from 'zod'
import { defineEvent, type Event } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'

export const notificationCreated = defineEvent({
  name: 'notification.created',
  version: 1,
  summary: 'The owner of the webhook is notified of something, in the ways that they have set.',
  payload: z.object({
    notificationId: z.string(),
    event: z.string().describe('What it tells of: task.assigned'),
    text: z.string(),
    about: z.string().describe('URI of the thing: task://...'),
    happenedAt: z.string(),
  }),
  scope: 'notifications:read',
  example: {
    notificationId: exampleId('notification'),
    event: 'task.assigned',
    text: 'ada gave you T-12: Water the plants',
    about: `task://${exampleId('task')}`,
    happenedAt: '2026-11-30T09:00:00.000Z',
  },
}) as unknown as Event
