/** Changes of a task that there is, as arguments of `item_update`. */
import { and, asc, eq, inArray, or } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import { distinct } from '../../../core/text/comparable.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import type { Db } from '../../db/db.ts'
import { readDue } from '../../time/reading/read-due.ts'
import { isUnread, unreadSentence } from '../../time/unread.ts'
import { moveDue } from '../due.ts'
import { spellLabel } from '../names.ts'
import { todoistCommands as commands } from '../tables.ts'
import { argsOfFields, type Fields, isWritten, type Planning } from './plan-task.ts'
import type { Target } from './read-items.ts'
import { wireDueOf } from './task.ts'

export interface Changes extends Fields {
  readonly labels?: readonly string[] | undefined
  readonly labelsMode: 'merge' | 'replace'
  readonly removeLabels?: readonly string[] | undefined
}

export interface Changing extends Planning {
  readonly now: Date
  readonly timeZone: string
  /** The labels that tasks have once what waits has been sent, by their ids. */
  readonly labelsOf: ReadonlyMap<string, readonly string[]>
}

/** What is not given is not sent, so that it stays as it is at Todoist. @throws AppError */
export function argsOfChange(target: Target, changes: Changes, changing: Changing): JsonObject {
  const { due, ...fields } = changes
  return {
    ...argsOfFields(dueIsDay(due) ? fields : { ...fields, due }, changing),
    ...(dueIsDay(due) && { due: movedDue(target, due, changing) }),
    ...labelArgs(target, changes, changing),
  }
}

/** A written day moves a task that has a due date; words give it another one. */
function dueIsDay(due: string | null | undefined): due is string {
  return due != null && isWritten(due)
}

/**
 * The due date of a task on another day. The rule by which it repeats stays, and its time where none is named.
 * @throws AppError `invalid_input` for words that are no day, `conflict` for a task that Todoist does not have yet
 */
export function movedDue(target: Target, said: string, { now, timeZone }: Changing): JsonObject {
  const read = readDue(said, { now, timeZone })
  if (isUnread(read)) {
    throw new AppError('invalid_input', unreadSentence(read), {
      fix: read.instead,
      issues: [{ path: 'due', message: read.unread }],
    })
  }
  if (target.item === undefined) {
    throw new AppError('conflict', `Todoist does not have the task ${target.id} yet.`, {
      fix: 'Call again once todoist.sync.status no longer lists it as waiting.',
    })
  }
  const { date, time } = read
  const due = wireDueOf(target.item)
  if (due === undefined) return { date: time === null ? date : `${date}T${time}:00` }
  return moveDue(due, date, time ?? undefined)
}

function labelArgs({ id, item }: Target, changes: Changes, { names, labelsOf }: Changing): JsonObject {
  const { labels, labelsMode, removeLabels = [] } = changes
  if (labels === undefined && removeLabels.length === 0) return {}
  const spelled = (said: readonly string[]) => said.map((label) => spellLabel(names, label))
  const before = labelsMode === 'replace' ? [] : (labelsOf.get(id) ?? item?.labels ?? [])
  const removed = new Set(spelled(removeLabels))
  return { labels: distinct([...before, ...spelled(labels ?? [])]).filter((label) => !removed.has(label)) }
}

/** The labels that commands on their way give to tasks: a later change adds to these. */
export async function labelsOnTheirWay(db: Db, ids: readonly string[]): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ subjectId: commands.subjectId, args: commands.args })
    .from(commands)
    .where(and(inArray(commands.subjectId, [...ids]), inArray(commands.state, ['waiting', 'sent'])))
    .orderBy(asc(commands.position))
  return new Map(
    rows.flatMap(({ subjectId, args: { labels } }) =>
      subjectId !== null && Array.isArray(labels) ? [[subjectId, labels.map(String)] as const] : [],
    ),
  )
}

/** Takes back deletions that wait for their time; answers with the ids of their tasks. */
export async function withdrawDeletions(db: Db, targets: readonly Target[], now: Date): Promise<Set<string>> {
  if (targets.length === 0) return new Set()
  const isOfOne = targets.map(({ accountId, id }) =>
    and(eq(commands.accountId, accountId), eq(commands.subjectId, id)),
  )
  const rows = await db
    .update(commands)
    .set({ state: 'withdrawn', settledAt: now })
    .where(and(or(...isOfOne), eq(commands.type, 'item_delete'), eq(commands.state, 'waiting')))
    .returning({ subjectId: commands.subjectId })
  return new Set(rows.flatMap(({ subjectId }) => subjectId ?? []))
}
