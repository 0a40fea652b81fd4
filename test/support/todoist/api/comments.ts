/** Comments, the files on them, and reminders over REST. */

import { addNote, deleteNote, updateNote } from '../actions/notes.ts'
import { addReminder, deleteReminder, updateReminder } from '../actions/reminders.ts'
import { invalid, missing, notFound } from '../api-error.ts'
import { optionalText, text } from '../commands/args.ts'
import { noteFields, reminderFields } from '../commands/others.ts'
import { homeOf, itemOf, noteOf, projectOf, reminderOf } from '../world/find.ts'
import { dueOut } from '../world/outward.ts'
import type { Json, Note, Reminder } from '../world/wire.ts'
import type { World } from '../world/world.ts'
import { type Call, get, idOf, page, post, type Route, remove, silent } from './route.ts'

export const COMMENT_ROUTES: Route[] = [
  get('/comments', (call) => page(call, notesOf(call))),
  post('/comments', (call) => addNote(call, noteFields(splitPeople(call.body)))),
  get('/comments/:id', (call) => noteOf(call, idOf(call))),
  post('/comments/:id', (call) => updateNote(call, idOf(call), noteFields(call.body))),
  remove(
    '/comments/:id',
    silent((call) => deleteNote(call, idOf(call))),
  ),
  post('/uploads', (call) => call.world.files.add(call, call.upload ?? missing('file'))),
  remove(
    '/uploads',
    silent((call) =>
      call.world.files.remove(
        call,
        call.query.file_url ?? optionalText(call.body, 'file_url') ?? missing('file_url'),
      ),
    ),
  ),
  ...remindersAt('/reminders', (type) => type !== 'location'),
  ...remindersAt('/location_reminders', (type) => type === 'location'),
]

/** REST takes the people to notify as one string. */
function splitPeople(body: Json): Json {
  const { uids_to_notify } = body
  return typeof uids_to_notify === 'string' ? { ...body, uids_to_notify: uids_to_notify.split(',') } : body
}

function notesOf(call: Call): Note[] {
  const { task_id, project_id } = call.query
  if ((task_id === undefined) === (project_id === undefined)) invalid('task_id', 'either a task or a project')
  if (task_id !== undefined) itemOf(call, task_id)
  if (project_id !== undefined) projectOf(call, project_id)
  return call.world.notes.where(
    (note) =>
      !note.is_deleted && (task_id === undefined ? note.project_id === project_id : note.item_id === task_id),
  )
}

function remindersAt(path: string, isHere: (type: Reminder['type']) => boolean): Route[] {
  const found = (call: Call) => {
    const reminder = reminderOf(call, idOf(call))
    return isHere(reminder.type) ? reminder : notFound('Reminder')
  }
  const isLocation = isHere('location')
  return [
    get(path, (call) =>
      page(
        call,
        remindersOf(call)
          .filter(({ type }) => isHere(type))
          .map((each) => out(call.world, each)),
      ),
    ),
    post(path, (call) => {
      const itemId = optionalText(call.body, 'item_id') ?? text(call.body, 'task_id')
      const fields = { ...reminderFields(call.body), ...(isLocation && { type: 'location' }) }
      return out(call.world, addReminder(call, itemId, fields))
    }),
    get(`${path}/:id`, (call) => out(call.world, found(call))),
    post(`${path}/:id`, (call) =>
      out(
        call.world,
        updateReminder(call, found(call).id, { ...reminderFields(call.body), type: undefined }),
      ),
    ),
    remove(
      `${path}/:id`,
      silent((call) => deleteReminder(call, found(call).id)),
    ),
  ]
}

function remindersOf({ world, person, query }: Call): Reminder[] {
  return world.reminders.where(
    (each) =>
      !each.is_deleted &&
      world.reminders.ownerOf(each) === person.id &&
      (query.task_id === undefined || each.item_id === query.task_id),
  )
}

function out(world: World, { due, ...reminder }: Reminder): Json {
  return { ...reminder, project_id: homeOf(world, reminder), ...(due && { due: dueOut(world, due) }) }
}
