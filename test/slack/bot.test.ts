/** The whole product before the stand-in of Slack: from a message in Slack to tasks that are seen through HTTP. */
import { expect, onTestFinished, test } from 'vitest'
import { compose } from '../../src/start/compose.ts'
import { openDoors } from '../../src/start/compose-doors.ts'
import { createLog } from '../../src/start/log.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { openPlace } from '../faults/served.ts'
import { startSlack } from '../support/slack/start-slack.ts'
import type { User } from '../support/slack/world/user.ts'

async function openBot() {
  const slack = await startSlack()
  const acme = slack.world.workspace('Acme')
  const { environment } = await openPlace()
  const config = readConfig({ ...environment, ...slack.settingsFor(acme) })
  const composition = await compose(config, 'all', { log: createLog({ level: 'silent' }) })
  const doors = await openDoors(config, composition, undefined)
  await composition.openQueue()
  onTestFinished(async () => {
    await doors.close(0)
    await composition.close()
    await slack.close()
  })
  await slack.world.until(() => slack.sockets.connections === 2)
  const send = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${doors.machineSecret}` }
    const answer = await fetch(`${doors.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    expect(answer.status).toBe(200)
    return (await answer.json()) as Record<string, unknown>
  }
  /** The first message of the bot to a user, from the given one on, that says this. */
  const answered = (user: User, said: RegExp, from = 0) =>
    slack.world.until(() =>
      acme
        .dm(user)
        .messages()
        .slice(from)
        .find(({ user: by, text }) => by === acme.bot.id && said.test(text)),
    )
  return { slack, acme, send, answered }
}

test('a stranger pairs, writes two tasks in one message, accepts the preview, and both are there', async () => {
  const { acme, send, answered } = await openBot()
  const ada = acme.user('ada')
  ada.dm('hello')
  const shown = await answered(ada, /Your code is/)
  const code = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(shown.text)?.[0]
  expect(await send('POST', '/v1/slack/pair', { code })).toMatchObject({ personId: 'local', name: 'ada' })
  ada.dm('call the bank tomorrow 15m p1, and draft the launch post friday 2h @deep')
  const preview = await answered(ada, /call the bank/i)
  expect(preview.text).toMatch(/draft the launch post/i)
  expect((await send('GET', '/v1/tasks')).items).toEqual([])
  ada.dm('accept')
  await answered(ada, /T-\d+/)
  const { items } = (await send('GET', '/v1/tasks')) as { items: { title: string }[] }
  expect(items.map(({ title }) => title.toLowerCase()).toSorted()).toEqual([
    'call the bank',
    'draft the launch post',
  ])
})
