/** While Slack takes no calls, messages wait for as long as it says, and none is given up. */
import { sql } from 'drizzle-orm'
import { afterEach, expect, it } from 'vitest'
import { setChannel } from '../../../src/tools/slack/set-channel.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { cases, isLong, some } from '../../support/form.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
afterEach(() => desk.close())

const SECOND_MS = 1_000
/** Of one storm, and of all of them: more than an event has attempts. */
const STORM_S = 60
const STORMS = 8
const PEOPLE = cases(10, 50)

async function endStorm(method: string): Promise<void> {
  desk.slack.faults.calm(method)
  desk.gateway.clock.advance(STORM_S * SECOND_MS)
  await desk.handle()
}

async function storm(method: string, storms: number): Promise<void> {
  desk.slack.faults.storm(method, STORM_S)
  await desk.handle()
  for (let past = 1; past < storms; past += 1) {
    desk.gateway.clock.advance(STORM_S * SECOND_MS)
    await desk.handle()
  }
}

/** The channel belongs to a team of Ada's. */
async function givenToTeam(channel: string): Promise<void> {
  const { gateway, acme } = desk
  const asAda = gateway.as({ id: 'ada', personId: 'ada', scopes: ['teams:write', 'people:read'] })
  const { team } = (await gateway.invoke(createTeam, { name: 'Launch' }, asAda)).output
  await gateway.invoke(setChannel, { workspace: acme.id, channel, teamId: team.id }, gateway.as())
}

it.runIf(isLong)(
  'the messages of many in a storm of 429 on users.info are all answered, once, and as soon as Slack takes calls',
  async () => {
    desk = await openDesk()
    const { acme, slack } = desk
    const users = Array.from({ length: PEOPLE }, (_, at) => acme.user(`user${at}`))
    for (const user of users) await desk.link(user, user.name)
    for (const user of users) user.dm('help')
    await storm('users.info', STORMS)
    expect(await desk.posts()).toEqual([])
    // A moment before Slack wants to be asked again, it is not.
    slack.faults.calm('users.info')
    desk.gateway.clock.advance((STORM_S - 1) * SECOND_MS)
    await desk.handle()
    expect(await desk.posts()).toEqual([])
    desk.gateway.clock.advance(SECOND_MS)
    await desk.handle()
    const channels = (await desk.posts()).map(({ channel }) => channel)
    expect(new Set(channels)).toEqual(new Set(users.map((user) => acme.dm(user).id)))
    expect(channels).toHaveLength(PEOPLE)
  },
)

it.each(some(['conversations.members', 'auth.test']))(
  'a storm on %s delays a turn, which is done once',
  async (method) => {
    desk = await openDesk()
    const { acme } = desk
    const ada = acme.user('ada')
    await desk.link(ada, 'ada')
    const channel = acme.channel('general', { members: [ada] })
    await givenToTeam(channel.id)
    ada.mention(channel, 'buy quinces tomorrow 10m')
    await storm(method, STORMS)
    expect(await desk.posts()).toEqual([])
    await endStorm(method)
    expect(await desk.posts()).toHaveLength(1)
  },
)

it.runIf(isLong)(
  'a service that never takes a call again gives the event up after half an hour, and its author hears of it',
  async () => {
    desk = await openDesk()
    const ada = desk.acme.user('ada')
    await desk.link(ada, 'ada')
    ada.dm('help')
    await storm('users.info', 40)
    expect((await desk.posts()).map(({ text }) => text)).toEqual([
      expect.stringContaining('I could not do this'),
    ])
    const [row] = await desk.gateway.db.execute(sql`select state from inbox_events where source = 'slack'`)
    expect(row).toMatchObject({ state: 'failed' })
  },
)
