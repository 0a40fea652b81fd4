/** What is left of somebody's words in Slack once they are erased: nothing, and everything of others. */

import { sql } from 'drizzle-orm'
import { afterEach, expect, it } from 'vitest'
import { slackHomes } from '../../../src/domain/slack/shown/tables.ts'
import { people } from '../../../src/tools/people/area.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { erasePerson } from '../../../src/tools/people/erase-person.ts'
import { isLong } from '../../support/form.ts'
import { type Desk, openDesk } from './desk.ts'
import { openTeamChannel } from './team-channel.ts'

let desk: Desk
afterEach(() => desk.close())

const TABLES = ['inbox_events', 'outbox', 'slack_posts', 'conversations', 'conversation_messages', 'tasks']

/** The tables in which a row has this word, or the id of this channel. */
async function whereIs(word: string): Promise<string[]> {
  const found: string[] = []
  for (const table of TABLES) {
    const rows = await desk.gateway.db.execute(
      sql`select 1 from ${sql.identifier(table)} as t where to_jsonb(t)::text like ${`%${word}%`} limit 1`,
    )
    if (rows.length > 0) found.push(table)
  }
  return found
}

/** The users of whose home tab something is known. */
async function homes(): Promise<string[]> {
  const rows = await desk.gateway.db.select({ userId: slackHomes.userId }).from(slackHomes)
  return rows.map(({ userId }) => userId).toSorted()
}

it('erasing a person deletes what they wrote, edited and were told in Slack', async () => {
  desk = await openDesk()
  const { acme, gateway } = desk
  const [ada, bob] = [acme.user('ada'), acme.user('bob')]
  for (const user of [ada, bob]) await desk.link(user, user.name)
  const channel = acme.channel('general', { members: [ada, bob] })
  const first = ada.dm('buy quinces tomorrow 10m')
  ada.mention(channel, 'buy quinces and more quinces')
  bob.dm('buy medlars tomorrow 10m')
  await desk.handle()
  ada.edit(acme.dm(ada), first.ts, 'buy ripe quinces tomorrow 10m')
  await desk.handle()
  expect(await whereIs('quinces')).toEqual(expect.arrayContaining(['inbox_events', 'outbox']))
  const ofBob = await whereIs('medlars')

  for (const user of [ada, bob]) user.openHome()
  await desk.handle()
  expect(await homes()).toEqual([ada.id, bob.id].toSorted())

  await gateway.invoke(deactivatePerson, { personId: 'ada' }, gateway.as())
  await gateway.invoke(erasePerson, { personId: 'ada', confirm: true }, gateway.as())
  expect(await homes()).toEqual([bob.id])
  for (const { deletePast } of people.expires)
    await deletePast(gateway.runtime.resources, gateway.clock.now())
  expect(await whereIs('quinces')).toEqual([])
  expect(await whereIs(acme.dm(ada).id)).toEqual([])
  expect(await whereIs('medlars')).toEqual(ofBob)
})

it.runIf(isLong)(
  'what the bot answered them in the thread of a team goes with what they wrote there',
  async () => {
    desk = await openDesk()
    const { acme, gateway } = desk
    const [ada, bob] = [acme.user('ada'), acme.user('bob')]
    const { channel } = await openTeamChannel(desk, [ada, bob])
    const { ts } = bob.mention(channel, 'buy quinces tomorrow 10m')
    await desk.handle()
    ada.mention(channel, 'buy medlars tomorrow 10m', { thread: ts })
    await desk.handle()
    expect(await whereIs('quinces')).toEqual(expect.arrayContaining(['conversation_messages', 'outbox']))
    await gateway.invoke(deactivatePerson, { personId: 'bob' }, gateway.as())
    await gateway.invoke(erasePerson, { personId: 'bob', confirm: true }, gateway.as())
    for (const { deletePast } of people.expires)
      await deletePast(gateway.runtime.resources, gateway.clock.now())
    // The task belongs to the team.
    expect(await whereIs('quinces')).toEqual(['tasks'])
    expect(await whereIs('medlars')).toEqual(expect.arrayContaining(['conversation_messages', 'outbox']))
  },
)
