/** Whether both tasks of a pair are there: deletions, restored tasks, and moves to other projects. */
import { AppError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import type { FullTaskRow } from '../../tasks/store.ts'
import { restoreEach, trashEach } from '../../tasks/trash.ts'
import { updateTask } from '../../tasks/update-task.ts'
import { withdrawCommand } from '../commands/withdraw.ts'
import type { ItemRow } from '../tasks/task.ts'
import { UNDO_MS } from '../things/undo.ts'
import { pushNew } from './create.ts'
import { readHere, readThere } from './fields.ts'
import { moveOutOwnSubtasks } from './own-subtasks.ts'
import { laterOnes, type Pair, type Work } from './work.ts'

/** Both rows of a pair whose fields can be compared. */
export interface Both {
  readonly task: FullTaskRow
  readonly item: ItemRow
}

/** Undefined where there is nothing to compare: one side is deleted, elsewhere, or not known yet. */
export async function bothOf(work: Work, pair: Pair): Promise<Both | undefined> {
  const creation = work.commands.get(pair.itemId)
  if (creation !== undefined) {
    // A task that Todoist refused to make stays here alone, until a person settles it.
    pair.isPostponed = creation.state !== 'refused'
    pair.isEnded = creation.state === 'refused' && isGoneHere(work, pair)
    return undefined
  }
  if (work.busy.has(pair.itemId)) {
    pair.isPostponed = true
    return undefined
  }
  const item = work.item(pair.itemId)
  followDeletion(work, pair, item)
  const task = work.task(pair.taskId)
  const isUnknown = item === undefined ? !pair.isSeen : item.absentSince !== null
  if (isUnknown) pair.asks = 'item'
  if (isUnknown || work.isHidden(pair.taskId)) return undefined
  pair.isSeen = true
  const isHere = task !== undefined && task.trashedAt === null
  if (isHere && item !== undefined) return await ofBoth(work, pair, { task, item })
  if (isHere) await goneThere(work, pair, task)
  else if (item !== undefined) await goneHere(work, pair, { task, item })
  else if (task === undefined) pair.isEnded = true
  else pair.isGone = true
  return undefined
}

/** Of a repeating task that was completed here, what is deleted on either side is the next one. */
function followDeletion(work: Work, pair: Pair, item: ItemRow | undefined): void {
  const task = work.task(pair.taskId)
  const last = task && laterOnes(work, task).at(-1)
  if (last === undefined) return
  const isDeletedThere = item === undefined && pair.isSeen && !pair.isGone
  if (isDeletedThere || last.trashedAt !== null) pair.taskId = last.id
}

async function ofBoth(work: Work, pair: Pair, both: Both): Promise<Both | undefined> {
  pair.isGone = false
  if (pair.deletionId !== null && !(await takeBack(work, pair.deletionId))) {
    pair.isPostponed = true
    return undefined
  }
  pair.deletionId = null
  // Of a repeating task that was completed here, the next one says where it is.
  const placed = { ...both, task: laterOnes(work, both.task).at(-1) ?? both.task }
  if (placed.task.projectId !== work.link.projectId) return await movedHere(work, pair, placed)
  if (both.item.projectId !== work.link.outsideId) return await movedThere(work, pair, placed)
  return both
}

/** A task was taken out of the trash: its deletion is not sent. False where it was sent already. */
async function takeBack({ ctx, commands }: Work, deletionId: string): Promise<boolean> {
  const state = commands.get(deletionId)?.state
  if (state === 'waiting') return await withdrawCommand(ctx, deletionId)
  return state !== 'sent' && state !== 'done'
}

/** Deleted at Todoist: the task here goes to the trash. One that is taken out of the trash is made there again. */
async function goneThere(work: Work, pair: Pair, task: FullTaskRow): Promise<void> {
  const isOurs = pair.deletionId !== null
  pair.deletionId = null
  if (work.canPull && !pair.isGone && !isOurs) {
    await moveOutOwnSubtasks(work, task)
    const [outcome] = await trashEach(work.ctx, [task.id])
    pair.isGone = true
    if (outcome instanceof AppError)
      await work.conflict(pair, {
        ...{ field: 'deletion', here: readHere(task), there: null, took: 'neither' },
        because: outcome.message,
      })
    else await work.refresh(task.id)
  } else if (work.canPush && task.projectId === work.link.projectId && !readHere(task).isClosed) {
    await pushNew(work, task, pair)
  }
}

/** Deleted here: the deletion waits as every deletion does. One that is back at Todoist comes back here. */
async function goneHere(
  work: Work,
  pair: Pair,
  { task, item }: { readonly task: FullTaskRow | undefined; readonly item: ItemRow },
): Promise<void> {
  const isTakenBack = work.commands.get(pair.deletionId ?? '')?.state === 'withdrawn'
  if ((pair.isGone || isTakenBack) && work.canPull && task !== undefined) {
    await restoreEach(work.ctx, [task.id])
    await work.refresh(task.id)
    pair.isGone = false
    pair.deletionId = null
    pair.isPostponed = true
    return
  }
  // A task of Todoist that could not be made here has no deletion.
  if (pair.isGone && task === undefined) return
  if (work.canPush && (await keepSubtasks(work, pair, item))) return
  if (pair.deletionId !== null || !work.canPush) return
  // It left the linked projects there, and stays where it is.
  pair.isEnded = !work.siblings.some(({ outsideId }) => outsideId === item.projectId)
  if (pair.isEnded) return
  // It goes with its parent.
  const parent =
    item.parentId === null ? undefined : work.pairs.find(({ itemId }) => itemId === item.parentId)
  if (parent !== undefined && (parent.deletionId !== null || isGoneHere(work, parent))) return
  const snapshot: JsonObject = { ...item.wire, base: { ...readThere(item) } }
  pair.deletionId = await work.send(
    {
      ...{ type: 'item_delete', args: { id: item.id }, title: item.content, subjectId: item.id, snapshot },
      notBefore: new Date(work.ctx.now.getTime() + UNDO_MS),
    },
    task,
  )
}

/**
 * Todoist deletes a task with all that is below it: what was put there meanwhile, and stays here, is moved out first. The
 * deletion waits for that. Answers whether there was such a task.
 */
async function keepSubtasks(work: Work, pair: Pair, parent: ItemRow): Promise<boolean> {
  const kept = work.items().filter(({ id, parentId, checked, absentSince }) => {
    const known = work.pairs.find(({ itemId }) => itemId === id)
    const isOpen = !checked && absentSince === null
    return parentId === parent.id && (known === undefined ? isOpen : !isGoneHere(work, known))
  })
  if (kept.length === 0) return false
  pair.isPostponed = true
  if (pair.deletionId !== null && !(await takeBack(work, pair.deletionId))) return true
  pair.deletionId = null
  for (const { id, content } of kept) {
    if (work.busy.has(id)) continue
    const task = work.task(work.taskOf(id) ?? '')
    await work.send(
      {
        ...{ type: 'item_move', args: { id, project_id: work.link.outsideId } },
        ...{ title: content, subjectId: id },
      },
      task,
    )
  }
  return true
}

function isGoneHere({ task }: Work, { taskId }: Pair): boolean {
  return task(taskId)?.trashedAt !== null
}

/** A task that leaves the linked project here goes along to another linked one, or else to the inbox there. */
async function movedHere(work: Work, pair: Pair, { task, item }: Both): Promise<undefined> {
  if (!work.canPush) return
  const other = work.siblings.find(({ projectId, id }) => projectId === task.projectId && id !== work.link.id)
  const placeId = other?.outsideId ?? work.inboxId
  if (placeId === undefined || placeId === work.link.outsideId) return
  if (item.projectId !== placeId)
    await work.send(
      {
        ...{ type: 'item_move', args: { id: item.id, project_id: placeId } },
        ...{ title: item.content, subjectId: item.id },
      },
      task,
    )
  if (other === undefined) pair.isEnded = true
  else pair.linkId = other.id
}

/** A task that leaves the linked project there leaves it here, for another linked one or for none. */
async function movedThere(work: Work, pair: Pair, { task, item }: Both): Promise<undefined> {
  if (!work.canPull) return
  const other = work.siblings.find(({ outsideId }) => outsideId === item.projectId)
  try {
    await updateTask(work.ctx, task.id, { projectId: other?.projectId ?? null })
    await work.refresh(task.id)
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    await work.conflict(pair, {
      ...{ field: 'project', here: task.projectId, there: item.projectId, took: 'neither' },
      because: thrown.message,
    })
  }
  if (other === undefined) pair.isEnded = true
  else pair.linkId = other.id
}
