/** A mirror that is only kept by partial syncs: whatever people do, it holds what a full sync tells. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cases } from '../../../support/form.ts'
import { ApiError } from '../../../support/todoist/api-error.ts'
import type { Person } from '../../../support/todoist/world/person.ts'
import type { Json } from '../../../support/todoist/world/wire.ts'
import { type Client, clientOf, start, todoist } from './start.ts'

const STEPS = 30
const KINDS = ['items', 'projects', 'sections', 'labels', 'notes'] as const

type Row = Json & { id: string; is_deleted: boolean }
type Mirror = Record<(typeof KINDS)[number], Map<string, Row>>

const emptyMirror = (): Mirror => ({
  items: new Map(),
  projects: new Map(),
  sections: new Map(),
  labels: new Map(),
  notes: new Map(),
})

/** What a client does with an answer: a row that is deleted goes, any other is kept as it came. */
function apply(mirror: Mirror, body: Record<string, Row[]>): void {
  for (const kind of KINDS) {
    for (const row of body[kind] ?? []) {
      if (row.is_deleted) mirror[kind].delete(row.id)
      else mirror[kind].set(row.id, row)
    }
  }
}

/** The rows that a full sync would tell of: nothing completed or archived, nor anything in it. */
function activeIn(mirror: Mirror) {
  const projects = [...mirror.projects.values()].filter(({ is_archived }) => !is_archived)
  const isOpen = ({ project_id }: Row) => projects.some(({ id }) => id === project_id)
  const sections = [...mirror.sections.values()].filter((row) => isOpen(row) && !row.is_archived)
  const isIn = (row: Row) => row.section_id === null || sections.some(({ id }) => id === row.section_id)
  const items = [...mirror.items.values()].filter((row) => isOpen(row) && isIn(row) && !row.checked)
  const notes = [...mirror.notes.values()].filter(({ item_id }) => items.some(({ id }) => id === item_id))
  return { items, projects, sections, labels: [...mirror.labels.values()], notes }
}

const byId = (one: Row, other: Row) => one.id.localeCompare(other.id)

async function expectSame(mirror: Mirror, client: Client): Promise<void> {
  const full = (await client.read()).body
  const active = activeIn(mirror)
  for (const kind of KINDS) expect([...active[kind]].sort(byId), kind).toEqual([...full[kind]].sort(byId))
}

/** One thing that a person does; `pick` chooses among what there is. */
const ACTS: ((person: Person, pick: (count: number) => number) => unknown)[] = [
  (person, pick) => person.add(`Task ${pick(1000)}`, { project_id: chosen(projects(person), pick).id }),
  (person, pick) =>
    person.add('Again', { due: { string: 'every day' }, parent_id: chosen(person.tasks(), pick).id }),
  (person, pick) =>
    person.edit(chosen(person.tasks(), pick).id, { content: `New ${pick(1000)}`, labels: ['home'] }),
  (person, pick) => person.complete(chosen(person.tasks(), pick).id),
  (person, pick) =>
    person.uncomplete(
      chosen(
        todoist.world.items.where(({ checked }) => checked),
        pick,
      ).id,
    ),
  (person, pick) => person.remove(chosen(person.tasks(), pick).id),
  (person, pick) =>
    person.move(chosen(person.tasks(), pick).id, { project_id: chosen(projects(person), pick).id }),
  (person, pick) =>
    person.move(chosen(person.tasks(), pick).id, { parent_id: chosen(person.tasks(), pick).id }),
  (person, pick) => person.addProject(`Project ${pick(1000)}`),
  (person, pick) => person.addSection('Section', chosen(projects(person), pick)),
  (person, pick) => person.add('In it', { section_id: chosen(sections(), pick).id }),
  (person, pick) => person.does('section_archive', { id: chosen(sections(), pick).id }),
  (person, pick) => person.does('section_unarchive', { id: chosen(sections(), pick).id }),
  (person, pick) => person.does('section_delete', { id: chosen(sections(), pick).id }),
  (person, pick) =>
    person.does('section_move', {
      id: chosen(sections(), pick).id,
      project_id: chosen(projects(person), pick).id,
    }),
  (person, pick) => person.does('project_archive', { id: chosen(projects(person), pick).id }),
  (person, pick) => person.does('project_unarchive', { id: chosen(projects(person), pick).id }),
  (person, pick) => person.does('project_delete', { id: chosen(projects(person), pick).id }),
  (person, pick) => person.does('note_add', { item_id: chosen(person.tasks(), pick).id, content: 'Look' }),
  (person, pick) => person.does('label_add', { name: `label-${pick(1000)}` }),
  (person, pick) =>
    person.share(chosen(projects(person), pick), ...todoist.world.people.filter((each) => each !== person)),
  (person, pick) => {
    const [, other] = todoist.world.people
    person.does('delete_collaborator', { project_id: chosen(projects(person), pick).id, email: other?.email })
  },
]

function projects(person: Person) {
  const { world } = todoist
  return world.projects.where((each) => !each.is_deleted && world.canSee(person, each.id))
}

function sections() {
  return todoist.world.sections.where((each) => !each.is_deleted)
}

function chosen<Row>(rows: readonly Row[], pick: (count: number) => number): Row {
  return rows[pick(rows.length)] ?? ({ id: 'missing' } as Row)
}

test('a mirror of partial syncs is what a full sync tells, for everyone who shares', async () => {
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.boolean()), {
    minLength: 1,
    maxLength: STEPS,
  })
  const property = fc.asyncProperty(steps, async (acts) => {
    const { ada } = await start()
    try {
      const people = [ada, todoist.world.person('bob')].map((person) => ({
        client: clientOf(person.token),
        mirror: emptyMirror(),
        token: '*',
      }))
      furnish(ada)
      for (const reader of people) await readOn(reader)
      for (const [act, one, other, isRead] of acts) {
        attempt(() => {
          const picks = [one, other]
          ACTS[act % ACTS.length]?.(ada, (count) => (count === 0 ? 0 : (picks.shift() ?? 0) % count))
        })
        for (const reader of isRead ? people : []) await readOn(reader)
      }
      for (const reader of people) {
        await readOn(reader)
        await expectSame(reader.mirror, reader.client)
      }
    } finally {
      await todoist.close()
    }
  })
  await fc.assert(property, { numRuns: cases(8, 300) })
  await start()
})

/** Something for each act to be about: two projects, one of them shared, a section, tasks below each other. */
function furnish(person: Person): void {
  const [home] = [person.addProject('Home'), person.addProject('Work')]
  person.share(home, ...todoist.world.people.filter((each) => each !== person))
  const section = person.addSection('Section', home)
  const parent = person.add('Parent', { section_id: section.id })
  person.add('Child', { parent_id: parent.id })
  person.does('note_add', { item_id: parent.id, content: 'Look' })
}

async function readOn(reader: { client: Client; mirror: Mirror; token: string }): Promise<void> {
  const { body } = await reader.client.read(reader.token)
  apply(reader.mirror, body)
  reader.token = body.sync_token
}

/** An act may be refused, as when what it is about is not there. */
function attempt(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
