/** Each command is the first word of what it says: with a slash where Slack takes commands, without one in threads. */
import { expect, test } from 'vitest'
import { cases } from '../../support/form.ts'
import { openBot } from '../bot-world.ts'

const SAID: readonly (readonly [command: string, words: string, answer: RegExp])[] = [
  ['think', 'compare our three competitors', /model/i],
  ['check', '', /No runs|runs/i],
  ['report', 'week', /runs|week/i],
  ['cancel', 'R-1', /R-1|no run/i],
  ['trash', '', /No tasks here|trash/i],
  ['usage', '', /no cap/],
  ['chat', 'launch', /P-1/],
]
const NOT_UNDERSTOOD = /not sure what you mean/

test('every command does what its word does, and in a thread the word alone does it', async () => {
  const { slack, acme, send, pair } = await openBot({ SLACK_COMMANDS: SAID.map(([name]) => name).join(',') })
  const ada = acme.user('ada')
  await pair(ada)
  await send('POST', '/v1/projects', { name: 'Launch' })
  const general = acme.channel('general', { members: [ada], hasBot: false })
  const root = ada.dm('hello')
  for (const [name, words, answer] of SAID.slice(0, cases(1, SAID.length))) {
    const before = ada.ephemeralsIn(general).length
    await ada.slash(`/${name}`, words, general)
    const whispered = await slack.world.until(() => ada.ephemeralsIn(general)[before])
    expect(whispered.text, `/${name}`).toMatch(answer)
    expect(whispered.text).not.toMatch(NOT_UNDERSTOOD)
    const said = acme.dm(ada).replies(root.ts).length
    ada.dm(`${name} ${words}`.trim(), { thread: root.ts })
    const replied = await slack.world.until(() =>
      acme
        .dm(ada)
        .replies(root.ts)
        .slice(said + 1)
        .find(({ user }) => user === acme.bot.id),
    )
    expect(replied.text, name).toMatch(answer)
  }
})
