/** URLs that people and teams make at the hooks of areas, over real HTTP. */
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { joinAreas } from '../../src/core/area/join-areas.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { inboxEvents } from '../../src/domain/inbox/tables.ts'
import { createHookUrl } from '../../src/tools/hooks/urls/create-url.ts'
import { deleteHookUrl } from '../../src/tools/hooks/urls/delete-url.ts'
import { listHookUrls } from '../../src/tools/hooks/urls/list-urls.ts'
import { listEvents } from '../../src/tools/inbox/list-events.ts'
import { deactivatePerson } from '../../src/tools/people/deactivate-person.ts'
import { areas, operations } from '../../src/tools/registry.ts'
import { addMember } from '../../src/tools/teams/add-member.ts'
import { createTeam } from '../../src/tools/teams/create-team.ts'
import { sweep } from '../../src/workers/jobs/sweeper.ts'
import { openFront, type TestFront } from '../support/front.ts'
import { addPeople } from '../support/world/add-people.ts'
import { CREATE_BEDS, greenhouse, signatureOf } from './greenhouse.ts'

/** Not `admin`: none of them manages the gateway. */
const SCOPES = ['hooks:write', 'inbox:read', 'teams:write'] as const
const KEY = 'the-key-of-the-sensors'

let front: TestFront
let teamId: string
const sweeps = joinAreas(areas, [greenhouse]).flatMap((area) => area.sweeps)

const run =
  (person: string) =>
  async <Input extends z.ZodObject, Output extends z.ZodObject>(
    operation: Operation<Input, Output>,
    input: z.input<Input> & { confirm?: boolean },
  ): Promise<z.output<Output>> =>
    (
      await front.gateway.invoke(
        operation,
        input,
        front.gateway.as({ id: person, personId: person, scopes: SCOPES }),
      )
    ).output

beforeAll(async () => {
  front = await openFront(
    {},
    {
      areas: [greenhouse],
      operations: [...operations, ...greenhouse.operations],
      environment: { GREENHOUSE_SENSOR_KEY: KEY },
    },
  )
  await front.gateway.db.execute(CREATE_BEDS)
  await addPeople(front.gateway.db, ['ada', 'bob', 'eve'])
  teamId = (await run('ada')(createTeam, { name: 'Garden' })).team.id
  await run('ada')(addMember, { teamId, personId: 'bob', role: 'member' })
})
afterAll(() => front?.close())

beforeEach(async () => {
  await front.gateway.db.delete(inboxEvents)
  await front.gateway.db.execute(sql`delete from greenhouse_beds`)
})

const newUrl = (person: string, input: { hook: string; teamId?: string }) =>
  run(person)(createHookUrl, { name: 'Box', ...input })

const tokenOf = ({ link }: { link: string | null }) => String(link?.split('/').at(-1))

function report(path: string, event: object, signature?: string): Promise<Response> {
  const body = JSON.stringify(event)
  const headers = { 'x-signature': signature ?? signatureOf(body, KEY) }
  return fetch(`${front.url}/hooks/${path}`, { method: 'POST', headers, body })
}

async function handled(): Promise<{ plant: string; of: string }[]> {
  const inbox = sweeps.filter(({ name }) => name === 'inbox')
  await sweep(front.gateway.runtime, inbox)
  return await front.gateway.db.execute(
    sql`select plant, "personId" as of from greenhouse_beds order by plant, "personId"`,
  )
}

describe('a report to the URL of a person or a team', () => {
  test('is theirs, once for each of them, and its token is stored and shown nowhere', async () => {
    const own = await newUrl('eve', { hook: 'greenhouse' })
    const ofTeam = await newUrl('ada', { hook: 'greenhouse', teamId })
    expect(own.link).toMatch(/^http:\S+\/hooks\/greenhouse\/sb_hook_/)
    const event = { id: 'bed-1', plant: 'Beans' }
    for (const each of [own, ofTeam, own]) {
      expect((await report(`greenhouse/${tokenOf(each)}`, event)).status).toBe(200)
    }
    expect(await handled()).toEqual(
      [
        { plant: 'Beans', of: 'eve' },
        { plant: 'Beans', of: teamId },
      ].sort((a, b) => (a.of < b.of ? -1 : 1)),
    )
    expect((await run('bob')(listEvents, {})).items).toMatchObject([{ owner: teamId, state: 'done' }])
    const { items } = await run('bob')(listHookUrls, {})
    expect(items).toMatchObject([{ id: ofTeam.hookUrl.id, teamId, hook: 'greenhouse' }])
    const rows = await front.gateway.db.execute(sql`select to_jsonb(u) as row from hook_urls u
      union all select to_jsonb(a) from audit_entries a union all select to_jsonb(k) from idempotency_keys k`)
    expect(JSON.stringify([items, rows])).not.toContain(tokenOf(ofTeam))
  })

  test('is verified all the same, and belongs to whom the URL belongs, whatever it names', async () => {
    const token = tokenOf(await newUrl('eve', { hook: 'greenhouse' }))
    expect((await report(`greenhouse/${token}`, { id: 'f', plant: 'Weeds' }, 'forged')).status).toBe(401)
    await report(`greenhouse/${token}`, { id: 'g', plant: 'Figs', gardener: 'ada' })
    expect(await handled()).toEqual([{ plant: 'Figs', of: 'eve' }])
  })

  test('is all that lets reports in where nothing is signed', async () => {
    const token = tokenOf(await newUrl('ada', { hook: 'greenhouse-box', teamId }))
    const event = { id: 'b', plant: 'Mint', gardener: 'eve' }
    expect((await report('greenhouse-box', event)).status).toBe(401)
    expect((await report('greenhouse-box/guessed', event)).status).toBe(401)
    expect((await report(`greenhouse-box/${token}`, event, '')).status).toBe(200)
    // A token opens no other hook.
    expect((await report(`greenhouse/${token}`, event)).status).toBe(401)
    expect(await handled()).toEqual([{ plant: 'Mint', of: teamId }])
  })
})

describe('a URL', () => {
  test('of a team is made and ended by its admins, and refuses reports from then on', async () => {
    await expect(newUrl('bob', { hook: 'greenhouse', teamId })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(newUrl('eve', { hook: 'greenhouse', teamId })).rejects.toMatchObject({ code: 'not_found' })
    const made = await newUrl('ada', { hook: 'greenhouse', teamId })
    const end = { hookUrlId: made.hookUrl.id, confirm: true }
    await expect(run('bob')(deleteHookUrl, end)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(run('eve')(deleteHookUrl, end)).rejects.toMatchObject({ code: 'not_found' })
    await run('ada')(deleteHookUrl, end)
    expect((await report(`greenhouse/${tokenOf(made)}`, { id: 'late', plant: 'Ivy' })).status).toBe(401)
  })

  test('of a person refuses reports once the person is deactivated', async () => {
    const token = tokenOf(await newUrl('eve', { hook: 'greenhouse' }))
    await front.gateway.invoke(deactivatePerson, { personId: 'eve' }, front.gateway.as())
    expect((await report(`greenhouse/${token}`, { id: 'late', plant: 'Ivy' })).status).toBe(401)
  })

  test('is made only at a hook that there is, and a hook is named that there is', async () => {
    await expect(newUrl('ada', { hook: 'nowhere' })).rejects.toMatchObject({
      code: 'not_found',
      fix: expect.stringContaining('greenhouse'),
    })
  })
})
