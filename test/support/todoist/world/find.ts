/** Finds what a person may see, and says the rest is not there. */
import { ApiError, notFound } from '../api-error.ts'
import type { Table } from './table.ts'
import type { Filter, Item, Label, Note, Project, Reminder, Section } from './wire.ts'
import type { Acting, World } from './world.ts'

const OLD_ID = /^\d+$/

/** Refuses the ids of the old API, which are numbers. */
export function assertId(id: string): void {
  if (!OLD_ID.test(id)) return
  throw new ApiError(400, {
    message: 'V1_ID_CANNOT_BE_USED',
    code: 557,
    tag: 'V1_ID_CANNOT_BE_USED',
    extra: { id },
  })
}

/** The project whose members see a note or a reminder. */
export function homeOf(world: World, { item_id, project_id }: { item_id?: string; project_id?: string }) {
  return project_id ?? world.items.get(item_id ?? '')?.project_id
}

export function itemOf({ world, person }: Acting, id: string): Item {
  assertId(id)
  const item = world.items.get(id)
  if (item === undefined || item.is_deleted || !world.canSee(person, item.project_id)) return notFound('Task')
  return item
}

export function projectOf({ world, person }: Acting, id: string): Project {
  assertId(id)
  const project = world.projects.get(id)
  if (project === undefined || project.is_deleted || !world.canSee(person, id)) return notFound('Project')
  return project
}

export function sectionOf({ world, person }: Acting, id: string): Section {
  assertId(id)
  const section = world.sections.get(id)
  if (section === undefined || section.is_deleted || !world.canSee(person, section.project_id))
    return notFound('Section')
  return section
}

export function noteOf({ world, person }: Acting, id: string): Note {
  assertId(id)
  const note = world.notes.get(id)
  if (note === undefined || note.is_deleted || !world.canSee(person, homeOf(world, note)))
    return notFound('Comment')
  return note
}

export const labelOf = (acting: Acting, id: string): Label =>
  owned(acting, acting.world.labels, { id, what: 'Label' })
export const filterOf = (acting: Acting, id: string): Filter =>
  owned(acting, acting.world.filters, { id, what: 'Filter' })
export const reminderOf = (acting: Acting, id: string): Reminder =>
  owned(acting, acting.world.reminders, { id, what: 'Reminder' })

function owned<Row extends { id: string; is_deleted: boolean }>(
  { person }: Acting,
  table: Table<Row>,
  { id, what }: { id: string; what: string },
): Row {
  assertId(id)
  const row = table.get(id)
  if (row === undefined || row.is_deleted || table.ownerOf(row) !== person.id) return notFound(what)
  return row
}
