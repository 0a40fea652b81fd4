/** Templates of teams: who uses and changes them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../../src/core/operation/actor.ts'
import { applyTemplate } from '../../../src/tools/projects/templates/apply-template.ts'
import { createTemplate } from '../../../src/tools/projects/templates/create-template.ts'
import { deleteTemplate } from '../../../src/tools/projects/templates/delete-template.ts'
import { getTemplate } from '../../../src/tools/projects/templates/get-template.ts'
import { listTemplates } from '../../../src/tools/projects/templates/list-templates.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { addTeam } from '../../support/world/team.ts'

const person = (id: string): Partial<Actor> => ({ id, personId: id })
const [BOB, VIC, OUT] = [person('bob'), person('vic'), person('out')] as const

let gateway: TestGateway
let team: string
beforeAll(async () => {
  gateway = await openTestGateway()
  team = await addTeam(gateway.db, { ada: 'admin', bob: 'member', vic: 'viewer' })
})
afterAll(() => gateway?.close())

const create = async (actor: object) => {
  const input = { name: 'Episode', tasks: [{ title: 'Record' }], teamId: team }
  return (await gateway.invoke(createTemplate, input, gateway.as(actor))).output.id
}
const listed = async (actor: object) =>
  (await gateway.invoke(listTemplates, {}, gateway.as(actor))).output.items.filter(({ own }) => own)

it('is used by everybody in the team, and found by nobody else', async () => {
  const templateId = await create(BOB)
  for (const actor of [BOB, VIC, { kind: 'service' as const, id: 'key_1', personId: team }]) {
    const { output } = await gateway.invoke(getTemplate, { templateId }, gateway.as(actor))
    expect(output).toMatchObject({ own: true, teamId: team, template: { name: 'Episode' } })
    expect(await listed(actor)).toMatchObject([{ id: templateId, teamId: team }])
    await gateway.invoke(applyTemplate, { templateId }, gateway.as(actor))
  }
  expect(await listed(OUT)).toEqual([])
  for (const operation of [getTemplate, applyTemplate] as const) {
    const used = gateway.invoke(operation as typeof getTemplate, { templateId }, gateway.as(OUT))
    await expect(used).rejects.toMatchObject({ code: 'not_found' })
  }
})

it('is made and deleted by those who may change the things of the team', async () => {
  await expect(create(VIC)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(create(OUT)).rejects.toMatchObject({ code: 'not_found' })
  const templateId = await create(BOB)
  const remove = (actor: object) =>
    gateway.invoke(deleteTemplate, { templateId, confirm: true }, gateway.as(actor))
  await expect(remove(VIC)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(remove(OUT)).rejects.toMatchObject({ code: 'not_found' })
  await remove({ kind: 'service', id: 'key_1', personId: team })
  await expect(remove(BOB)).rejects.toMatchObject({ code: 'not_found' })
})
