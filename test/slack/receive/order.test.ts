/** What arrives at once is stored in the order of its arrival, within a thread alone; of whole organizations, nothing. */
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

test('what arrives for a whole organization is refused with the way out, and mixed into no workspace', async () => {
  const lines: Parameters<typeof createTestLog>[0] = []
  const receive = createReceive({
    ...{ log: createTestLog(lines), answerAtOnce: async () => expect.unreachable() },
    noteChange: async () => undefined,
    store: async () => expect.unreachable(),
  })
  const message = { type: 'message', channel: 'C1', user: 'U1', ts: '1.0', text: 'hello' }
  const authorizations = [{ enterprise_id: 'E1', team_id: null, is_enterprise_install: true }]
  const event = { team_id: 'T1', enterprise_id: 'E1', authorizations, event: message }
  expect(await receive({ kind: 'events_api', payload: event })).toBeUndefined()
  const press = { type: 'block_actions', team: null, user: { team_id: 'T1' }, is_enterprise_install: true }
  expect(await receive({ kind: 'interactive', payload: press })).toBeUndefined()
  const command = { command: '/sb', team_id: 'T1', enterprise_id: 'E1', is_enterprise_install: 'true' }
  expect(await receive({ kind: 'slash_commands', payload: command })).toEqual({
    response_type: 'ephemeral',
    text: expect.stringMatching(/whole organization.+install it in each workspace/),
  })
  expect(JSON.stringify(lines)).toContain('install it in each workspace')
})
