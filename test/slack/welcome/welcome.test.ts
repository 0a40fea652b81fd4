/** The bot greets new members who may come in, and channels that it is invited to: once each, and nobody else. */

import { afterEach, describe, expect, it } from 'vitest'
import { prepareEvent } from '../../../src/domain/hooks/prepare-event.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { invitePerson } from '../../../src/tools/people/invite-person.ts'
import { setChannel } from '../../../src/tools/slack/set-channel.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { isLong } from '../../support/form.ts'
import { type Desk, openDesk } from '../handle/desk.ts'

let desk: Desk
afterEach(() => desk.close())

const DOMAIN = 'acme.example'

async function open(welcome?: string, emailDomains: readonly string[] = [DOMAIN]) {
  const environment = welcome === undefined ? {} : { SLACK_WELCOME: welcome }
  desk = await openDesk({ emailDomains, environment })
  return desk
}

/** What is on its way to Slack once everything was handled. */
async function greetings() {
  await desk.handle()
  return (await desk.posts()).map(({ channel, text }) => ({ channel, text }))
}

describe('a new member of the workspace', () => {
  it('whose address is of a trusted domain is greeted once, also when two gateways hear of it', async () => {
    const { acme, gateway, slack } = await open('members')
    slack.faults.nextEvent('new-id')
    const ada = acme.joins('ada')
    await desk.store()
    await Promise.all([workInbox(gateway.runtime, prepareEvent), workInbox(gateway.runtime, prepareEvent)])
    expect(await greetings()).toEqual([{ channel: ada.id, text: expect.stringContaining('what now') }])
    expect(await gateway.db.execute("select 1 from people where id = 'ada@acme.example'")).toEqual([])
  })

  it.runIf(isLong)('is not greeted again after they left and came back', async () => {
    const { acme, slack } = await open('members')
    const ada = acme.joins('ada')
    expect(await greetings()).toHaveLength(1)
    slack.world.out.event(acme, { type: 'team_join', user: { id: ada.id }, event_ts: slack.world.ids.ts() })
    expect(await greetings()).toEqual([])
  })

  it.runIf(isLong)('who was invited is told to accept the invitation first', async () => {
    const { acme, gateway } = await open('members', [])
    await gateway.invoke(invitePerson, { email: `grace@${DOMAIN}` }, gateway.as())
    const grace = acme.joins('grace')
    expect(await greetings()).toEqual([
      { channel: grace.id, text: expect.stringMatching(/Accept the invitation/) },
    ])
  })

  it.each([
    ['a guest', { isRestricted: true }],
    ['a guest of one channel', { isUltraRestricted: true }],
    ['a program', { isBot: true }],
    ['somebody of another domain', { email: 'eve@other.example' }],
  ])('%s is not greeted', async (_, options) => {
    const { acme } = await open('members')
    acme.joins('eve', options)
    expect(await greetings()).toEqual([])
  })

  it('is not greeted unless the admin has asked for it', async () => {
    const { acme } = await open()
    acme.joins('ada')
    expect(await greetings()).toEqual([])
  })

  it.runIf(isLong)('who is a person with quiet hours is greeted at their end', async () => {
    const { acme, gateway } = await open('members')
    const now = gateway.clock.now()
    const hour = (shift: number) => `${String((now.getUTCHours() + shift + 24) % 24).padStart(2, '0')}:00`
    const quietHours = { from: hour(-1), to: hour(2) }
    const emails = [{ address: `ada@${DOMAIN}`, verified: true }]
    await gateway.invoke(createPerson, { id: 'ada', timeZone: 'UTC', quietHours, emails }, gateway.as())
    acme.joins('ada')
    await desk.handle()
    const [row] = await gateway.db.execute<{ at: Date | string }>(
      "select next_at as at from outbox where channel = 'slack'",
    )
    expect(new Date(row?.at ?? 0).toISOString()).toContain(`T${quietHours.to}:00`)
  })
})

describe('a channel', () => {
  it('that the bot is invited to is greeted once, however often the bot leaves and comes back', async () => {
    const { acme } = await open()
    const general = acme.channel('general', { hasBot: false })
    acme.bot.joins(general)
    expect(await greetings()).toEqual([
      { channel: general.id, text: expect.stringContaining('answers are for you alone') },
    ])
    acme.bot.leaves(general)
    acme.bot.joins(general)
    expect(await greetings()).toEqual([])
  })

  it('of a team is told that its conversations are about the things of the team', async () => {
    const { acme, gateway } = await open()
    const launch = acme.channel('launch', { hasBot: false })
    const { team } = (await gateway.invoke(createTeam, { name: 'Launch' }, gateway.as())).output
    await gateway.invoke(
      setChannel,
      { workspace: acme.id, channel: launch.id, teamId: team.id },
      gateway.as(),
    )
    acme.bot.joins(launch)
    expect(await greetings()).toMatchObject([{ text: expect.stringContaining('things of the team') }])
  })

  it.runIf(isLong)(
    'hears nothing when somebody else joins it, nor where the admin wants no greetings',
    async () => {
      const { acme } = await open('none')
      acme.user('ada').joins(acme.channel('general'))
      acme.bot.joins(acme.channel('lobby', { hasBot: false }))
      expect(await greetings()).toEqual([])
    },
  )
})
