/** Who reads along in large channels: every member is looked up, page by page, up to a bound. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { allSee } from '../../../src/domain/slack/audience.ts'
import { findWorkspace } from '../../../src/domain/slack/workspaces.ts'
import { cases, isLong } from '../../support/form.ts'
import type { User } from '../../support/slack/world/user.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
let users: User[]
/** Everybody of the workspace sees it. */
const SPACE = 'team_everybody'
/** The most members that are looked up, of whom one answer of Slack holds a tenth. */
const BOUND = 10_000
const SOME = 2_300
const MANY = cases(SOME, BOUND + 1)

beforeAll(async () => {
  desk = await openDesk()
  const { acme, gateway } = desk
  users = Array.from({ length: MANY }, (_, at) => acme.user(`user-${at}`))
  const rows = JSON.stringify(users.map(({ name, id }) => ({ name, external: `${acme.id}/${id}` })))
  const of = sql`jsonb_to_recordset(${rows}::jsonb) as u(name text, external text)`
  await gateway.db.execute(
    sql`insert into people (id, role, created_at) select name, 'member', now() from ${of}`,
  )
  await gateway.db.execute(sql`insert into person_identities (provider, external_id, person_id, created_at)
    select 'slack', external, name, now() from ${of}`)
  await gateway.db.execute(
    sql`insert into grants (person_id, space_id, role, owner_id) select name, ${SPACE}, 'member', ${SPACE} from ${of}`,
  )
})
afterAll(() => desk.close())

async function seen(members: readonly User[]) {
  const { acme, slack, gateway } = desk
  const { slack: app, db } = gateway.runtime.resources
  if (app === undefined) throw new Error('no app')
  const known = { db, app, now: gateway.clock.now(), signal: AbortSignal.timeout(60_000) }
  const channel = acme.channel(`channel-${slack.calls.length}`, { members })
  const before = slack.calls.length
  const speaking = { ...known, workspace: await findWorkspace(known, acme.id) }
  const isSeen = await allSee(speaking, { channelId: channel.id }, [SPACE])
  const pages = slack.calls.slice(before).filter(({ method }) => method === 'conversations.members').length
  return { isSeen, pages }
}

it.runIf(isLong)('everybody on every page has to see it', async () => {
  expect(await seen(users.slice(0, SOME))).toEqual({ isSeen: true, pages: 3 })
  const stranger = desk.acme.user('eve')
  expect(await seen([...users.slice(0, SOME), stranger])).toEqual({ isSeen: false, pages: 3 })
})

it('a first page with somebody who does not see it is enough', async () => {
  await desk.gateway.db.execute(
    sql`delete from grants where person_id = ${users[5]?.name} and space_id = ${SPACE}`,
  )
  expect(await seen(users)).toEqual({ isSeen: false, pages: 1 })
  await desk.gateway.db.execute(
    sql`insert into grants (person_id, space_id, role, owner_id) values (${users[5]?.name}, ${SPACE}, 'member', ${SPACE})`,
  )
})

it.runIf(MANY > BOUND)('more members than are looked up count as somebody who does not see it', async () => {
  expect(await seen(users.slice(0, BOUND))).toEqual({ isSeen: true, pages: 11 })
  expect((await seen(users)).isSeen).toBe(false)
})
