/** A channel that belongs to a team of the first two users. */
import { setChannel } from '../../../src/tools/slack/set-channel.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import type { User } from '../../support/slack/world/user.ts'
import type { Desk } from './desk.ts'

/** All of these users become people of their names, and members of the channel. */
export async function openTeamChannel(
  { acme, gateway, link }: Desk,
  users: readonly [User, User, ...User[]],
) {
  for (const user of users) await link(user, user.name)
  const [first, second] = users
  const asFirst = gateway.as({
    ...{ id: first.name, personId: first.name },
    scopes: ['teams:write', 'people:read', 'tasks:write', 'runs:write', 'agents:write'],
  })
  const { team } = (await gateway.invoke(createTeam, { name: 'Launch' }, asFirst)).output
  await gateway.invoke(addMember, { teamId: team.id, personId: second.name }, asFirst)
  const channel = acme.channel('launch', { members: users })
  await gateway.invoke(setChannel, { workspace: acme.id, channel: channel.id, teamId: team.id }, gateway.as())
  return { channel, teamId: team.id, asFirst }
}
