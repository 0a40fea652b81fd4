/** Comments, which the wire calls notes: on a task or on a project. */
import { invalid, missing } from '../api-error.ts'
import { itemOf, noteOf, projectOf } from '../world/find.ts'
import type { Json, Note } from '../world/wire.ts'
import type { Acting } from '../world/world.ts'

export interface NoteFields {
  item_id?: string | undefined
  project_id?: string | undefined
  content?: string | undefined
  file_attachment?: Json | null | undefined
  uids_to_notify?: string[] | undefined
}

const CONTENT_MAX_CHARS = 15_000

export function addNote(acting: Acting, fields: NoteFields): Note {
  const { world, person } = acting
  const { item_id, project_id, content = '', file_attachment = null } = fields
  if ((item_id === undefined) === (project_id === undefined)) invalid('item_id', 'either a task or a project')
  if (content === '' && file_attachment === null) missing('content')
  if (content.length > CONTENT_MAX_CHARS) invalid('content')
  if (item_id !== undefined) itemOf(acting, item_id)
  if (project_id !== undefined) projectOf(acting, project_id)
  const note: Note = {
    id: world.ids.next(),
    ...(item_id === undefined ? { project_id: project_id as string } : { item_id }),
    content,
    posted_at: world.now(),
    posted_uid: person.id,
    uids_to_notify: fields.uids_to_notify ?? null,
    file_attachment,
    reactions: null,
    is_deleted: false,
  }
  world.notes.add(note)
  count(acting, note, 1)
  world.happened(acting, 'note:added', { object: { ...note } })
  return note
}

export function updateNote(
  acting: Acting,
  id: string,
  fields: Pick<NoteFields, 'content' | 'file_attachment'>,
): Note {
  const note = noteOf(acting, id)
  if (fields.content !== undefined) {
    if (fields.content === '' || fields.content.length > CONTENT_MAX_CHARS) invalid('content')
    note.content = fields.content
  }
  if (fields.file_attachment !== undefined) note.file_attachment = fields.file_attachment
  acting.world.notes.touch(note)
  acting.world.happened(acting, 'note:updated', { object: { ...note } })
  return note
}

export function deleteNote(acting: Acting, id: string): void {
  const note = noteOf(acting, id)
  note.is_deleted = true
  acting.world.notes.touch(note)
  count(acting, note, -1)
  acting.world.happened(acting, 'note:deleted', { object: { ...note } })
}

function count({ world }: Acting, { item_id }: Note, by: number): void {
  const item = world.items.get(item_id ?? '')
  if (item === undefined) return
  item.note_count += by
  world.items.touch(item)
}
