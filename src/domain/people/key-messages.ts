/** What people are told about keys that others made for them, and the event that tells it. */
import { z } from 'zod'
import { defineMessage } from '../../core/area/message.ts'
import { defineEvent } from '../../core/operation/event.ts'
import { exampleId } from '../../core/operation/ids.ts'
import { doerWords } from '../notifications/doer.ts'
import { isOwnAffair } from '../notifications/sight.ts'

export const keyMade = defineEvent({
  name: 'key.made_for_person',
  version: 1,
  summary: 'Somebody made a key for another person.',
  payload: z.object({
    ...{ keyId: z.string(), label: z.string(), personId: z.string(), scopes: z.array(z.string()) },
    by: z.string().describe('Who did it: a person or a service'),
  }),
  scope: 'access:read',
  example: {
    ...{ keyId: exampleId('key'), label: 'laptop', personId: 'bob', scopes: ['tasks:write'] },
    by: 'ada',
  },
})

export const keyMessages = [
  defineMessage({
    event: keyMade,
    title: 'Somebody makes a key for you',
    isUrgent: false,
    text: ({ by, label, scopes }) => `${doerWords(by)} made a key for you, ${label}: ${scopes.join(', ')}`,
    actions: () => [{ label: 'Show your keys', call: { operation: 'access.list_keys', input: {} } }],
    isSeen: isOwnAffair,
  }),
]
