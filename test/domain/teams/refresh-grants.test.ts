/** Grants follow from members: after any changes they equal the definition. */
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { grants } from '../../../src/domain/access/tables.ts'
import { PROJECT_ROLES, projectMembers, projects } from '../../../src/domain/projects/tables.ts'
import { refreshProjectGrants, refreshTeamGrants } from '../../../src/domain/teams/refresh-grants.ts'
import { TEAM_ROLES, teamMembers, teams } from '../../../src/domain/teams/tables.ts'
import { SPACES_FROM_PERSON_MAX, SPACES_OF_PERSON_MAX } from '../../../src/domain/teams/team.ts'
import { cases } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'

const TEAMS = ['team_a', 'team_b']
const PROJECTS = ['project_1', 'project_2']
const PEOPLE = ['ada', 'bob', 'cleo']
const AT = new Date('2026-03-04T09:00:00Z')

type TeamRole = (typeof TEAM_ROLES)[number]
type ProjectRole = (typeof PROJECT_ROLES)[number]
type Sharing = 'private' | 'shared' | 'restricted'

/** All that rights follow from. */
interface Model {
  readonly archived: Set<string>
  readonly members: Map<string, TeamRole>
  readonly shared: Map<string, ProjectRole>
  readonly owners: Map<string, string>
  readonly sharing: Map<string, Sharing>
}

let gateway: TestGateway
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

const RANK = { viewer: 1, editor: 2, member: 2, admin: 3 } as const
const NAMES = ['', 'viewer', 'editor', 'admin']

type Give = (personId: string, spaceId: string, ownerId: string, role: keyof typeof RANK) => void

/** The definition, written without a thought for speed. */
function defined(model: Model): string[] {
  const best = new Map<string, number>()
  const give: Give = (personId, spaceId, ownerId, role) => {
    const key = `${personId} ${spaceId} ${ownerId}`
    const rank = model.archived.has(ownerId) ? 1 : RANK[role]
    best.set(key, Math.max(best.get(key) ?? 0, rank))
  }
  for (const [member, role] of model.members) {
    const [team = '', person = ''] = member.split(' ')
    give(person, team, team, role)
  }
  for (const project of PROJECTS) {
    if (model.sharing.get(project) !== 'private') giveProject(model, project, give)
  }
  return [...best].map(([key, rank]) => `${key} ${NAMES[rank]}`).sort()
}

function giveProject(model: Model, project: string, give: Give): void {
  const owner = model.owners.get(project) ?? ''
  const isShared = model.sharing.get(project) === 'shared'
  if (!TEAMS.includes(owner)) give(owner, project, owner, 'admin')
  else if (isShared) give(owner, project, owner, 'editor')
  for (const person of PEOPLE) {
    const role = model.members.get(`${owner} ${person}`)
    if (role && (isShared || role === 'admin')) give(person, project, owner, role)
    const named = model.shared.get(`${project} ${person}`)
    if (named) give(person, project, owner, named)
  }
}

async function stored(): Promise<string[]> {
  const rows = await gateway.db.select().from(grants)
  return rows.map((row) => `${row.personId} ${row.spaceId} ${row.ownerId} ${row.role}`).sort()
}

async function begin(): Promise<Model> {
  const { db } = gateway
  for (const table of [grants, projectMembers, projects, teamMembers, teams]) await db.delete(table)
  for (const id of TEAMS)
    await db.insert(teams).values({ id, name: id, createdBy: 'ada', createdAt: AT, updatedAt: AT })
  for (const id of PROJECTS) {
    await db.insert(projects).values({
      ...{ id, personId: 'ada', ownerId: 'ada', spaceId: 'ada', name: id, state: 'active', type: 'software' },
      ...{ momentum: 50, momentumOn: '2026-03-04', createdAt: AT, updatedAt: AT },
    })
  }
  return {
    archived: new Set(),
    members: new Map(),
    shared: new Map(),
    owners: new Map(PROJECTS.map((id) => [id, 'ada'])),
    sharing: new Map(PROJECTS.map((id) => [id, 'private'])),
  }
}

type Change = (model: Model) => Promise<void>

const person = fc.constantFrom(...PEOPLE)

const changeMember = fc
  .tuple(fc.constantFrom(...TEAMS), person, fc.option(fc.constantFrom(...TEAM_ROLES)))
  .map(
    ([teamId, personId, role]): Change =>
      async ({ members }) => {
        const { db } = gateway
        await db.delete(teamMembers).where(sql`team_id = ${teamId} and person_id = ${personId}`)
        members.delete(`${teamId} ${personId}`)
        if (role !== null) {
          await db.insert(teamMembers).values({ teamId, personId, role, createdAt: AT })
          members.set(`${teamId} ${personId}`, role)
        }
        await refreshTeamGrants(db, teamId)
      },
  )

const changeShare = fc
  .tuple(fc.constantFrom(...PROJECTS), person, fc.option(fc.constantFrom(...PROJECT_ROLES)))
  .map(
    ([projectId, personId, role]): Change =>
      async ({ shared }) => {
        const { db } = gateway
        await db.delete(projectMembers).where(sql`project_id = ${projectId} and person_id = ${personId}`)
        shared.delete(`${projectId} ${personId}`)
        if (role !== null) {
          await db.insert(projectMembers).values({ projectId, personId, role, createdAt: AT })
          shared.set(`${projectId} ${personId}`, role)
        }
        await refreshProjectGrants(db, projectId)
      },
  )

const changeProject = fc
  .tuple(
    fc.constantFrom(...PROJECTS),
    fc.constantFrom('ada', ...TEAMS),
    fc.constantFrom<Sharing>('private', 'shared', 'restricted'),
  )
  .map(
    ([id, ownerId, sharing]): Change =>
      async (model) => {
        const spaceId = sharing === 'private' ? ownerId : id
        const set = { ownerId, spaceId, restricted: sharing === 'restricted' }
        await gateway.db.update(projects).set(set).where(eq(projects.id, id))
        model.owners.set(id, ownerId)
        model.sharing.set(id, sharing)
        await refreshProjectGrants(gateway.db, id)
      },
  )

const archive = fc.constantFrom(...TEAMS).map(
  (id): Change =>
    async ({ archived }) => {
      await gateway.db.update(teams).set({ archivedAt: AT }).where(eq(teams.id, id))
      archived.add(id)
      await refreshTeamGrants(gateway.db, id)
    },
)

const change = fc.oneof(
  { weight: 5, arbitrary: changeMember },
  { weight: 5, arbitrary: changeShare },
  { weight: 5, arbitrary: changeProject },
  { weight: 1, arbitrary: archive },
)

it('equal the definition after any sequence of changes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      const model = await begin()
      for (const make of changes) {
        await make(model)
        expect(await stored()).toEqual(defined(model))
      }
    }),
    { numRuns: cases(15, 1_000) },
  )
})

it(`are at most ${SPACES_OF_PERSON_MAX} for one person`, async () => {
  const { db } = gateway
  await begin()
  await db.execute(sql`insert into grants select 'full', 'space_' || n, 'viewer', 'ada'
    from generate_series(1, ${SPACES_OF_PERSON_MAX}) n`)
  await db.insert(teamMembers).values({ teamId: 'team_a', personId: 'full', role: 'member', createdAt: AT })
  await expect(refreshTeamGrants(db, 'team_a')).rejects.toMatchObject({ code: 'conflict' })
})

it(`are at most ${SPACES_FROM_PERSON_MAX} from one person, whom that keeps from nobody else's`, async () => {
  const { db } = gateway
  await begin()
  await db.execute(sql`insert into people (id, created_at) values ('flood', now())`)
  await db.execute(sql`insert into grants select 'full', 'flood_' || n, 'viewer', 'flood'
    from generate_series(1, ${SPACES_FROM_PERSON_MAX}) n`)
  const join = async (teamId: string, createdBy: string) => {
    await db.update(teams).set({ createdBy }).where(eq(teams.id, teamId))
    await db.insert(teamMembers).values({ teamId, personId: 'full', role: 'member', createdAt: AT })
    await refreshTeamGrants(db, teamId)
  }
  await join('team_a', 'ada')
  await expect(join('team_b', 'flood')).rejects.toThrow('of one person')
  await db.execute(sql`update people set role = 'admin' where id = 'flood'`)
  await expect(refreshTeamGrants(db, 'team_b')).resolves.toBeUndefined()
})
