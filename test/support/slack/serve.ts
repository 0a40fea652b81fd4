/**
 * The stand-in by itself, with a small company in it, for a person to play with: `npx tsx test/support/slack/serve.ts`.
 * `PORT` sets its port; `HTTP_APP` makes it send events to a gateway's address instead of over Socket Mode.
 */
import process from 'node:process'
import { type SlackStandIn, startSlack } from './start-slack.ts'
import type { RequestUrls } from './world/app.ts'

const DEFAULT_PORT = 3900

const slack = await startSlack({
  port: Number(process.env.PORT ?? DEFAULT_PORT),
  app: process.env.HTTP_APP === undefined ? {} : { urls: urlsAt(process.env.HTTP_APP) },
})
const workspace = furnish(slack)
console.log(`Slack stands in at ${slack.url}. Start the gateway with:\n`)
for (const [name, value] of Object.entries(slack.settingsFor(workspace)))
  console.log(`export ${name}=${value}`)

function urlsAt(base: string): RequestUrls {
  const at = (path: string) => new URL(path, base).href
  return {
    events: at('/slack/events'),
    interactions: at('/slack/interactions'),
    commands: at('/slack/commands'),
  }
}

/** A company, a guest, a partner of a shared channel, and someone who left. */
function furnish({ world }: SlackStandIn) {
  const acme = world.workspace('Acme')
  const globex = world.workspace('Globex', { isInstalled: false })
  const ada = acme.user('ada', { realName: 'Ada Lovelace', isAdmin: true })
  const grace = acme.user('grace', { realName: 'Grace Hopper' })
  const linus = acme.user('linus', { realName: 'Linus Pauling' })
  const guest = acme.user('gus', { realName: 'Gus Guest', isRestricted: true })
  acme.user('lee', { realName: 'Lee Left', isDeleted: true })
  const paula = globex.user('paula', { realName: 'Paula Partner' })
  const general = acme.channel('general', { members: [ada, grace, linus, guest] })
  acme.channel('launch', { members: [ada, grace], isPrivate: true })
  const partners = acme.channel('partners', { members: [ada, paula], sharedWith: [globex] })
  for (const user of [ada, grace, linus]) acme.dm(user)
  const plan = grace.say(general, 'Morning! The launch post is due on Friday. Who writes the first draft?')
  linus.say(general, 'I can, after the benchmarks.', { thread: plan.ts })
  ada.say(general, 'Numbers are at https://example.com/figures, the summary is *mine*.')
  paula.say(partners, 'Hello from Globex.')
  return acme
}
