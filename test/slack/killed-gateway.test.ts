/** A message that a gateway takes with it when it is killed, before the next one of its author. */
import { expect, onTestFinished, test } from 'vitest'
import { tasks } from '../../src/domain/tasks/tables.ts'
import { isLong } from '../support/form.ts'
import { ManualClock } from '../support/slack/clock.ts'
import { startSlack } from '../support/slack/start-slack.ts'
import { openProduct } from './open-product.ts'

/** Milliseconds for which Slack waits for an acknowledgement, and then until it sends again. */
const SENT_AGAIN_MS = [3_000, 1_000]

test.runIf(isLong)(
  'what Slack sends again after a later message is handled next, once, and what follows goes on',
  async () => {
    const clock = new ManualClock(new Date())
    const slack = await startSlack({ clock })
    const acme = slack.world.workspace('Acme')
    const trusted = { SLACK_EMAIL_DOMAINS: `${acme.domain}.example` }
    const { db, close } = await openProduct(slack, { ...slack.settingsFor(acme), ...trusted })
    onTestFinished(close)
    const ada = acme.user('ada')
    const replies = () =>
      acme
        .dm(ada)
        .messages()
        .flatMap(({ user, text }) => (user === acme.bot.id ? [text] : []))
    const reply = (n: number) => slack.world.until(() => replies()[n])
    ada.dm('help')
    await reply(0)
    slack.sockets.deafen()
    ada.dm('buy milk tomorrow, and buy bread friday')
    slack.sockets.drop()
    await slack.world.until(() => slack.sockets.connections === 2)
    ada.dm('accept')
    await reply(1)
    for (const ms of SENT_AGAIN_MS) {
      clock.advance(ms)
      await slack.settled()
    }
    expect(await reply(2)).toMatch(/^Would create: buy milk/)
    expect(replies()[1]).not.toMatch(/Created/)
    ada.dm('accept')
    expect(await reply(3)).toMatch(/^Created/)
    expect(replies()).toHaveLength(4)
    expect(await db.select().from(tasks)).toHaveLength(2)
  },
)
