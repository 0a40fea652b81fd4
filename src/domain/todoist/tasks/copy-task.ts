/** Copies of tasks: commands that make a task and its subtasks once more. */
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { AppError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/text/json.ts'
import type { Db } from '../../db/db.ts'
import type { NewCommand } from '../commands/add-commands.ts'
import { todoistItems as items } from '../tables.ts'
import type { Target } from './read-items.ts'
import type { ItemRow } from './task.ts'

/** The most tasks of one copy: Todoist takes so many commands in a request. */
const COPIED_MAX = 100

/** What a copy has of its original, by Todoist's names. */
const COPIED = [
  ...(['content', 'description', 'priority', 'due', 'deadline', 'duration', 'labels'] as const),
  ...(['project_id', 'section_id', 'parent_id', 'responsible_uid'] as const),
]

/** By their targets; none for a task that Todoist does not have yet. @throws AppError for a task of too many subtasks */
export async function copyCommands(
  db: Db,
  targets: readonly (Target | AppError)[],
  newId: () => string,
): Promise<Map<Target, NewCommand[]>> {
  const copies = new Map<Target, NewCommand[]>()
  for (const target of targets) {
    if (target instanceof AppError || target.item === undefined) continue
    copies.set(target, copyTree(await readTree(db, target.item), newId))
  }
  return copies
}

/** The task, then those below it, each after its parent. */
async function readTree(db: Db, root: ItemRow): Promise<ItemRow[]> {
  const tree = [root]
  for (let level = [root]; level.length > 0; ) {
    const parents = level.map(({ id }) => id)
    level = await db
      .select()
      .from(items)
      .where(
        and(
          eq(items.accountId, root.accountId),
          inArray(items.parentId, parents),
          eq(items.checked, false),
          isNull(items.absentSince),
        ),
      )
      .orderBy(asc(items.position))
    tree.push(...level)
    if (tree.length > COPIED_MAX) {
      throw new AppError('conflict', `The task ${root.content} has more than ${COPIED_MAX - 1} subtasks.`, {
        fix: 'Copy its subtasks in parts.',
      })
    }
  }
  return tree
}

function copyTree(tree: readonly ItemRow[], newId: () => string): NewCommand[] {
  const copyIds = new Map(tree.map(({ id }) => [id, newId()]))
  return tree.map(({ id, accountId, spaceId, content, wire, parentId }) => {
    const parentCopy = parentId === null ? undefined : copyIds.get(parentId)
    const args: JsonObject = Object.fromEntries(
      COPIED.flatMap((field) => (wire[field] == null ? [] : [[field, wire[field]]])),
    )
    return {
      id: copyIds.get(id) ?? newId(),
      ...{ accountId, spaceId, type: 'item_add', title: content },
      args: { ...args, ...(parentCopy !== undefined && { parent_id: parentCopy }) },
    }
  })
}
