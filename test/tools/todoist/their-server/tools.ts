/** Each tool of Todoist's own MCP server, the call of the gateway that has the same effect, and how that is seen. */
import type { TodoistStandIn } from '../../../support/todoist/start-todoist.ts'
import type { Person } from '../../../support/todoist/world/person.ts'
import type { Project, Section } from '../../../support/todoist/world/wire.ts'

export type Json = Record<string, unknown>

/** A stand-in with a person whose account has the same things on both sides. */
export interface Side {
  readonly todoist: TodoistStandIn
  readonly ada: Person
  readonly home: Project
  readonly old: Project
  readonly bills: Section
  readonly later: Section
  readonly note: string
  readonly reminder: string
  readonly label: string
  readonly filter: string
  readonly workspace: string
  /** The comment with a file, and the address of the file. */
  readonly withFile: string
  readonly fileUrl: string
}

export function prepare(todoist: TodoistStandIn): Side {
  const { world } = todoist
  const [ada, bob] = [world.person('ada2'), world.person('bob')]
  const workspace = ada.addWorkspace('Team', bob).id
  const [home, old] = [ada.addProject('Home'), ada.addProject('Old')]
  ada.share(home, bob)
  const [bills, later] = [ada.addSection('Bills', home), ada.addSection('Later', home)]
  for (const content of ['Rent', 'Call', 'Read', 'Done', 'Gone']) ada.add(content, { project_id: home.id })
  ada.add('Timed', { due: { date: '2030-01-01T09:30:00' } })
  ada.add('Repeating', { due: { string: 'every day' } })
  const item_id = ada.find('Read').id
  const file = { name: 'note.txt', type: 'text/plain', bytes: Buffer.from('Words in a file') }
  const file_attachment = world.files.add({ world, person: ada }, file)
  const made = (type: string, args: Json) => ada.does(type, args) ?? ''
  ada.complete(ada.find('Done').id)
  return {
    ...{ todoist, ada, home, old, bills, later, workspace },
    note: made('note_add', { item_id, content: 'Look' }),
    withFile: made('note_add', { item_id, content: 'Here it is', file_attachment }),
    fileUrl: String(file_attachment.file_url),
    reminder: made('reminder_add', { item_id, type: 'absolute', due: { date: '2030-01-01T09:00:00' } }),
    label: made('label_add', { name: 'own' }),
    filter: made('filter_add', { name: 'Soon', query: '7 days' }),
  }
}

interface Compared {
  args(side: Side): Json
  here(side: Side): readonly [operation: string, input: Json]
  /** What is left at Todoist, or was answered; the same on both sides. */
  effect(side: Side, answer: string): unknown
  /** What is wrong there, where the two cannot be compared: the effect here is then `true`. */
  readonly flaw?: string
}

const task = ({ ada }: Side, content: string) => ada.find(content)
const idOf = (side: Side, content: string) => task(side, content).id
/** Of a read: whether the answer says it. */
const says =
  (...words: readonly string[]) =>
  (_side: Side, answer: string) =>
    words.map((word) => answer.includes(word))
/** Its server goes by the clock of the machine. */
function dayOf({ world }: TodoistStandIn): Json {
  const day = world.now().slice(0, 10)
  return { since: day, until: day }
}
const project = ({ todoist }: Side, name: string) =>
  todoist.world.projects.where((each) => each.name === name)[0]

export const TOOLS: Readonly<Record<string, Compared>> = {
  'add-tasks': {
    args: ({ home }) => ({
      tasks: [
        {
          content: 'New',
          priority: 'p1',
          labels: ['own'],
          dueString: 'every month',
          duration: '2h30m',
          projectId: home.id,
        },
      ],
    }),
    here: () => [
      'todoist.tasks.create',
      {
        tasks: [
          { content: 'New', priority: 1, labels: ['own'], due: 'every month', minutes: 150, project: 'Home' },
        ],
      },
    ],
    effect: (side) => [
      task(side, 'New').priority,
      task(side, 'New').labels,
      task(side, 'New').due?.string,
      task(side, 'New').duration,
    ],
  },
  'update-tasks': {
    args: (side) => ({ tasks: [{ id: idOf(side, 'Read'), description: 'Chapter 1', priority: 'p2' }] }),
    here: (side) => [
      'todoist.tasks.update',
      { tasks: [{ taskId: idOf(side, 'Read'), description: 'Chapter 1', priority: 2 }] },
    ],
    effect: (side) => [task(side, 'Read').description, task(side, 'Read').priority],
  },
  'complete-tasks': {
    args: (side) => ({ ids: [idOf(side, 'Call')] }),
    here: (side) => ['todoist.tasks.complete', { taskIds: [idOf(side, 'Call')] }],
    effect: (side) => task(side, 'Call').checked,
  },
  'uncomplete-tasks': {
    args: (side) => ({ ids: [idOf(side, 'Call')] }),
    here: (side) => ['todoist.tasks.uncomplete', { taskIds: [idOf(side, 'Call')] }],
    effect: (side) => task(side, 'Call').checked,
  },
  'reschedule-tasks': {
    args: (side) => ({ tasks: [{ id: idOf(side, 'New'), date: '2030-01-15' }] }),
    here: (side) => ['todoist.tasks.reschedule', { taskIds: [idOf(side, 'New')], due: '2030-01-15' }],
    effect: (side) => [task(side, 'New').due?.date, task(side, 'New').due?.is_recurring],
  },
  'find-tasks': {
    args: () => ({ searchText: 'Rent' }),
    here: () => ['todoist.tasks.list', { text: 'Rent' }],
    effect: says('Rent'),
  },
  'find-tasks-by-date': {
    args: () => ({ startDate: '2030-01-01', daysCount: 1 }),
    here: () => ['todoist.tasks.list', { dueFrom: '2030-01-01', dueTo: '2030-01-01' }],
    effect: says('Timed'),
  },
  'find-completed-tasks': {
    args: ({ todoist }) => dayOf(todoist),
    here: () => ['todoist.tasks.list_completed', {}],
    effect: says('Done'),
  },
  'manage-assignments': {
    args: (side) => ({
      operation: 'assign',
      taskIds: [idOf(side, 'Rent')],
      responsibleUser: 'bob@example.com',
    }),
    here: (side) => [
      'todoist.tasks.update',
      { tasks: [{ taskId: idOf(side, 'Rent'), assignee: 'bob@example.com' }] },
    ],
    effect: (side) => task(side, 'Rent').responsible_uid !== null,
  },
  'add-projects': {
    args: () => ({ projects: [{ name: 'Garden', viewStyle: 'board' }] }),
    here: () => ['todoist.projects.create', { projects: [{ name: 'Garden', view: 'board' }] }],
    effect: (side) => project(side, 'Garden')?.view_style,
  },
  'update-projects': {
    args: (side) => ({ projects: [{ id: project(side, 'Garden')?.id, name: 'Yard', isFavorite: true }] }),
    here: () => [
      'todoist.projects.update',
      { projects: [{ project: 'Garden', name: 'Yard', isFavorite: true }] },
    ],
    effect: (side) => project(side, 'Yard')?.is_favorite,
  },
  'find-projects': {
    args: () => ({}),
    here: () => ['todoist.projects.list', {}],
    effect: says('Home', 'Yard'),
  },
  'project-management': {
    args: ({ old }) => ({ action: 'archive', projectId: old.id }),
    here: () => ['todoist.projects.update', { projects: [{ project: 'Old', archived: true }] }],
    effect: (side) => project(side, 'Old')?.is_archived,
  },
  'project-move': {
    args: (side) => ({
      action: 'move-to-workspace',
      projectId: project(side, 'Yard')?.id,
      workspaceId: side.workspace,
    }),
    here: ({ workspace }) => [
      'todoist.projects.update',
      { projects: [{ project: 'Yard', workspaceId: workspace }] },
    ],
    effect: (side) =>
      (project(side, 'Yard') as { workspace_id?: string } | undefined)?.workspace_id === side.workspace,
  },
  'add-sections': {
    args: ({ home }) => ({ sections: [{ name: 'Soon', projectId: home.id }] }),
    here: () => ['todoist.sections.create', { sections: [{ name: 'Soon', project: 'Home' }] }],
    effect: ({ todoist }) => todoist.world.sections.where(({ name }) => name === 'Soon').length,
  },
  'update-sections': {
    args: ({ bills }) => ({ sections: [{ id: bills.id, name: 'Payments' }] }),
    here: () => ['todoist.sections.update', { sections: [{ section: 'Bills', name: 'Payments' }] }],
    effect: ({ bills }) => bills.name,
  },
  'find-sections': {
    args: ({ home }) => ({ projectId: home.id }),
    here: () => ['todoist.sections.list', { project: 'Home' }],
    effect: says('Payments', 'Later'),
  },
  'reorder-objects': {
    args: ({ later }) => ({ type: 'section', items: [{ id: later.id, order: 9 }] }),
    here: () => ['todoist.sections.update', { sections: [{ section: 'Later', position: 9 }] }],
    effect: ({ later }) => later.section_order,
  },
  'add-comments': {
    args: (side) => ({ comments: [{ taskId: idOf(side, 'Rent'), content: 'Paid' }] }),
    here: (side) => ['todoist.comments.create', { comments: [{ taskId: idOf(side, 'Rent'), text: 'Paid' }] }],
    effect: ({ todoist }) => todoist.world.notes.where(({ content }) => content === 'Paid').length,
  },
  'find-comments': {
    args: (side) => ({ taskId: idOf(side, 'Read') }),
    here: (side) => ['todoist.comments.list', { taskId: idOf(side, 'Read') }],
    effect: says('Look'),
  },
  'update-comments': {
    args: ({ note }) => ({ comments: [{ id: note, content: 'Look again' }] }),
    here: ({ note }) => ['todoist.comments.update', { comments: [{ commentId: note, text: 'Look again' }] }],
    effect: ({ todoist, note }) => todoist.world.notes.get(note)?.content,
  },
  'add-reminders': {
    args: (side) => ({ reminders: [{ type: 'relative', taskId: idOf(side, 'Timed'), minuteOffset: 30 }] }),
    here: (side) => [
      'todoist.reminders.create',
      { reminders: [{ taskId: idOf(side, 'Timed'), minutesBefore: 30 }] },
    ],
    effect: ({ todoist }) =>
      todoist.world.reminders.where(({ minute_offset }) => minute_offset === 30).length,
  },
  'find-reminders': {
    args: (side) => ({ taskId: idOf(side, 'Timed') }),
    here: (side) => ['todoist.reminders.list', { taskId: idOf(side, 'Timed') }],
    effect: says('30'),
  },
  'update-reminders': {
    args: ({ reminder }) => ({
      reminders: [{ type: 'absolute', id: reminder, due: { date: '2030-02-01T09:00:00' } }],
    }),
    here: ({ reminder }) => [
      'todoist.reminders.update',
      { reminders: [{ reminderId: reminder, at: '2030-02-01T09:00' }] },
    ],
    effect: ({ todoist, reminder }) => todoist.world.reminders.get(reminder)?.due?.date,
  },
  'add-labels': {
    args: () => ({ labels: [{ name: 'errand' }] }),
    here: () => ['todoist.labels.create', { labels: [{ name: 'errand' }] }],
    effect: ({ todoist }) => todoist.world.labels.where(({ name }) => name === 'errand').length,
  },
  'find-labels': { args: () => ({}), here: () => ['todoist.labels.list', {}], effect: says('own', 'errand') },
  'update-labels': {
    args: ({ label }) => ({ labels: [{ labelType: 'personal', id: label, name: 'mine' }] }),
    here: () => ['todoist.labels.update', { labels: [{ label: 'own', name: 'mine' }] }],
    effect: (side) => [side.todoist.world.labels.get(side.label)?.name, task(side, 'New').labels],
  },
  'add-filters': {
    args: () => ({ filters: [{ name: 'Urgent', query: 'p1' }] }),
    here: () => ['todoist.filters.create', { filters: [{ name: 'Urgent', query: 'p1' }] }],
    effect: ({ todoist }) => todoist.world.filters.where(({ query }) => query === 'p1').length,
  },
  'find-filters': {
    args: () => ({}),
    here: () => ['todoist.filters.list', {}],
    effect: says('Soon', 'Urgent'),
  },
  'update-filters': {
    args: ({ filter }) => ({ filters: [{ id: filter, query: 'today | overdue' }] }),
    here: () => ['todoist.filters.update', { filters: [{ filter: 'Soon', query: 'today | overdue' }] }],
    effect: ({ todoist, filter }) => todoist.world.filters.get(filter)?.query,
  },
  'find-project-collaborators': {
    args: ({ home }) => ({ projectId: home.id }),
    here: () => ['todoist.collaborators.list', { project: 'Home' }],
    effect: says('bob@example.com'),
  },
  'find-activity': { args: () => ({}), here: () => ['todoist.activity.list', {}], effect: says('completed') },
  'get-productivity-stats': {
    args: () => ({}),
    here: () => ['todoist.productivity.show', {}],
    effect: says('5'),
  },
  'user-info': {
    args: () => ({}),
    here: () => ['todoist.overview.show', {}],
    effect: says('ada2@example.com', 'Europe/Berlin'),
  },
  'get-overview': {
    args: () => ({}),
    here: () => ['todoist.overview.show', {}],
    effect: says('Home', 'Payments'),
  },
  'fetch-object': {
    args: (side) => ({ type: 'task', id: idOf(side, 'Read') }),
    here: (side) => ['todoist.tasks.get', { taskId: idOf(side, 'Read') }],
    effect: says('Chapter 1'),
  },
  search: {
    args: () => ({ query: 'Rent' }),
    here: () => ['todoist.tasks.list', { text: 'Rent' }],
    effect: says('Rent'),
  },
  fetch: {
    args: (side) => ({ id: `task:${idOf(side, 'Read')}` }),
    here: (side) => ['todoist.tasks.get', { taskId: idOf(side, 'Read') }],
    effect: says('Read'),
  },
  'get-project-health': {
    args: ({ home }) => ({ projectId: home.id }),
    here: () => ['todoist.projects.health', { project: 'Home' }],
    effect: says('ON_TRACK'),
  },
  'analyze-project-health': {
    args: ({ home }) => ({ projectId: home.id }),
    here: () => ['todoist.projects.health', { project: 'Home', analyze: true }],
    effect: ({ todoist }, answer) => [
      answer.includes('ON_TRACK'),
      todoist.calls.some(({ route }) => route.endsWith('/health/analyze')),
    ],
  },
  'list-workspaces': {
    args: () => ({}),
    here: () => ['todoist.workspaces.list', {}],
    effect: says('Team', 'STARTER'),
  },
  'get-workspace-insights': {
    args: () => ({ workspaceIdOrName: 'Team' }),
    here: () => ['todoist.workspaces.health', { workspace: 'Team' }],
    effect: (_side, answer) => answer.includes('ON_TRACK'),
    flaw: 'its own schema refuses what it answers',
  },
  'view-attachment': {
    args: ({ fileUrl }) => ({ fileUrl }),
    here: ({ withFile }) => ['todoist.comments.read_attachment', { commentId: withFile }],
    effect: (_side, answer) => answer.includes('Words in a file'),
    flaw: 'cannot be compared: it reads files at hosts of Todoist only',
  },
  'get-project-activity-stats': {
    args: ({ home }) => ({ projectId: home.id }),
    here: () => ['todoist.projects.health', { project: 'Home' }],
    effect: (_side, answer) => !answer.startsWith('failed'),
  },
  'delete-object': {
    args: (side) => ({ type: 'task', id: idOf(side, 'Gone') }),
    here: (side) => ['todoist.tasks.delete', { taskIds: [idOf(side, 'Gone')] }],
    effect: ({ todoist }) => todoist.world.items.where(({ content }) => content === 'Gone')[0]?.is_deleted,
  },
}
