/** Tasks that only one side has: they are made on the other, once. */
import { AppError } from '../../../core/errors.ts'
import { comparable } from '../../../core/text/comparable.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { insertEach, type TaskDraft } from '../../tasks/insert-tasks.ts'
import type { FullTaskRow } from '../../tasks/store.ts'
import { TASK_LIMITS } from '../../tasks/task.ts'
import type { ItemRow } from '../tasks/task.ts'
import { TODOIST } from '../todoist.ts'
import {
  type Base,
  type Here,
  labelsHere,
  NEW_FIELDS,
  readHere,
  readThere,
  type There,
  toHere,
  toThere,
  WHOLE_FIELDS,
} from './fields.ts'
import type { Pair, Work } from './work.ts'

const NOTHING_SENT = { due: null } as const

/** Makes a task of ours at Todoist. `again`: the pair that it already has, whose task there was deleted. */
export async function pushNew(work: Work, task: FullTaskRow, again?: Pair): Promise<void> {
  const here = readHere(task)
  let args: JsonObject = { project_id: work.link.outsideId }
  const there: Partial<{ -readonly [Name in keyof There]: There[Name] }> = {
    ...NEW_FIELDS,
    ...{ parent: null, labels: here.labels, isClosed: false },
  }
  for (const field of WHOLE_FIELDS) {
    if (field === 'parent' || (field === 'assignee' && !work.isShared)) continue
    const sent = toThere(field, here, { before: NOTHING_SENT, between: work })
    if (sent === undefined) continue
    args = { ...args, ...sent.args }
    Object.assign(there, sent.there)
  }
  const parentId = here.parent === null ? undefined : work.itemOf(here.parent)
  if (parentId !== undefined) {
    args = { ...args, parent_id: parentId }
    there.parent = parentId
  }
  if (here.labels.length > 0) args = { ...args, labels: [...here.labels] }
  const itemId = await work.send({ type: 'item_add', args: withoutEmpty(args), title: task.title }, task)
  const fresh = {
    ...{ itemId, base: { here, there }, sentOver: null, isSeen: false, isGone: false, deletionId: null },
    ...{ asks: null, told: null, agreedAt: work.ctx.now, isPostponed: true },
  }
  if (again !== undefined) Object.assign(again, fresh)
  else work.pairs.push({ ...newPair(work, task.id), ...fresh })
}

/** Null and nothing are what a new task has anyway. */
function withoutEmpty(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== ''))
}

function newPair({ link, ctx }: Work, taskId: string): Pair {
  return {
    ...{ linkId: link.id, taskId, stored: undefined, itemId: '', base: { here: {}, there: {} } },
    ...{ sentOver: null, isSeen: true, isGone: false, deletionId: null, asks: null, told: null },
    ...{ hereVersion: '', thereVersion: '', agreedAt: ctx.now },
  }
}

/** Makes tasks of Todoist here, parents before their subtasks. */
export async function pullNew(work: Work, added: readonly ItemRow[]): Promise<void> {
  const { ctx, link } = work
  const ids = new Map(added.map(({ id }) => [id, ctx.newId('task')]))
  const between = { ...work, taskOf: (itemId: string) => ids.get(itemId) ?? work.taskOf(itemId) }
  const drafts = inOrder(added).map((item) => {
    const there = readThere(item)
    const id = ids.get(item.id)
    if (id === undefined) throw new Error(`${item.id} was not sorted`)
    const value = <Field extends (typeof WHOLE_FIELDS)[number]>(field: Field) => toHere(field, there, between)
    const due = value('due')
    const parentId = value('parent') ?? null
    // Below one that is in the trash it could not be made.
    const isParentGone = parentId !== null && work.task(parentId)?.trashedAt instanceof Date
    const draft: TaskDraft = {
      ...{ id, projectId: link.projectId, source: TODOIST, title: value('content') ?? '' },
      ...{ notes: value('description') || null, priority: value('priority') },
      ...(due != null && {
        due: { date: due.date, time: due.time, timeZone: due.timeZone },
        repeat: due.repeat,
      }),
      ...{ deadline: value('deadline') ?? null, minutes: value('minutes') ?? null },
      parentId: isParentGone ? null : parentId,
      labels: labelsHere(there.labels).slice(0, TASK_LIMITS.labels),
      assignee: work.isShared ? (value('assignee') ?? null) : null,
    }
    return { item, there, draft }
  })
  const outcomes = await insertEach(
    ctx,
    drafts.map(({ draft }) => draft),
  )
  for (const [index, { item, there, draft }] of drafts.entries()) {
    const outcome = outcomes[index]
    const pair = { ...newPair(work, draft.id ?? ''), itemId: item.id }
    if (outcome === undefined || outcome instanceof AppError) {
      const because = outcome?.message ?? ''
      await work.conflict(pair, { field: 'task', here: null, there, took: 'neither', because })
      // Nothing is made here, and nothing is tried again until a person settles it.
      pair.isGone = true
      work.pairs.push(pair)
      continue
    }
    const task = await work.refresh(outcome.id)
    pair.base = { here: readHere(task), there }
    work.pairs.push(pair)
  }
}

/** Parents first. A parent that is not among them is there already, or nowhere. */
function inOrder(added: readonly ItemRow[]): ItemRow[] {
  const byId = new Map(added.map((item) => [item.id, item]))
  const ordered = new Set<ItemRow>()
  const add = (item: ItemRow, depth: number): void => {
    const parent = byId.get(item.parentId ?? '')
    if (parent !== undefined && depth < DEPTH_MAX && !ordered.has(parent)) add(parent, depth + 1)
    ordered.add(item)
  }
  for (const item of added) add(item, 0)
  return [...ordered]
}

/** Todoist nests tasks five levels deep; a circle ends here too. */
const DEPTH_MAX = 10

/** At the first comparison, tasks of the same text are the same task: each is paired once. */
export function matchSame(
  work: Work,
  here: readonly FullTaskRow[],
  there: readonly ItemRow[],
): { readonly here: FullTaskRow[]; readonly there: ItemRow[] } {
  const left = new Set(there)
  const unmatched = here.filter((task) => {
    const item = [...left].find(({ content }) => comparable(content) === comparable(task.title))
    if (item === undefined) return true
    left.delete(item)
    work.pairs.push({ ...newPair(work, task.id), itemId: item.id, base: sameOf(work, task, item) })
    return false
  })
  return { here: unmatched, there: [...left] }
}

/** What both have alike; every other field counts as changed on each side that has something. */
function sameOf(work: Work, task: FullTaskRow, item: ItemRow): Base {
  const [here, there] = [readHere(task), readThere(item)]
  const same = WHOLE_FIELDS.filter(
    (field) =>
      field === 'parent' || JSON.stringify(toHere(field, there, work)) === JSON.stringify(here[field]),
  )
  const pick = (side: Here | There) => Object.fromEntries(same.map((field) => [field, side[field]]))
  const labels = here.labels.filter((label) => there.labels.includes(label))
  return {
    here: { ...pick(here), labels, isClosed: false },
    there: { ...pick(there), labels, isClosed: false },
  }
}
