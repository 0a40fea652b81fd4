/** Faults between a server and Todoist, and the calls that meet them: what is doubled and lost afterwards. */
import { ApiError } from '../../../support/todoist/api-error.ts'
import type { ApiFault } from '../../../support/todoist/faults.ts'
import type { Item } from '../../../support/todoist/world/wire.ts'
import type { Called } from './sides.ts'
import type { Json, Side } from './tools.ts'

interface Fault {
  /** Of the second request of a batch there. */
  readonly theirs: ApiFault
  /** A batch is one request here. */
  strikeOurs(side: Side): void
}

const UNAVAILABLE = new ApiError(503, { message: 'Try again', code: 0, tag: 'SERVICE_UNAVAILABLE' })
const LIMIT_S = 30

const FAULTS: Readonly<Record<string, Fault>> = {
  '503 in the middle': {
    theirs: { kind: 'status', status: 503, isDone: false },
    strikeOurs: ({ todoist }) => todoist.faults.failCommand('*', UNAVAILABLE),
  },
  'an answer lost in the middle': {
    theirs: { kind: 'lost', isDone: true },
    strikeOurs: ({ todoist }) => todoist.faults.loseAnswer('POST /sync', true),
  },
  [`429 for ${LIMIT_S} seconds in the middle`]: {
    theirs: { kind: 'limited', retryAfterSeconds: LIMIT_S },
    strikeOurs: ({ todoist }) => todoist.faults.limit('POST /sync', LIMIT_S),
  },
}

/** A call that makes several things. */
interface Batch {
  readonly tool: string
  readonly route: string
  args(side: Side, names: readonly string[]): Json
  readonly operation: string
  here(side: Side, names: readonly string[]): Json
  /** What the things are called that Todoist has. */
  found(side: Side): readonly string[]
}

const idOf = ({ ada }: Side) => ada.find('Timed').id
const namesOf = (rows: readonly { readonly name: string; readonly is_deleted: boolean }[]) =>
  rows.filter((row) => !row.is_deleted).map(({ name }) => name)

const BATCHES: Readonly<Record<string, Batch>> = {
  'three new tasks': {
    ...{ tool: 'add-tasks', route: 'POST /tasks', operation: 'todoist.tasks.create' },
    args: (_side, names) => ({ tasks: names.map((content) => ({ content })) }),
    here: (_side, names) => ({ tasks: names.map((content) => ({ content })) }),
    found: ({ ada }) => ada.tasks().map(({ content }) => content),
  },
  'three comments': {
    ...{ tool: 'add-comments', route: 'POST /comments', operation: 'todoist.comments.create' },
    args: (side, names) => ({ comments: names.map((content) => ({ taskId: idOf(side), content })) }),
    here: (side, names) => ({ comments: names.map((text) => ({ taskId: idOf(side), text })) }),
    found: ({ todoist }) => todoist.world.notes.all().map(({ content }) => content),
  },
  'three sections': {
    ...{ tool: 'add-sections', route: 'POST /sections', operation: 'todoist.sections.create' },
    args: ({ home }, names) => ({ sections: names.map((name) => ({ name, projectId: home.id })) }),
    here: (_side, names) => ({ sections: names.map((name) => ({ name, project: 'Home' })) }),
    found: ({ todoist }) => namesOf(todoist.world.sections.all()),
  },
  'three projects': {
    ...{ tool: 'add-projects', route: 'POST /projects', operation: 'todoist.projects.create' },
    args: (_side, names) => ({ projects: names.map((name) => ({ name })) }),
    here: (_side, names) => ({ projects: names.map((name) => ({ name })) }),
    found: ({ todoist }) => namesOf(todoist.world.projects.all()),
  },
  'three labels': {
    ...{ tool: 'add-labels', route: 'POST /labels', operation: 'todoist.labels.create' },
    args: (_side, names) => ({ labels: names.map((name) => ({ name })) }),
    here: (_side, names) => ({ labels: names.map((name) => ({ name })) }),
    found: ({ todoist }) => namesOf(todoist.world.labels.all()),
  },
}

/** A call that changes when a task is due. */
interface Due {
  /** The task before. */
  readonly due: Json
  readonly tool: string
  args(id: string): Json
  readonly operation: string
  here(id: string): Json
  /** The request there whose answer is lost after it was carried out. */
  readonly lost?: string
}

const completing = {
  ...{ tool: 'complete-tasks', operation: 'todoist.tasks.complete' },
  args: (id: string) => ({ ids: [id] }),
  here: (id: string) => ({ taskIds: [id] }),
}
const rescheduling = {
  ...{ tool: 'reschedule-tasks', operation: 'todoist.tasks.reschedule' },
  args: (id: string) => ({ tasks: [{ id, date: '2030-01-15' }] }),
  here: (id: string) => ({ taskIds: [id], due: '2030-01-15' }),
}

const DUES: Readonly<Record<string, Due>> = {
  'a task at 9:30 is moved to another day': { ...rescheduling, due: { date: '2030-01-01T09:30:00' } },
  'a task that repeats at 9:00 is moved to another day': {
    ...{ ...rescheduling, due: { string: 'every day at 9:00' } },
  },
  'a daily task is completed': { ...completing, due: { string: 'every day' } },
  'a daily task is completed, and the answer is lost': {
    ...{ ...completing, due: { string: 'every day' }, lost: 'POST /tasks/:id/close' },
  },
}

export interface Left {
  readonly fault: string
  readonly call: string
  readonly theirs: string
  readonly ours: string
}

/** What is left of each batch after each fault, and of each change of a due date. */
export async function leaveAll(theirs: Called, ours: Called): Promise<Left[]> {
  const left: Left[] = []
  for (const [fault, { theirs: struck, strikeOurs }] of Object.entries(FAULTS)) {
    for (const [call, batch] of Object.entries(BATCHES)) {
      const names = [1, 2, 3].map((number) => `${fault} ${number}`)
      theirs.side.todoist.faults.next(batch.route, { kind: 'passed' }, struck)
      await theirs.call(batch.tool, batch.args(theirs.side, names))
      theirs.side.todoist.faults.heal()
      strikeOurs(ours.side)
      await ours.call(batch.operation, batch.here(ours.side, names))
      await ours.later()
      const [one, other] = [theirs, ours].map(({ side }) => countText(batch.found(side), names))
      left.push({ fault, call, theirs: one ?? '', ours: other ?? '' })
    }
  }
  for (const [call, due] of Object.entries(DUES)) left.push(await leaveDue(theirs, ours, { call, ...due }))
  return left
}

function countText(found: readonly string[], names: readonly string[]): string {
  const made = found.filter((name) => names.includes(name))
  const kinds = new Set(made).size
  return `${made.length - kinds} doubled, ${names.length - kinds} lost`
}

async function leaveDue(theirs: Called, ours: Called, due: Due & { call: string }): Promise<Left> {
  const { call, lost } = due
  const [there, here] = [theirs, ours].map(({ side }) => side.ada.add(call, { due: due.due }))
  const [thereId, hereId] = [there?.id ?? '', here?.id ?? '']
  await ours.call('todoist.sync.resync', {})
  const before = dueText(theirs.side.ada.task(thereId))
  if (lost !== undefined) {
    theirs.side.todoist.faults.loseAnswer(lost, true)
    ours.side.todoist.faults.loseAnswer('POST /sync', true)
  }
  await theirs.call(due.tool, due.args(thereId))
  theirs.side.todoist.faults.heal()
  await ours.call(due.operation, due.here(hereId))
  await ours.later()
  return {
    ...{ fault: call, call: `due before: ${before}` },
    theirs: dueText(theirs.side.ada.task(thereId)),
    ours: dueText(ours.side.ada.task(hereId)),
  }
}

function dueText({ due, checked }: Item): string {
  const date = (due?.date ?? 'no date').replace('T', ' ').replace(/:00$/, '')
  return [date, due?.is_recurring ? 'repeats' : 'does not repeat', ...(checked ? ['finished'] : [])].join(
    ', ',
  )
}
