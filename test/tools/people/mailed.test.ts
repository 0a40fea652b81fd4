/** Invitations and addresses by mail: the link goes to the address alone, once, and using it proves the address. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GATHER_MS } from '../../../src/domain/notifications/sending/plan.ts'
import { outbox } from '../../../src/domain/outbox/tables.ts'
import { INVITATION_MAX_MS } from '../../../src/domain/people/invitations/invitation.ts'
import { sealedSecrets } from '../../../src/domain/secrets/tables.ts'
import { rotateSecrets } from '../../../src/tools/access/rotate-secrets.ts'
import { verifyAddress } from '../../../src/tools/access/verify-address.ts'
import { people as peopleArea } from '../../../src/tools/people/area.ts'
import { createPerson } from '../../../src/tools/people/create-person.ts'
import { getPerson } from '../../../src/tools/people/get-person.ts'
import { invitePerson } from '../../../src/tools/people/invite-person.ts'
import { revokeInvitation } from '../../../src/tools/people/revoke-invitation.ts'
import { updatePerson } from '../../../src/tools/people/update-person.ts'
import { createTasks } from '../../../src/tools/tasks/create-tasks.ts'
import { createTeam } from '../../../src/tools/teams/create-team.ts'
import { type MailWorld, openMailWorld } from '../../server/mail/mail-world.ts'
import { isLong } from '../../support/form.ts'

let world: MailWorld
let round = 0
let email: string

beforeAll(async () => {
  world = await openMailWorld()
})
afterAll(() => world?.close())
beforeEach(() => {
  round += 1
  email = `grace-${round}@example.com`
  world.server.fault = undefined
})

const sealed = async () => await world.front.gateway.db.select().from(sealedSecrets)
const sent = () => world.server.received.filter(({ envelope }) => envelope.to.includes(email))

/** Milliseconds after which a delivery that failed once is made again. */
const PAUSE_MS = 5_000

describe('an invitation with an address', () => {
  test.runIf(isLong)(
    'is mailed there, shown to nobody, and proves the address of the person who comes',
    async () => {
      const { team } = await world.run(createTeam, { name: 'Garden' })
      const given = { email, name: 'Grace', teamId: team.id, teamRole: 'viewer' as const }
      const answer = await world.run(invitePerson, given)
      expect(answer).toMatchObject({ link: null, token: null, invitation: { isMailed: true } })
      expect(invitePerson.tell(answer)).toContain(`The link is on its way to ${email}`)
      await world.send()
      const mail = world.mailTo(email)
      expect(mail?.headers.subject).toBe(
        'local invites you to Switchboard as member, and into the team Garden as viewer',
      )
      expect(mail?.headers).not.toHaveProperty('list-unsubscribe')
      const link = world.linkIn(mail, '/invite')
      const stored = [...(await world.front.gateway.db.select().from(outbox)), ...(await sealed())]
      expect(JSON.stringify(stored)).not.toContain(link.slice('/invite/'.length))
      expect(await sealed()).toEqual([])
      const id = `grace-${round}`
      expect((await world.press(link, { id, name: 'Grace' })).text).toContain('Welcome, Grace')
      const { person } = await world.run(getPerson, { personId: id })
      expect(person.emails).toEqual([{ address: email, verified: true }])
    },
  )

  test('is shown instead where that is asked for, and then proves nothing', async () => {
    const { link, token, invitation } = await world.run(invitePerson, { email, byMail: false })
    expect(link).toContain(token)
    expect(invitation.isMailed).toBe(false)
    await world.send()
    expect(sent()).toEqual([])
    const id = `grace-${round}`
    await world.press(new URL(link ?? '').pathname, { id })
    const { person } = await world.run(getPerson, { personId: id })
    expect(person.emails).toEqual([{ address: email, verified: false }])
  })

  test('is sent again until the server has it, each time as the same mail', async () => {
    await world.run(invitePerson, { email })
    world.server.fault = 'greylisted'
    await world.send()
    expect(sent()).toEqual([])
    world.server.fault = 'silent'
    world.front.gateway.clock.advance(PAUSE_MS)
    await world.send()
    world.server.fault = undefined
    world.front.gateway.clock.advance(60 * PAUSE_MS)
    await world.send()
    await world.send()
    expect(sent().map(({ headers }) => headers['message-id'])).toEqual([
      ...new Array(2).fill(expect.stringMatching(/^<event_\w+@example.com>$/)),
    ])
    expect(new Set(sent().map(({ headers, text }) => `${headers['message-id']}${text}`)).size).toBe(1)
  })

  test('is given up when the server knows no such address, and its token is forgotten', async () => {
    await world.run(invitePerson, { email })
    world.server.fault = 'unknown'
    await world.send()
    const rows = await world.front.gateway.db.select().from(outbox)
    expect(rows.find(({ receiverId }) => receiverId === `mail:${email}`)).toMatchObject({
      state: 'dead',
      lastError: expect.stringContaining('No such mailbox'),
    })
    expect(await sealed()).toEqual([])
  })

  test('is not sent once it was revoked, and its token does not outlive it', async () => {
    const { invitation } = await world.run(invitePerson, { email })
    await world.run(revokeInvitation, { invitationId: invitation.id })
    expect(await sealed()).toEqual([])
    await world.send()
    expect(sent()).toEqual([])
    await world.run(invitePerson, { email })
    const expiry = peopleArea.expires.find(({ name }) => name === 'lettersUnsent')
    const later = new Date(world.front.gateway.clock.now().getTime() + INVITATION_MAX_MS + 1)
    await expiry?.deletePast(world.front.gateway.runtime.resources, later)
    expect(await sealed()).toEqual([])
  })
})

describe('an address that nobody has verified', () => {
  const codeIn = (text = '') => /Your code is (\S+),/.exec(text)?.[1] ?? ''

  test('gets a code that only its person can confirm it with, and nothing else until then', async () => {
    const id = `grace-${round}`
    await world.run(createPerson, { id, name: 'Grace', emails: [{ address: email }] })
    await world.run(createTasks, { tasks: [{ title: 'Weed', assignee: id }] })
    world.front.gateway.clock.advance(GATHER_MS)
    await world.send()
    expect(sent().map(({ headers }) => headers.subject)).toEqual([
      `Is ${email} an address of ${id} at Switchboard?`,
    ])
    const text = sent()[0]?.text
    const code = codeIn(text)
    expect(text).toContain(`switchboard access verify-address ${code}`)
    expect(text).not.toContain('http')
    const confirm = (given: string, who: string) =>
      world.run(verifyAddress, { code: given }, { id: who, personId: who })
    // Whoever else reads the mail has the code alone, and whoever else is here has no use for it.
    await world.person(`stranger-${round}`)
    for (const [given, who] of [
      [code, `stranger-${round}`],
      ['ABCD-2345', id],
    ] as const)
      await expect(confirm(given, who)).rejects.toMatchObject({ code: 'not_found' })
    expect((await world.run(getPerson, { personId: id })).person.emails?.[0]?.verified).toBe(false)
    expect(await confirm(code.toLowerCase().replace('-', ' '), id)).toEqual({ address: email })
    expect((await world.run(getPerson, { personId: id })).person.emails?.[0]?.verified).toBe(true)
    await world.run(createTasks, { tasks: [{ title: 'Hoe', assignee: id }] })
    world.front.gateway.clock.advance(GATHER_MS)
    await world.send()
    expect(sent().at(-1)?.text).toContain('Hoe')
  })

  test('is asked about once; the code survives new secrets, and ends with its days or the address', async () => {
    const id = `grace-${round}`
    await world.run(createPerson, { id })
    const emails = [{ address: email }]
    await world.run(updatePerson, { personId: id, emails })
    await world.run(updatePerson, { personId: id, emails })
    await world.send()
    expect(sent()).toHaveLength(1)
    const code = codeIn(sent()[0]?.text)
    const confirm = () => world.run(verifyAddress, { code }, { id, personId: id })
    await world.run(rotateSecrets, {})
    await confirm()
    await world.run(updatePerson, { personId: id, emails: [] })
    await expect(confirm()).rejects.toMatchObject({ code: 'not_found' })
    await world.run(updatePerson, { personId: id, emails })
    world.front.gateway.clock.advance(3 * 24 * 60 * 60 * 1000)
    await expect(confirm()).rejects.toMatchObject({ code: 'not_found' })
  })
})
