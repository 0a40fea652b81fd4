/** What people type about the tasks that they have. */
import type { z } from 'zod'
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun, type Noun, named } from '../../core/intent/noun.ts'
import {
  isLength,
  isPriority,
  isWhen,
  minutesIn,
  priorityIn,
  snoozedTo,
} from '../../domain/tasks/talk/slots.ts'
import { taskKind } from '../../domain/tasks/task-kind.ts'
import { completeTasks } from './complete-tasks.ts'
import { deleteTasks } from './delete-tasks.ts'
import { emptyTrash } from './empty-trash.ts'
import { listTasks } from './list-tasks.ts'
import { planTasks } from './plan-tasks.ts'
import { reopenTasks } from './reopen-tasks.ts'
import { rescheduleTasks } from './reschedule-tasks.ts'
import { restoreTasks } from './restore-tasks.ts'
import { suggestTasks } from './suggest-tasks.ts'
import { updateTask } from './update-task.ts'

/** How many tasks a list in a conversation shows at once. */
const LIST_ITEMS = 10

type Filter = z.input<typeof listTasks.input>

const OPEN: Filter = { status: ['open', 'in_progress'], sort: 'due' }
const SHOWN: Filter = { ...OPEN, limit: LIST_ITEMS }

/** Tasks among those that `usual` lists. */
function tasksOf(word: string, usual: Filter): Noun {
  return defineNoun({
    kind: taskKind,
    word,
    finding: {
      operation: listTasks,
      input: (text) => ({ ...usual, ...(text !== undefined && { text }) }),
      wider: (text) => [{ text }, { text, trashed: true }],
      thingsIn: ({ items }) => items.map(({ ref, title }) => ({ ref, name: title })),
    },
  })
}

const task = tasksOf('task', OPEN)
/** Where the verb may also begin a new task: "make dinner 30 min". */
const namedTask = named(task)
const doneTask = tasksOf('task', { status: ['done', 'cancelled'] })
const deletedTask = tasksOf('deleted task', { trashed: true })

export const taskIntents = [
  defineIntent({
    name: 'estimate-task',
    order: 210,
    says: ['<length>', '(it takes|takes|about) <length>'],
    slots: { length: isLength },
    when: { that: task },
    example: '10',
    does: 'Say how long the last task takes',
    operation: updateTask,
    input: ({ words: { length = '' }, refs: [taskId = ''] }) => ({ taskId, minutes: minutesIn(length) }),
  }),
  defineIntent({
    name: 'retime-task',
    order: 230,
    says: ['(make|change|update|set) <task> [to|take] <length>', '<task> (takes|needs) <length>'],
    slots: { task: namedTask, length: isLength },
    example: 'make that 45 min',
    does: 'Change the estimate of a task',
    operation: updateTask,
    input: ({ words: { length = '' }, refs: [taskId = ''] }) => ({ taskId, minutes: minutesIn(length) }),
  }),
  defineIntent({
    name: 'plan-day',
    order: 600,
    says: [
      'status',
      '[show] [me] [my] (plan|agenda) [for] [today|the day]',
      'plan my day',
      "(what's|what is) (up|on|due|planned) [today|for today|now]",
      'how (is|does) my day [look|looking]',
      'my day',
    ],
    example: 'status',
    does: 'Show the plan of the day',
    operation: planTasks,
    input: () => ({}),
  }),
  defineIntent({
    name: 'list-tasks',
    order: 610,
    says: [
      '[show|list|see|get] [me] [all] [of] [my|the] [open] (tasks|todos|to-dos|todo list|task list|to do list)',
      '(list|ls)',
      'what do i have to do',
      "(what's|what is) on my (list|plate)",
    ],
    example: 'list',
    does: 'List your open tasks',
    operation: listTasks,
    input: () => SHOWN,
  }),
  defineIntent({
    name: 'list-overdue',
    order: 612,
    says: ['[show|list] [me] [my] (overdue|late) [tasks]', "(what's|what is) overdue"],
    example: 'overdue',
    does: 'List what is overdue',
    operation: listTasks,
    input: () => ({ ...SHOWN, overdue: true }),
  }),
  defineIntent({
    name: 'find-tasks',
    order: 614,
    says: [
      'search [for] <text>',
      'find [the|my] (task|tasks) [about|with|for] <text>',
      '[show|list] [my] tasks (about|with|for) <text>',
    ],
    example: 'search bank',
    does: 'Find tasks by words',
    operation: listTasks,
    input: ({ words: { text = '' } }) => ({ text, limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'suggest-tasks',
    order: 620,
    says: [
      'what (now|next)',
      '(now what|next)',
      'what (should|shall|can|do) i do [now|next|first|today]',
      '(suggest|recommend) [me] [something|a task]',
      "(what's|what is) next",
      'i (have|got) <length>',
      'what (should|shall|can|do) i do (in|with) <length>',
    ],
    slots: { length: isLength },
    example: 'what now',
    does: 'Say what to do now; "i have 15 min" for the time at hand',
    operation: suggestTasks,
    input: ({ words: { length } }) => (length === undefined ? {} : { minutes: minutesIn(length) }),
  }),
  defineIntent({
    name: 'snooze-task',
    order: 700,
    says: [
      '(snooze|postpone|defer|delay) <task> [until|till|til|to|for] <when>',
      '(snooze|postpone|defer) [<task>]',
    ],
    slots: { task, when: isWhen },
    example: 'snooze call the bank tomorrow',
    does: 'Put a task off: to 9:30 of tomorrow, or of the day that you name',
    operation: rescheduleTasks,
    input: ({ words: { when }, refs }) => ({ taskIds: [...refs], due: snoozedTo(when) }),
  }),
  defineIntent({
    name: 'do-today',
    order: 710,
    says: ['do today <task>', 'do <ref> (today|now)'],
    slots: { task, ref: namedTask },
    example: 'do today T-12',
    does: 'Make a task due today',
    operation: rescheduleTasks,
    input: ({ refs }) => ({ taskIds: [...refs], due: 'today' }),
  }),
  defineIntent({
    name: 'move-task',
    order: 720,
    says: [
      '(move|reschedule|shift) <task> (to|until|on|for) <when>',
      '(push|put|move|reschedule) <ref> [to|until|on|for|off to] <when>',
      '<ref> is due [on|by] <when>',
    ],
    slots: { task, ref: namedTask, when: isWhen },
    example: 'move T-12 to friday',
    does: 'Move a task to another day',
    operation: rescheduleTasks,
    input: ({ words: { when = '' }, refs }) => ({ taskIds: [...refs], due: when }),
  }),
  defineIntent({
    name: 'undate-task',
    order: 730,
    says: [
      '(undate|unschedule) [<task>]',
      '(remove|clear|drop) [the] (date|due date) (of|from) <task>',
      '<ref> (has no|without a) date',
    ],
    slots: { task, ref: namedTask },
    example: 'undate T-12',
    does: 'Take the date off a task',
    operation: rescheduleTasks,
    input: ({ refs }) => ({ taskIds: [...refs], due: null }),
  }),
  defineIntent({
    name: 'complete-task',
    order: 740,
    says: [
      '(done|finished|completed) [with] [<task>]',
      'i (did|finished|completed|am done with) <task>',
      "i'm done with <task>",
      'mark <task> [as] (done|finished|complete|completed)',
      '(check|tick) off <task>',
      '<task> is (done|finished|completed)',
      '(check|tick) <ref> off',
      '(complete|finish|close|check|tick) <ref>',
      '<ref> (done|finished|completed)',
    ],
    slots: { task, ref: namedTask },
    example: 'done call the bank',
    does: 'Complete a task',
    operation: completeTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
    offers: (_, { refs }) => [{ label: 'Undo', say: `reopen ${refs.join(' ')}` }],
  }),
  defineIntent({
    name: 'reopen-task',
    order: 750,
    says: ['(reopen|uncheck|untick) [<task>]', '<task> is not done'],
    slots: { task: doneTask },
    example: 'reopen T-12',
    does: 'Open a task again',
    operation: reopenTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    name: 'list-trash',
    order: 760,
    says: ['[show|list] [the] trash [list]'],
    example: 'trash',
    does: 'List what is in the trash',
    operation: listTasks,
    input: () => ({ trashed: true, limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'restore-task',
    order: 762,
    says: ['(restore|undelete) [<task>]', 'trash restore [<task>]'],
    slots: { task: deletedTask },
    example: 'restore T-12',
    does: 'Take a task out of the trash',
    operation: restoreTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    name: 'empty-trash',
    order: 764,
    says: ['empty [the] trash', 'trash empty'],
    example: 'trash empty',
    does: 'Delete for ever what is in the trash',
    operation: emptyTrash,
    input: () => ({}),
  }),
  defineIntent({
    name: 'delete-task',
    order: 766,
    says: ['(delete|trash) [the] [task] <task>', '(remove|bin|drop) [task] <ref>'],
    slots: { task, ref: namedTask },
    example: 'delete T-12',
    does: 'Put a task in the trash',
    operation: deleteTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    name: 'prioritize-task',
    order: 780,
    says: [
      '(make|set|mark) <task> [as|to] [priority] <priority>',
      '(prioritize|prioritise) <task>',
      '<task> is <priority>',
    ],
    slots: { task: namedTask, priority: isPriority },
    example: 'make T-12 p1',
    does: 'Change the priority of a task',
    operation: updateTask,
    input: ({ words: { priority = 'p1' }, refs: [taskId = ''] }) => ({
      taskId,
      priority: priorityIn(priority),
    }),
  }),
]
