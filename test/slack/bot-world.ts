/** The whole product before the stand-in of Slack, with somebody who has not spoken with the bot yet. */
import { expect, onTestFinished } from 'vitest'
import { startSlack } from '../support/slack/start-slack.ts'
import type { User } from '../support/slack/world/user.ts'
import { openProduct } from './open-product.ts'

export type Bot = Awaited<ReturnType<typeof openBotOfFile>>

/** Ends with the test. */
export async function openBot(settings?: Readonly<Record<string, string>>) {
  const bot = await openBotOfFile(settings)
  onTestFinished(bot.close)
  return bot
}

/** For all tests of a file, which closes it in `afterAll`. */
export async function openBotOfFile(settings: Readonly<Record<string, string>> = {}) {
  const slack = await startSlack()
  const acme = slack.world.workspace('Acme')
  const { call, close } = await openProduct(slack, { ...slack.settingsFor(acme), ...settings })
  const send = async (method: string, path: string, body?: object) => {
    const answer = await call(method, path, body)
    expect(answer.status).toBe(200)
    return answer.body
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
  return { slack, acme, send, answered, pair, close }
}
