/** Invitations: made and revoked by those who manage people, accepted on the page and by programs, once. */

import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { Actor } from '../../../src/core/operation/actor.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { redact } from '../../../src/core/text/redact.ts'
import { apiKeys, auditEntries, people } from '../../../src/domain/access/tables.ts'
import { INVITATION_KEPT_MS, INVITATION_MAX_MS } from '../../../src/domain/people/invitations/invitation.ts'
import { invitations } from '../../../src/domain/people/tables.ts'
import { teamMembers } from '../../../src/domain/teams/tables.ts'
import { people as peopleArea } from '../../../src/tools/people/area.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { deactivatePerson } from '../../../src/tools/people/deactivate-person.ts'
import { getPerson } from '../../../src/tools/people/get-person.ts'
import { invitePerson } from '../../../src/tools/people/invite-person.ts'
import { listInvitations } from '../../../src/tools/people/list-invitations.ts'
import { revokeInvitation } from '../../../src/tools/people/revoke-invitation.ts'
import { archiveTeam } from '../../../src/tools/teams/archive-team.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { isLong } from '../../support/form.ts'
import { openFront, type TestFront } from '../../support/front.ts'
import { TEST_PUBLIC_URL } from '../../support/world/database.ts'

const ACCEPT = '/v1/people/accept-invitation'
const NOT_USABLE = 'This invitation cannot be used: it is mistyped, used, expired or revoked.'

let front: TestFront
let round = 0
let id: string

beforeAll(async () => {
  front = await openFront({ SWITCHBOARD_PUBLIC_URL: TEST_PUBLIC_URL })
})
afterAll(() => front.close())
beforeEach(() => {
  round += 1
  id = `grace-${round}`
})

async function run<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
  input: z.input<Input>,
  as?: Partial<Actor>,
): Promise<z.output<Output>> {
  return (await front.gateway.invoke(operation, input, front.gateway.as(as))).output
}

async function invite(input: z.input<typeof invitePerson.input> = {}, as?: Partial<Actor>) {
  const { invitation, link, token } = await run(invitePerson, input, as)
  return { invitation, path: new URL(link ?? '').pathname, link: link ?? '', token: token ?? '' }
}

const accept = (body: object) => front.send('POST', ACCEPT, body)
/** A problem as RFC 9457 has it. */
const problemOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>

const press = (path: string, fields: Record<string, string> = {}) =>
  fetch(`${front.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) })

describe('an invitation', () => {
  test('has a link that is shown once, and whose token is stored only as a hash', async () => {
    const call = { ...front.gateway.as(), idempotencyKey: 'once' }
    const { output } = await front.gateway.invoke(invitePerson, { id, name: 'Grace Hopper' }, call)
    expect(output.link).toBe(`${TEST_PUBLIC_URL}/invite/${output.token}`)
    expect(output.token).toMatch(/^sb_inv_[\w-]{49}$/)
    const again = await front.gateway.invoke(invitePerson, { id, name: 'Grace Hopper' }, call)
    expect(again.output).toMatchObject({ invitation: { id: output.invitation.id }, link: null, token: null })
    const { items } = await run(listInvitations, {})
    expect(items).toContainEqual(output.invitation)
    const stored = [...(await front.gateway.db.select().from(invitations)), items]
    expect(JSON.stringify(stored)).not.toContain(output.token)
  })

  test('is for somebody who is not here, with an id and an address that nobody has', async () => {
    await run(createPerson, { id, emails: [{ address: `${id}@example.com` }] })
    await expect(invite({ id })).rejects.toMatchObject({ code: 'conflict' })
    await expect(invite({ email: `${id}@example.com` })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('gives no more than the person who makes it has', async () => {
    const manager = { scopes: ['people:write'] } as const
    await expect(invite({}, manager)).rejects.toMatchObject({ code: 'forbidden' })
    await run(createPerson, { id, role: 'admin' })
    const admin = { id, personId: id }
    await expect(invite({ role: 'owner' }, admin)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(invite({ teamRole: 'viewer' })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('accepting', () => {
  test('shows who invites into what, lets the person in, and shows their key once', async () => {
    const { team } = await run(createTeam, { name: 'Garden <b>' })
    const given = { id, name: 'Grace "Hopper"', teamId: team.id, teamRole: 'viewer' } as const
    const { path, token } = await invite({ ...given, email: `${id}@example.com` })
    const asked = await fetch(`${front.url}${path}`)
    const question = await asked.text()
    expect(question).toContain('local invites you as member, and into the team Garden &lt;b&gt; as viewer.')
    expect(question).toContain(`Your id is <code>${id}</code>`)
    expect(question).toContain('value="Grace &quot;Hopper&quot;"')
    expect(question).not.toContain(token)
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    const done = await press(path, { name: 'Grace' })
    const shown = await done.text()
    expect(done.status).toBe(200)
    expect(done.headers.get('cache-control')).toBe('no-store')
    const [key] = /sb_[\w-]{49}(?!\w)/.exec(shown) ?? []
    expect(shown).toContain(`export SWITCHBOARD_URL=${TEST_PUBLIC_URL}`)
    const who = await front.send('GET', '/v1/whoami', undefined, { authorization: `Bearer ${key}` })
    expect(await who.json()).toMatchObject({ person: { id, name: 'Grace' } })
    const emails = [{ address: `${id}@example.com`, verified: false }]
    expect((await run(getPerson, { personId: id })).person).toMatchObject({ role: 'member', emails })
    const members = await front.gateway.db.select().from(teamMembers).where(eq(teamMembers.personId, id))
    expect(members).toMatchObject([{ teamId: team.id, role: 'viewer' }])
    const again = await press(path)
    expect([again.status, await again.text()]).toEqual([404, expect.stringContaining(NOT_USABLE)])
  })

  test('by a program answers with the person and the key', async () => {
    const { invitation, token } = await invite({ role: 'guest' })
    const answer = await accept({ token, id, name: 'Grace' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({
      person: { id, name: 'Grace' },
      key: { person: id, state: 'active', createdBy: invitation.id },
      secret: expect.stringMatching(/^sb_/),
    })
    const { items } = await run(listInvitations, { state: 'accepted' })
    expect(items.find((each) => each.id === invitation.id)).toMatchObject({ acceptedBy: id })
  })

  test('asks again for an id that is not available, and the invitation stays open', async () => {
    await run(createPerson, { id })
    const { path, token } = await invite({ name: 'Grace' })
    for (const [typed, status, words] of [
      [id, 409, 'Somebody here has this id already.'],
      ['Not An Id', 400, 'Use lower-case letters'],
      ['', 400, 'Use lower-case letters'],
    ] as const) {
      const answer = await press(path, { id: typed, name: 'Grace B. Hopper' })
      const page = await answer.text()
      expect([answer.status, page]).toEqual([status, expect.stringContaining(words)])
      // What was typed is kept, and a person who sees this page alone is told of no operation.
      expect(page).toContain(`name="id" value="${typed}"`)
      expect(page).toContain('value="Grace B. Hopper"')
      expect(page).not.toContain('people.')
    }
    expect((await accept({ token, id: 'local' })).status).toBe(409)
    expect((await accept({ token, id: `${id}-new` })).status).toBe(200)
  })

  test('keeps to the id that the invitation names', async () => {
    const { token } = await invite({ id })
    expect((await accept({ token, id: `${id}-other` })).status).toBe(400)
    expect((await accept({ token, id })).status).toBe(200)
  })

  test('is refused alike for tokens that are wrong, used, expired, revoked, or of somebody who left', async () => {
    const boss = `${id}-boss`
    await run(createPerson, { id: boss, role: 'admin' })
    const made = {
      used: await invite(),
      revoked: await invite(),
      left: await invite({}, { id: boss, personId: boss }),
      expired: await invite(),
    }
    await accept({ token: made.used.token, id })
    await run(revokeInvitation, { invitationId: made.revoked.invitation.id })
    await run(deactivatePerson, { personId: boss })
    front.gateway.clock.advance(INVITATION_MAX_MS)
    const tokens = [...Object.values(made).map(({ token }) => token), 'sb_inv_wrong', '☎']
    const answers = await Promise.all(
      tokens.map(async (token) => {
        const { requestId, instance, ...body } = await problemOf(await accept({ token, id: `${id}-x` }))
        return body
      }),
    )
    expect(answers).toEqual(answers.map(() => expect.objectContaining({ status: 404, detail: NOT_USABLE })))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    for (const { path } of Object.values(made)) expect((await fetch(`${front.url}${path}`)).status).toBe(404)
  })

  test('of two at once succeeds for one, and leaves nothing of the other', async () => {
    const { token } = await invite()
    const answers = await Promise.all([accept({ token, id: `${id}-a` }), accept({ token, id: `${id}-b` })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    const came = await front.gateway.db
      .select()
      .from(people)
      .where(and(eq(people.id, answers[0]?.status === 200 ? `${id}-b` : `${id}-a`)))
    expect(came).toEqual([])
  })

  test('that fails half-way leaves the invitation unused', async () => {
    const { team } = await run(createTeam, { name: 'Short-lived' })
    const { token, invitation } = await invite({ id, teamId: team.id })
    await run(archiveTeam, { ...{ confirm: true }, teamId: team.id })
    expect((await accept({ token })).status).toBe(409)
    expect(await front.gateway.db.select().from(people).where(eq(people.id, id))).toEqual([])
    expect(await front.gateway.db.select().from(apiKeys).where(eq(apiKeys.personId, id))).toEqual([])
    expect((await run(revokeInvitation, { invitationId: invitation.id })).changed).toBe(true)
  })

  test('leaves the token neither in the audit nor in the log, and wrong tokens no entry at all', async () => {
    const { token, path, invitation } = await invite({ id })
    const before = (await front.gateway.db.select().from(auditEntries)).length
    await accept({ token: 'sb_inv_wrong', id })
    expect((await front.gateway.db.select().from(auditEntries)).length).toBe(before)
    await press(path)
    const entries = await front.gateway.db.select().from(auditEntries)
    expect(entries.find(({ actorId }) => actorId === invitation.id)).toMatchObject({ outcome: 'ok' })
    expect(JSON.stringify(entries)).not.toContain(token)
    expect(JSON.stringify(redact(front.gateway.logged))).not.toContain(token)
  })
})

describe('revoking', () => {
  test('has no further effect a second time, and is too late once somebody came', async () => {
    const { invitation } = await invite()
    expect((await run(revokeInvitation, { invitationId: invitation.id })).changed).toBe(true)
    expect((await run(revokeInvitation, { invitationId: invitation.id })).changed).toBe(false)
    const other = await invite({ id })
    await accept({ token: other.token })
    await expect(run(revokeInvitation, { invitationId: other.invitation.id })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})

test('Old invitations are deleted', async () => {
  await invite()
  const expiry = peopleArea.expires.find(({ name }) => name === 'invitations')
  const later = new Date(front.gateway.clock.now().getTime() + INVITATION_MAX_MS + INVITATION_KEPT_MS + 1)
  await expiry?.deletePast(front.gateway.runtime.resources, later)
  expect(await front.gateway.db.select().from(invitations)).toEqual([])
})

test.runIf(isLong)('An address may try a limited number of times in a minute', async () => {
  const other = await openFront({}, {})
  try {
    const tries = await Promise.all(
      Array.from({ length: 110 }, () => other.send('POST', ACCEPT, { token: 'sb_inv_wrong', id })),
    )
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([404, 429]))
  } finally {
    await other.close()
  }
})
