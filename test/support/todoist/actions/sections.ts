/** Sections: adding, changing, moving, archiving, deleting. */
import { invalid, overLimit } from '../api-error.ts'
import { projectOf, sectionOf } from '../world/find.ts'
import type { Item, Section } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'
import { changePlace } from './sharing.ts'

export interface SectionFields {
  name?: string | undefined
  description?: string | null | undefined
  section_order?: number | undefined
  is_collapsed?: boolean | undefined
}

export function addSection(
  acting: Acting,
  projectId: string,
  fields: SectionFields & { name: string },
): Section {
  const { world, person } = acting
  const project = projectOf(acting, projectId)
  const present = world.sections.where((each) => each.project_id === project.id && !each.is_deleted)
  const { maxSections } = world.planOf(person)
  if (present.length >= maxSections) overLimit('sections', maxSections)
  const now = world.now()
  const section: Section = {
    id: world.ids.next(),
    user_id: person.id,
    project_id: project.id,
    name: '',
    description: null,
    section_order: 1 + Math.max(0, ...present.map(({ section_order }) => section_order)),
    added_at: now,
    updated_at: now,
    archived_at: null,
    is_archived: false,
    is_deleted: false,
    is_collapsed: false,
  }
  Object.assign(section, checked(fields))
  world.sections.add(section)
  world.happened(acting, 'section:added', { object: { ...section } })
  return section
}

export function updateSection(acting: Acting, id: string, fields: SectionFields): Section {
  const section = sectionOf(acting, id)
  change(acting, section, checked(fields))
  acting.world.happened(acting, 'section:updated', { object: { ...section } })
  return section
}

export function moveSection(acting: Acting, id: string, projectId: string): void {
  const section = sectionOf(acting, id)
  const project = projectOf(acting, projectId)
  const from = section.project_id
  change(acting, section, { project_id: project.id })
  const items = changeTasks(acting, section, { project_id: project.id })
  changePlace(acting.world, from, { section, items })
  acting.world.happened(acting, 'section:updated', { object: { ...section } })
}

export function archiveSection(acting: Acting, id: string): void {
  const section = sectionOf(acting, id)
  change(acting, section, { is_archived: true, archived_at: acting.world.now() })
  acting.world.happened(acting, 'section:archived', { object: { ...section } })
}

export function unarchiveSection(acting: Acting, id: string): void {
  const section = sectionOf(acting, id)
  change(acting, section, { is_archived: false, archived_at: null })
  acting.world.happened(acting, 'section:unarchived', { object: { ...section } })
}

/** Deletes a section and the tasks in it. */
export function deleteSection(acting: Acting, id: string): void {
  const section = sectionOf(acting, id)
  change(acting, section, { is_deleted: true })
  changeTasks(acting, section, { is_deleted: true })
  acting.world.happened(acting, 'section:deleted', { object: { ...section } })
}

export function reorderSections(
  acting: Acting,
  orders: readonly { id: string; section_order: number }[],
): void {
  const rows = orders.map(({ id, section_order }) => ({ section: sectionOf(acting, id), section_order }))
  for (const { section, section_order } of rows) change(acting, section, { section_order })
}

function checked({ name, ...fields }: SectionFields): Partial<Section> {
  if (name !== undefined && name.trim() === '') invalid('name')
  return Object.fromEntries(Object.entries({ ...fields, name }).filter(([, value]) => value !== undefined))
}

function change({ world }: Acting, section: Section, fields: Partial<Section>): void {
  Object.assign(section, fields, { updated_at: world.now() })
  world.sections.touch(section)
}

function changeTasks({ world }: Acting, section: Section, fields: Partial<Item>): Item[] {
  const items = world.items.where((each) => each.section_id === section.id && !each.is_deleted)
  for (const item of items) {
    Object.assign(item, fields)
    world.items.touch(item)
  }
  return items
}
