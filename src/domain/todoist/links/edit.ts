/** Brings the fields of a pair in step: each by itself, by what both sides had before. */
import { type AppError, toRefusal } from '../../../core/errors.ts'
import { distinct } from '../../../core/text/comparable.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import { isJsonObject } from '../../../core/text/json.ts'
import { TASK_LIMITS, type TaskChanges } from '../../tasks/task.ts'
import { updateTask } from '../../tasks/update-task.ts'
import { agree, changedAt, isStale, todoistSide } from './base.ts'
import {
  type Here,
  isSameHere,
  isSameThere,
  known,
  labelsHere,
  readHere,
  type There,
  toHere,
  toThere,
  WHOLE_FIELDS,
  type WholeField,
} from './fields.ts'
import { movesOn } from './link-due.ts'
import { haveSameLabels, mergeField, mergeLabels } from './merge.ts'
import type { Both } from './presence.ts'
import { type Pair, stateOf, type Work } from './work.ts'

type PulledField = WholeField | 'labels'

/** The changes of both sides. */
interface Outcome {
  /** What is changed here, by the field that Todoist changed. */
  readonly pulled: Map<PulledField, TaskChanges>
  args: JsonObject
  /** The parent that Todoist's task gets; null: none. */
  parent?: string | null
}

export async function mergeFields(work: Work, pair: Pair, both: Both): Promise<void> {
  const there = todoistSide(pair, both)
  if (!isStale(pair, both.item)) {
    pair.sentOver = null
    pair.agreedAt = changedAt(both.item, work.now)
  }
  const here = readHere(both.task)
  const outcome: Outcome = { pulled: new Map(), args: {} }
  for (const field of WHOLE_FIELDS) await mergeOne(work, pair, { both, field, here, there, outcome })
  mergeLabelsOf(work, pair, { both, here, there, outcome })
  await changeHere(work, pair, { both, there, outcome })
  await changeThere(work, pair, { both, outcome })
}

interface Merging {
  readonly both: Both
  readonly here: Here
  readonly there: There
  readonly outcome: Outcome
}

async function mergeOne(
  work: Work,
  pair: Pair,
  merging: Merging & { readonly field: WholeField },
): Promise<void> {
  const { both, field, here, there, outcome } = merging
  const base = known(pair.base)
  const value = toHere(field, there, work)
  const isHereChanged = !isSameHere(field, base.here, here)
  // A date that Todoist works out by itself gives way to one that was chosen here meanwhile.
  const isOwnMove = field === 'due' && movesOn(base.there.due) && isHereChanged
  const merged = mergeField(
    {
      here: isHereChanged,
      there: !isSameThere(field, base.there, there) && !isOwnMove,
      isEqual: JSON.stringify(value) === JSON.stringify(here[field]),
    },
    { canPull: work.canPull, canPush: mayPush(work, merging), isHereLater: isHereLater(both) },
  )
  if (merged.kind === 'same' || merged.kind === 'kept') return settleSame(pair, merging)
  if (merged.kind === 'agreed' || (merged.from === 'there' && value === undefined))
    return agree(pair, { here: { [field]: here[field] }, there: { [field]: there[field] } })
  if (merged.isConflict && base.here[field] !== undefined)
    await work.conflict(pair, lostBy(merging, merged.from))
  if (merged.from === 'there') outcome.pulled.set(field, changeOf(field, value))
  else push(work, pair, merging)
}

/** What Todoist made of a date that was sent is known from now on. */
function settleSame(pair: Pair, { field, there }: Merging & { readonly field: WholeField }): void {
  const isKnown = pair.base.there[field] !== undefined && isSameThere(field, pair.base.there, there)
  if (isKnown && pair.sentOver === null) agree(pair, { there: { [field]: there[field] } })
}

/** What is done there is not changed there. A description of which a part has no place here is not replaced by that part. */
function mayPush(
  { canPush, isShared }: Work,
  { field, there }: Merging & { readonly field: WholeField },
): boolean {
  if (!canPush || there.isClosed) return false
  if (field === 'assignee') return isShared
  return field !== 'description' || there.description.length <= TASK_LIMITS.notesChars
}

function isHereLater({ task, item }: Both): boolean {
  return task.updatedAt > changedAt(item, task.updatedAt)
}

function lostBy({ field, here, there }: Merging & { readonly field: WholeField }, took: 'here' | 'there') {
  return { field, here: here[field], there: there[field], took, because: 'Both sides changed it.' }
}

/** The change of a task here that gives a field this value. */
export function changeOf(field: WholeField, value: Here[WholeField] | undefined): TaskChanges {
  switch (field) {
    case 'content':
      return { title: String(value) }
    case 'description':
      return { notes: value === '' ? null : String(value) }
    case 'priority':
      return { priority: Number(value) }
    case 'due': {
      const due = isJsonObject(value) ? (value as unknown as NonNullable<Here['due']>) : null
      if (due === null) return { due: null, repeat: null }
      const { date, time, timeZone, repeat } = due
      return { due: { date, time, timeZone }, repeat }
    }
    case 'deadline':
      return { deadline: value as string | null }
    case 'minutes':
      return { minutes: value as number | null }
    case 'parent':
      return { parentId: value as string | null }
    case 'assignee':
      return { assignee: value as string | null }
  }
}

function push(work: Work, pair: Pair, merging: Merging & { readonly field: WholeField }): void {
  const { field, here, there, outcome } = merging
  if (field === 'parent') {
    const parent = here.parent === null ? null : (work.itemOf(here.parent) ?? null)
    if (parent !== there.parent) outcome.parent = parent
    agree(pair, { here: { parent: here.parent }, there: { parent } })
    return
  }
  const sent = toThere(field, here, { before: there, between: work })
  agree(pair, { here: { [field]: here[field] } })
  if (sent === undefined) return
  Object.assign(outcome.args, sent.args)
  agree(pair, { there: sent.there })
}

function mergeLabelsOf(work: Work, pair: Pair, { here, there, outcome }: Merging): void {
  const { base } = pair
  const known = { here: base.here.labels ?? [], there: base.there.labels ?? [] }
  const theirs = { base: labelsHere(known.there), now: labelsHere(there.labels) }
  const ours = work.canPull ? mergeLabels(here.labels, theirs) : [...here.labels]
  if (work.canPull && !haveSameLabels(ours, here.labels))
    outcome.pulled.set('labels', { labels: ours.slice(0, TASK_LIMITS.labels) })
  const canPush = work.canPush && !there.isClosed
  const sent = canPush ? mergeLabels(there.labels, { base: known.here, now: here.labels }) : there.labels
  if (!haveSameLabels(sent, there.labels)) outcome.args = { ...outcome.args, labels: distinct(sent) }
  agree(pair, {
    ...((work.canPush || haveSameLabels(known.here, here.labels)) && { here: { labels: ours } }),
    ...(work.canPull && { there: { labels: sent } }),
    ...(!work.canPull && canPush && { there: { labels: known.there } }),
  })
}

async function changeHere(work: Work, pair: Pair, merging: Omit<Merging, 'here'>): Promise<void> {
  const { pulled } = merging.outcome
  if (pulled.size === 0 || (await takeOver(work, pair, { ...merging, fields: pulled })) === undefined) return
  // One field that is refused here does not keep the others out.
  for (const each of pulled) {
    const refusal = await takeOver(work, pair, { ...merging, fields: new Map([each]) })
    if (refusal !== undefined) await keepOut(work, pair, { there: merging.there, field: each[0], refusal })
  }
}

/** Changes these fields here, all or none. Answers with the reason where they are refused. */
async function takeOver(
  work: Work,
  pair: Pair,
  {
    both,
    there,
    fields,
  }: Pick<Merging, 'both' | 'there'> & { readonly fields: ReadonlyMap<PulledField, TaskChanges> },
): Promise<AppError | undefined> {
  try {
    await updateTask(work.ctx, both.task.id, Object.assign({}, ...fields.values()))
  } catch (thrown) {
    return toRefusal(thrown)
  }
  const here = readHere(await work.refresh(both.task.id))
  const names = [...fields.keys()]
  agree(pair, {
    here: Object.fromEntries(names.map((field) => [field, here[field]])),
    there: todoistValues(there, names),
  })
  return undefined
}

interface KeptOut {
  readonly there: There
  readonly field: PulledField
  readonly refusal: AppError
}

/** It is not tried again until Todoist changes it again, or a person settles it. */
async function keepOut(work: Work, pair: Pair, { there, field, refusal }: KeptOut): Promise<void> {
  const thereNow = todoistValues(there, [field])
  await work.conflict(pair, {
    ...{ field, here: null, there: thereNow, took: 'neither' },
    because: refusal.message,
  })
  agree(pair, { there: thereNow })
}

/** Of labels the base is stored when they are merged. */
function todoistValues(there: There, fields: readonly PulledField[]): Partial<There> {
  return Object.fromEntries(fields.flatMap((field) => (field === 'labels' ? [] : [[field, there[field]]])))
}

async function changeThere(
  work: Work,
  pair: Pair,
  { both, outcome }: Pick<Merging, 'both' | 'outcome'>,
): Promise<void> {
  const { task, item } = both
  const about = { title: item.content, subjectId: item.id }
  const { parent } = outcome
  if (parent !== undefined) {
    const place = parent === null ? { project_id: work.link.outsideId } : { parent_id: parent }
    await work.send({ type: 'item_move', args: { id: item.id, ...place }, ...about }, task)
  }
  const isChanged = Object.keys(outcome.args).length > 0
  if (isChanged)
    await work.send({ type: 'item_update', args: { id: item.id, ...outcome.args }, ...about }, task)
  if (isChanged || parent !== undefined) pair.sentOver = stateOf(item)
}
