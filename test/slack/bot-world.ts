/** The whole product before the stand-in of Slack, with somebody who has not spoken with the bot yet. */
import { expect, onTestFinished } from 'vitest'
import { compose } from '../../src/start/compose.ts'
import { openDoors } from '../../src/start/compose-doors.ts'
import { createLog } from '../../src/start/log.ts'
import { readConfig } from '../../src/start/read-config.ts'
import { openPlace } from '../faults/served.ts'
import { startSlack } from '../support/slack/start-slack.ts'
import type { User } from '../support/slack/world/user.ts'

export async function openBot() {
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
  /** The user confirms a code, and is the owner of the gateway from then on. */
  const pair = async (user: User) => {
    user.dm('hello')
    const shown = await answered(user, /Your code is/)
    const code = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(shown.text)?.[0]
    return await send('POST', '/v1/slack/pair', { code })
  }
  return { slack, acme, send, answered, pair }
}
