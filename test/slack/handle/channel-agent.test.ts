/** A channel with an agent of its own: it works on what no command takes there, and its loss is said in the thread. */

import { afterEach, expect, it } from 'vitest'
import { runs } from '../../../src/domain/runs/tables.ts'
import { createAgent } from '../../../src/tools/agents/create-agent.ts'
import { deleteAgent } from '../../../src/tools/agents/delete-agent.ts'
import { listChannels } from '../../../src/tools/slack/list-channels.ts'
import { setChannel } from '../../../src/tools/slack/set-channel.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { isLong } from '../../support/form.ts'
import { SOME_MODEL } from '../../support/world/some-model.ts'
import { type Desk, openDesk } from './desk.ts'
import { openTeamChannel } from './team-channel.ts'

let desk: Desk
afterEach(() => desk.close())

const GOAL = 'our three competitors: which of them sells to schools, and why?'
const SPEC = { role: 'Scout', description: 'Looks at markets', instructions: 'Look at markets.' }

async function open() {
  desk = await openDesk({ models: SOME_MODEL })
  const { acme, gateway } = desk
  const [ada, bob] = [acme.user('ada'), acme.user('bob')]
  const { channel, teamId, asFirst } = await openTeamChannel(desk, [ada, bob])
  await gateway.invoke(createAgent, { slug: 'scout', ...SPEC, teamId }, asFirst)
  const place = { workspace: acme.id, channel: channel.id }
  const set = async (input: object) =>
    (await gateway.invoke(setChannel, { ...place, ...input }, gateway.as())).output.channel
  return { ada, channel, teamId, asFirst, set }
}

const agentsOfRuns = async () => (await desk.gateway.db.select().from(runs)).map(({ agentSlug }) => agentSlug)

it('works on a goal, and on what somebody lets an agent think about there; elsewhere the standard one does', async () => {
  const { ada, channel, set } = await open()
  expect(await set({ agent: 'scout' })).toMatchObject({ agent: 'scout' })
  ada.mention(channel, GOAL)
  await desk.handle()
  ada.mention(channel, 'think compare our three competitors')
  await desk.handle()
  ada.dm(GOAL)
  await desk.handle()
  expect(await agentsOfRuns()).toEqual(['scout', 'scout', 'assistant'])
})

it('is shown with the channel, and taken away by null', async () => {
  const { set } = await open()
  await set({ agent: 'scout' })
  const { output } = await desk.gateway.invoke(listChannels, {}, desk.gateway.as())
  expect(output.items).toMatchObject([{ agent: 'scout' }])
  expect(listChannels.tell(output)).toContain('scout answers')
  expect(await set({ allow: ['guests'] })).toMatchObject({ agent: 'scout', allow: ['guests'] })
  expect(await set({ agent: null })).toMatchObject({ agent: null })
})

it('has to be one that everybody who is answered there may use', async () => {
  const { set } = await open()
  await expect(set({ agent: 'nobody' })).rejects.toMatchObject({
    code: 'not_found',
    issues: [{ path: 'agent' }],
  })
  await set({ agent: 'scout' })
  const { gateway } = desk
  const { team } = (await gateway.invoke(createTeam, { name: 'Other' }, gateway.as())).output
  await expect(set({ teamId: team.id })).rejects.toMatchObject({ code: 'not_found' })
  await expect(set({ teamId: null })).rejects.toMatchObject({ code: 'not_found' })
  expect(await set({ teamId: null, agent: 'assistant' })).toMatchObject({ teamId: null, agent: 'assistant' })
})

it.runIf(isLong)('that was deleted since is named in the thread, with the way to name another', async () => {
  const { ada, channel, teamId, asFirst, set } = await open()
  await set({ agent: 'scout' })
  await desk.gateway.invoke(deleteAgent, { slug: 'scout', teamId, confirm: true }, asFirst)
  const root = ada.mention(channel, GOAL)
  await desk.handle()
  const [answer] = await desk.posts()
  expect(answer).toMatchObject({ channel: channel.id, threadTs: root.ts })
  expect(answer?.text).toMatch(/scout.*no longer there.*slack channels set .* --agent assistant/)
  expect(await agentsOfRuns()).toEqual([])
})
