/** What people call tasks in conversations, and the lists among which they are found. */
import type { z } from 'zod'
import { defineNoun, grouped, type Noun, named } from '../../core/intent/noun.ts'
import { BATCH_MAX_ITEMS } from '../../core/schema/batch.ts'
import { groupIn } from '../../domain/tasks/talk/groups.ts'
import { taskKind } from '../../domain/tasks/task-kind.ts'
import { listTasks } from './list-tasks.ts'

/** How many tasks a list in a conversation shows at once. */
export const LIST_ITEMS = 10

type Filter = z.input<typeof listTasks.input>

const OPEN: Filter = { status: ['open', 'in_progress'], sort: 'due' }

/** What is listed of the open tasks. */
export const SHOWN: Filter = { ...OPEN, limit: LIST_ITEMS }

/** Tasks among those that `usual` lists. */
function tasksOf(word: string, usual: Filter): Noun {
  return defineNoun({
    kind: taskKind,
    word,
    finding: {
      operation: listTasks,
      input: (text) => ({ ...usual, ...(text !== undefined && { text }) }),
      wider: (text) => [{ text }, { text, trashed: true }],
      all(text) {
        const group = groupIn(text)
        return group && { ...usual, ...group, limit: BATCH_MAX_ITEMS }
      },
      thingsIn: ({ items }) => items.map(({ ref, title }) => ({ ref, name: title })),
    },
  })
}

export const task = tasksOf('task', OPEN)
/** Where the verb may also begin a new task: "make dinner 30 min". */
export const namedTask = named(task)
export const groupOfTasks = grouped(task)
export const doneTask = tasksOf('task', { status: ['done', 'cancelled'] })
export const deletedTask = tasksOf('deleted task', { trashed: true })
