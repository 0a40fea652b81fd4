/** What the doctor finds on a workspace of the stand-in. */

import { afterEach, expect, it } from 'vitest'
import { diagnose } from '../../../src/tools/slack/diagnose.ts'
import { showStatus } from '../../../src/tools/slack/show-status.ts'
import { isLong } from '../../support/form.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
afterEach(() => desk.close())

async function findings() {
  const { output } = await desk.gateway.invoke(diagnose, {}, desk.gateway.as())
  return Object.fromEntries(output.findings.map((finding) => [finding.name, finding]))
}

it('finds nothing wrong with an app that has all of its scopes and has heard something', async () => {
  desk = await openDesk()
  desk.acme.user('ada').dm('hello')
  await desk.handle()
  const found = await findings()
  expect(Object.values(found).filter(({ state }) => state !== 'ok')).toEqual([])
  const status = await desk.gateway.invoke(showStatus, {}, desk.gateway.as())
  expect(status.output).toMatchObject({
    isConfigured: true,
    workspaces: [{ id: desk.acme.id, name: 'Acme' }],
  })
})

it.runIf(isLong)(
  'says to reinstall where a scope was not granted: a bot that is online and deaf',
  async () => {
    desk = await openDesk()
    desk.acme.installation.scopes.delete('im:history')
    const { scopes } = await findings()
    expect(scopes).toMatchObject({
      state: 'fail',
      found: expect.stringContaining('im:history'),
      fix: expect.stringContaining('reinstall'),
    })
  },
)

it.runIf(isLong)('tells an app that has heard nothing yet from one that works', async () => {
  desk = await openDesk()
  expect((await findings()).events).toMatchObject({ state: 'warn', found: expect.stringContaining('none') })
})

it('says that the bot token is refused once the app was uninstalled', async () => {
  desk = await openDesk()
  desk.slack.world.app.uninstall(desk.acme.installation)
  const found = await findings()
  expect(found['bot token']).toMatchObject({ state: 'fail', found: expect.stringContaining('Slack says') })
})
