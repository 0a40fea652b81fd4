/** Commands for what holds tasks, sorts them or hangs on them. */

import { addFilter, deleteFilter, orderFilters, updateFilter } from '../actions/filters.ts'
import {
  addLabel,
  deleteLabel,
  orderLabels,
  removeFromTasks,
  renameOnTasks,
  updateLabel,
} from '../actions/labels.ts'
import { addNote, deleteNote, type NoteFields, updateNote } from '../actions/notes.ts'
import {
  addProject,
  archiveProject,
  deleteProject,
  moveProject,
  type ProjectFields,
  reorderProjects,
  unarchiveProject,
  updateProject,
} from '../actions/projects.ts'
import { addReminder, deleteReminder, type ReminderFields, updateReminder } from '../actions/reminders.ts'
import {
  addSection,
  archiveSection,
  deleteSection,
  moveSection,
  reorderSections,
  unarchiveSection,
  updateSection,
} from '../actions/sections.ts'
import { invalid } from '../api-error.ts'
import type { Json } from '../world/wire.ts'
import {
  nullableText,
  objects,
  optionalFlag,
  optionalNumber,
  optionalText,
  optionalTexts,
  text,
} from './args.ts'
import { type Command, done } from './command.ts'
import { dueObject } from './task-fields.ts'

export function projectFields(args: Json): ProjectFields {
  return {
    name: nullableText(args, 'name') ?? undefined,
    description: nullableText(args, 'description') ?? undefined,
    color: optionalText(args, 'color'),
    parent_id: nullableText(args, 'parent_id'),
    child_order: optionalNumber(args, 'child_order'),
    view_style: optionalText(args, 'view_style'),
    is_favorite: optionalFlag(args, 'is_favorite'),
    is_collapsed: optionalFlag(args, 'is_collapsed'),
  }
}

export function sectionFields(args: Json) {
  return {
    name: nullableText(args, 'name') ?? undefined,
    description: nullableText(args, 'description'),
    section_order: optionalNumber(args, 'section_order') ?? optionalNumber(args, 'order'),
    is_collapsed: optionalFlag(args, 'is_collapsed') ?? optionalFlag(args, 'collapsed'),
  }
}

export function sortedFields(args: Json) {
  return {
    name: optionalText(args, 'name'),
    color: optionalText(args, 'color'),
    item_order: optionalNumber(args, 'item_order') ?? optionalNumber(args, 'order'),
    is_favorite: optionalFlag(args, 'is_favorite'),
  }
}

/** `task_id` and `attachment` are the names of REST. */
export function noteFields(args: Json): NoteFields {
  return {
    item_id: optionalText(args, 'item_id') ?? optionalText(args, 'task_id'),
    project_id: optionalText(args, 'project_id'),
    content: nullableText(args, 'content') ?? undefined,
    file_attachment: (args.file_attachment ?? args.attachment) as Json | undefined,
    uids_to_notify: optionalTexts(args, 'uids_to_notify'),
  }
}

export function reminderFields(args: Json): ReminderFields {
  return {
    type: optionalText(args, 'type') ?? optionalText(args, 'reminder_type'),
    minute_offset: optionalNumber(args, 'minute_offset'),
    due: dueObject(args.due) ?? undefined,
    name: optionalText(args, 'name'),
    loc_lat: optionalText(args, 'loc_lat'),
    loc_long: optionalText(args, 'loc_long'),
    loc_trigger: optionalText(args, 'loc_trigger'),
    radius: optionalNumber(args, 'radius'),
    notify_uid: optionalText(args, 'notify_uid'),
    is_urgent: optionalFlag(args, 'is_urgent'),
  }
}

const id = (args: Json) => text(args, 'id')
const orders = (args: Json) =>
  (args.id_order_mapping ?? invalid('id_order_mapping')) as Record<string, number>

export const OTHER_COMMANDS: Record<string, Command> = {
  project_add: (acting, args) => addProject(acting, { ...projectFields(args), name: text(args, 'name') }).id,
  project_update: done((acting, args) => updateProject(acting, id(args), projectFields(args))),
  project_move: done((acting, args) =>
    moveProject(acting, id(args), nullableText(args, 'parent_id') ?? null),
  ),
  project_archive: done((acting, args) => archiveProject(acting, id(args))),
  project_unarchive: done((acting, args) => unarchiveProject(acting, id(args))),
  project_delete: done((acting, args) => deleteProject(acting, id(args))),
  project_reorder: done((acting, args) =>
    reorderProjects(acting, objects(args, 'projects') as { id: string; child_order: number }[]),
  ),
  section_add: (acting, args) =>
    addSection(acting, text(args, 'project_id'), { ...sectionFields(args), name: text(args, 'name') }).id,
  section_update: done((acting, args) => updateSection(acting, id(args), sectionFields(args))),
  section_move: done((acting, args) => moveSection(acting, id(args), text(args, 'project_id'))),
  section_archive: done((acting, args) => archiveSection(acting, id(args))),
  section_unarchive: done((acting, args) => unarchiveSection(acting, id(args))),
  section_delete: done((acting, args) => deleteSection(acting, id(args))),
  section_reorder: done((acting, args) =>
    reorderSections(acting, objects(args, 'sections') as { id: string; section_order: number }[]),
  ),
  label_add: (acting, args) => addLabel(acting, { ...sortedFields(args), name: text(args, 'name') }).id,
  label_update: done((acting, args) => updateLabel(acting, id(args), sortedFields(args))),
  label_rename: done((acting, args) => renameOnTasks(acting, text(args, 'name_old'), text(args, 'name_new'))),
  label_delete: done((acting, args) =>
    deleteLabel(acting, id(args), optionalText(args, 'cascade') === 'none' ? 'none' : 'all'),
  ),
  label_delete_occurrences: done((acting, args) => removeFromTasks(acting, text(args, 'name'))),
  label_update_orders: done((acting, args) => orderLabels(acting, orders(args))),
  filter_add: (acting, args) =>
    addFilter(acting, { ...sortedFields(args), name: text(args, 'name'), query: text(args, 'query') }).id,
  filter_update: done((acting, args) =>
    updateFilter(acting, id(args), { ...sortedFields(args), query: optionalText(args, 'query') }),
  ),
  filter_delete: done((acting, args) => deleteFilter(acting, id(args))),
  filter_update_orders: done((acting, args) => orderFilters(acting, orders(args))),
  note_add: (acting, args) => addNote(acting, noteFields(args)).id,
  note_update: done((acting, args) => updateNote(acting, id(args), noteFields(args))),
  note_delete: done((acting, args) => deleteNote(acting, id(args))),
  reminder_add: (acting, args) => addReminder(acting, text(args, 'item_id'), reminderFields(args)).id,
  reminder_update: done((acting, args) => updateReminder(acting, id(args), reminderFields(args))),
  reminder_delete: done((acting, args) => deleteReminder(acting, id(args))),
}
