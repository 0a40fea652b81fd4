/** What arrives at once is stored in the order of its arrival, within a thread alone. */
import { expect, test } from 'vitest'
import { createReceive } from '../../../src/slack/receive/receive.ts'
import { defer } from '../../support/defer.ts'
import { createTestLog } from '../../support/world/database.ts'

test('a message waits for the one before it in its thread, and for none elsewhere', async () => {
  const first = defer<undefined>()
  const stored: string[] = []
  const receive = createReceive({
    ...{ log: createTestLog([]), answerAtOnce: async () => ({ isDone: false }) },
    noteChange: async () => undefined,
    async store([arrival]) {
      const { text = '' } = JSON.parse(arrival?.body ?? '{}').event
      if (text === 'one') await first.promise
      stored.push(text)
      return { stored: 1, known: 0 }
    },
  })
  const say = (channel: string, ts: string, text: string) =>
    receive({
      kind: 'events_api',
      payload: { team_id: 'T1', event: { type: 'message', channel, user: 'U1', ts, text } },
    })
  const [one, two] = [say('D1', '1.0', 'one'), say('D1', '2.0', 'two')]
  await say('D2', '3.0', 'elsewhere')
  expect(stored).toEqual(['elsewhere'])
  first.resolve(undefined)
  await Promise.all([one, two])
  expect(stored).toEqual(['elsewhere', 'one', 'two'])
})
