/** Which of Slack's events are nothing to us. */
import { expect, test } from 'vitest'
import { sortEvent } from '../../../src/slack/receive/sort-event.ts'

const message = { type: 'message', channel: 'C1', user: 'U1', ts: '1.0', text: 'see https://example.com' }
const payload = (event: object) => ({
  ...{ type: 'event_callback', team_id: 'T9', api_app_id: 'A1', event_id: 'Ev1', event },
  authorizations: [{ team_id: 'T1', user_id: 'UBOT', is_bot: true }],
})
const changed = (now: object, before: object = {}) =>
  payload({
    ...{ type: 'message', subtype: 'message_changed', channel: 'C1', hidden: true, ts: '2.0' },
    message: { ...message, ...now },
    previous_message: { ...message, ...before },
  })
const attachments = [{ title: 'Example' }]

test.each([
  ['a link that unfolds', changed({ attachments })],
  [
    'a link that unfolds in a message that was edited before',
    changed({ attachments, edited: { ts: '1.5' } }, { edited: { ts: '1.5' } }),
  ],
  ['a language that was recognized', changed({ language: { locale: 'de' } })],
  ['an edit that leaves the words as they were', changed({ edited: { ts: '1.5' } })],
  ['an edit of the bot', changed({ text: 'new', edited: { ts: '1.5' }, user: 'UBOT' })],
  ['a message of the bot', payload({ ...message, user: 'UBOT', bot_id: 'B1' })],
  [
    'a message of the app under another name',
    payload({ ...message, user: undefined, app_id: 'A1', subtype: 'bot_message' }),
  ],
  [
    'a deleted message of the bot',
    payload({
      type: 'message',
      subtype: 'message_deleted',
      channel: 'C1',
      deleted_ts: '1.0',
      previous_message: { ...message, user: 'UBOT' },
    }),
  ],
  ['somebody joining', payload({ ...message, subtype: 'channel_join' })],
  ['a reply that is told of its root', payload({ ...message, subtype: 'message_replied', hidden: true })],
  ['a hidden message', payload({ ...message, hidden: true })],
  ['an event without an event', { type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 1 }],
])('%s is nothing', (_, event) => {
  expect(sortEvent(event)).toBeUndefined()
})

test('a root that was deleted while it has replies counts as deleted', () => {
  expect(sortEvent(changed({ subtype: 'tombstone', text: 'This message was deleted.' }))).toMatchObject({
    eventId: 'del:T1:C1:1.0',
  })
})

test('an event belongs to the workspace whose app it is for, also where it happened in another one', () => {
  expect(sortEvent(payload(message))).toEqual({
    ...{
      eventId: 'msg:T1:C1:1.0',
      type: 'message',
      teamId: 'T1',
      orderKey: 'slack:T1:C1:1.0',
      orderAt: '1.0',
    },
  })
})

test('a stop is handled at once, and so before what waits in its thread', () => {
  const event = { type: 'agent_session_stopped', channel: 'C1', user: 'U1', thread_ts: '1.0' }
  expect(sortEvent(payload(event))).toMatchObject({ eventId: 'evt:Ev1', orderKey: null })
})
