/** What a person's client is sent: everything that is active, or what changed since a token. */

import { workspacesOf, workspaceUsersOf } from '../actions/workspaces.ts'
import { homeOf } from '../world/find.ts'
import { collaboratorOut, labelInSync, reminderOut, taskOut, userOut } from '../world/outward.ts'
import type { Person } from '../world/person.ts'
import type { Table } from '../world/table.ts'
import type { Json } from '../world/wire.ts'
import type { World } from '../world/world.ts'

/** Who reads, and from which change on; `undefined`: from the start. */
export interface Reader {
  readonly world: World
  readonly person: Person
  readonly since: number | undefined
}

type Rows = (reader: Reader) => unknown

/** The types of resources, each with what a reader gets of it; `undefined`: nothing. */
export const RESOURCES: Record<string, Rows> = {
  items: (reader) => [
    ...rowsOf(reader, reader.world.items, {
      isSeen: (item) => reader.world.canSee(reader.person, item.project_id),
      isActive: (item) => !item.checked && isPlaceActive(reader.world, item),
    }).map((item) => taskOut(reader.world, item)),
    ...lossesOf(reader, 'items'),
  ],
  projects: (reader) => [
    ...rowsOf(reader, reader.world.projects, {
      isSeen: ({ id }) => reader.world.canSee(reader.person, id),
      isActive: ({ is_archived }) => !is_archived,
    }),
    ...lossesOf(reader, 'projects'),
  ],
  sections: (reader) => [
    ...rowsOf(reader, reader.world.sections, {
      isSeen: ({ project_id }) => reader.world.canSee(reader.person, project_id),
      isActive: (section) => isPlaceActive(reader.world, { ...section, section_id: section.id }),
    }),
    ...lossesOf(reader, 'sections'),
  ],
  labels: (reader) => owned(reader, reader.world.labels).map((label) => labelInSync(reader.world, label)),
  filters: (reader) => owned(reader, reader.world.filters),
  notes: (reader) => notesOf(reader).filter(({ item_id }) => item_id !== undefined),
  project_notes: (reader) => notesOf(reader).filter(({ project_id }) => project_id !== undefined),
  reminders: (reader) => remindersOf(reader).filter(({ type }) => type !== 'location'),
  reminders_location: (reader) => remindersOf(reader).filter(({ type }) => type === 'location'),
  collaborators: ({ world, person, since }) => {
    const near = membershipsNear(world, person)
    const isNews =
      since === undefined || world.memberships.changedSince(since).some((each) => near.includes(each))
    if (!isNews) return []
    const ids = new Set(near.map(({ user_id }) => user_id))
    return world.people.filter(({ id }) => ids.has(id)).map(collaboratorOut)
  },
  collaborator_states: ({ world, person, since }) =>
    membershipsNear(world, person)
      .filter((each) => since === undefined || world.memberships.changedSince(since).includes(each))
      .map(({ id: _, ...state }) => state),
  user: ({ world, person, since }) => (isPersonNews(person, since) ? userOut(world, person) : undefined),
  user_plan_limits: ({ person, since }) => (isPersonNews(person, since) ? person.planLimits() : undefined),
  stats: ({ world, person, since }) =>
    since === undefined ? { completed_count: userOut(world, person).completed_count } : undefined,
  completed_info: (reader) => (reader.since === undefined ? completedInfo(reader) : []),
  day_orders: ({ world, person }) =>
    Object.fromEntries(
      world.items
        .where((item) => item.day_order >= 0 && !item.is_deleted && world.canSee(person, item.project_id))
        .map(({ id, day_order }) => [id, day_order]),
    ),
  locations: () => [],
  live_notifications: () => [],
  workspaces: ({ world, person, since }) => (since === undefined ? workspacesOf(world, person) : []),
  workspace_users: ({ world, person, since }) => (since === undefined ? workspaceUsersOf(world, person) : []),
  folders: () => [],
  view_options: () => [],
}

function lossesOf({ world, person, since }: Reader, kind: 'items' | 'sections' | 'projects'): Json[] {
  return since === undefined ? [] : world.lossesOf(person, kind, since)
}

function isPersonNews({ version }: Person, since: number | undefined): boolean {
  return since === undefined || version > since
}

interface Sight<Row> {
  isSeen(row: Row): boolean
  /** Whether a full sync tells of it. */
  isActive(row: Row): boolean
}

function rowsOf<Row extends { id: string; is_deleted: boolean }>(
  { since }: Reader,
  table: Table<Row>,
  { isSeen, isActive }: Sight<Row>,
): Row[] {
  const rows =
    since === undefined ? table.where((row) => !row.is_deleted && isActive(row)) : table.changedSince(since)
  return rows.filter(isSeen).map((row) => structuredClone(row))
}

function owned<Row extends { id: string; is_deleted: boolean }>(reader: Reader, table: Table<Row>): Row[] {
  const isSeen = (row: Row) => table.ownerOf(row) === reader.person.id
  return rowsOf(reader, table, { isSeen, isActive: () => true })
}

function notesOf(reader: Reader) {
  const { world, person } = reader
  return rowsOf(reader, world.notes, {
    isSeen: (note) => world.canSee(person, homeOf(world, note)),
    isActive: ({ item_id, project_id }) => isHolderActive(world, item_id, project_id),
  })
}

function remindersOf(reader: Reader) {
  const { world } = reader
  return rowsOf(reader, world.reminders, {
    isSeen: (row) => world.reminders.ownerOf(row) === reader.person.id,
    isActive: ({ item_id }) => isHolderActive(world, item_id, undefined),
  }).map((row) => reminderOut(world, row))
}

function isHolderActive(world: World, itemId: string | undefined, projectId: string | undefined): boolean {
  if (projectId !== undefined) return isPlaceActive(world, { project_id: projectId, section_id: null })
  const item = world.items.get(itemId ?? '')
  return item !== undefined && !item.is_deleted && !item.checked && isPlaceActive(world, item)
}

export function isPlaceActive(
  world: World,
  place: { project_id: string; section_id: string | null },
): boolean {
  const project = world.projects.get(place.project_id)
  const section = world.sections.get(place.section_id ?? '')
  return project?.is_archived === false && !project.is_deleted && section?.is_archived !== true
}

/** The places in the projects that a person shares. */
function membershipsNear(world: World, person: Person) {
  return world.memberships.where((each) => world.canSee(person, each.project_id))
}

function completedInfo({ world, person }: Reader): Json[] {
  const done = world.items.where(
    (item) => item.checked && !item.is_deleted && world.canSee(person, item.project_id),
  )
  return [...new Set(done.map(({ project_id }) => project_id))].map((project_id) => ({
    project_id,
    archived_sections: 0,
    completed_items: done.filter((item) => item.project_id === project_id).length,
  }))
}
