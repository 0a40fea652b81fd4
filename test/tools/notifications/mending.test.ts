/** What needs mending is told to those who can mend it, once. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectedAccounts } from '../../../src/domain/accounts/tables.ts'
import { fireDue } from '../../../src/domain/schedules/fire.ts'
import { forgetLostSecrets } from '../../../src/tools/access/forget-lost-secrets.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { createSchedule } from '../../../src/tools/schedules/create-schedule.ts'
import { addMember } from '../../../src/tools/teams/add-member.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { ADA, type NotifiedWorld, openNotified } from './notified.ts'

const BOB = { id: 'bob', personId: 'bob' }
const NO_TASK = 'task_01h455vb4pex5vsknk084sn02q'

let world: NotifiedWorld
beforeEach(async () => {
  world = await openNotified()
})
afterEach(() => world?.gateway.close())

const texts = async (actor: object) => (await world.list(actor)).map(({ text }) => text)

it('a failed call of a schedule with notify, and of no other', async () => {
  const { invoke, as, clock } = world.gateway
  const wanted = { operation: 'tasks.get', input: { taskId: NO_TASK }, when: 'every day at 11' }
  const quiet = await invoke(createSchedule, wanted, as(ADA))
  const loud = await invoke(createSchedule, { ...wanted, notify: true }, as(ADA))
  clock.set(new Date(loud.output.schedule.nextAt ?? ''))
  expect(await fireDue(world.gateway, quiet.output.schedule.id)).toBe('failed')
  expect(await fireDue(world.gateway, loud.output.schedule.id)).toBe('failed')
  expect(await fireDue(world.gateway, loud.output.schedule.id)).toBe('early')
  expect(await texts(ADA)).toEqual([
    expect.stringMatching(/^The call of your schedule S-2 \(tasks\.get\) failed: .*task_01h455/),
  ])
})

it("a team's schedule whose person was deactivated, to the admins of the team", async () => {
  const { invoke, as } = world.gateway
  await world.person('bob')
  const { team } = (await invoke(createTeam, { name: 'Garden' }, as(ADA))).output
  await invoke(addMember, { teamId: team.id, personId: 'bob' }, as(ADA))
  const wanted = { operation: 'tasks.list', input: {}, when: 'every day at 11' }
  await invoke(createSchedule, { ...wanted, teamId: team.id }, as(BOB))
  await invoke(createSchedule, wanted, as(BOB))
  await invoke(deactivatePerson, { personId: 'bob' }, as())
  expect(await texts(ADA)).toEqual([
    expect.stringMatching(/^The schedule S-1 \(tasks\.list\) is paused: bob has been deactivated/),
  ])
})

it('an account whose secret was lost, once, and not one that was broken before', async () => {
  const { db, runtime, clock, invoke, as } = world.gateway
  const now = clock.now()
  const stored = (name: string, state: 'connected' | 'broken') => ({
    ...{
      id: runtime.newId('account'),
      personId: 'ada',
      ownerId: 'ada',
      spaceId: 'ada',
      connector: 'todoist',
    },
    ...{ name, outsideId: name, scopes: [], state, createdAt: now, updatedAt: now, checkedAt: now },
  })
  await db.insert(connectedAccounts).values([stored('lost', 'connected'), stored('refused', 'broken')])
  for (let time = 0; time < 2; time += 1) await invoke(forgetLostSecrets, { confirm: true } as never, as())
  expect(await texts(ADA)).toEqual([
    'Your account lost at todoist is broken: The key of its secret was lost.',
  ])
})
