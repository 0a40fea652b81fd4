/** What people type to change what a task says, or to have it begun, done, deleted or given to others. */
import { defineIntent } from '../../core/intent/intent.ts'
import { named } from '../../core/intent/noun.ts'
import { isLabel, isPriority, priorityIn } from '../../domain/tasks/talk/slots.ts'
import { completeTasks } from './complete-tasks.ts'
import { deleteTasks } from './delete-tasks.ts'
import { emptyTrash } from './empty-trash.ts'
import { listTasks } from './list-tasks.ts'
import { reopenTasks } from './reopen-tasks.ts'
import { restoreTasks } from './restore-tasks.ts'
import { deletedTask, doneTask, groupOfTasks, LIST_ITEMS, namedTask, task } from './task-nouns.ts'
import { updateTask } from './update-task.ts'

export const changeIntents = [
  defineIntent({
    name: 'rename-task',
    order: 722,
    says: [
      'rename [the] [task] <task> (to|as|into) <title>',
      '(change|set|edit) [the] (title|name) of <task> to <title>',
      '(change|edit) <ref> to <title>',
    ],
    slots: { task, ref: namedTask },
    example: 'rename T-12 to call the dentist',
    does: 'Change the title of a task',
    operation: updateTask,
    input: ({ words: { title = '' }, refs: [taskId = ''] }) => ({ taskId, title }),
  }),
  defineIntent({
    name: 'start-task',
    order: 738,
    says: [
      '(start|begin) [with|work on|working on] <ref>',
      "(i'm|im|i am) (working|starting) on <task>",
      '(start|begin) (work|working) on <task>',
    ],
    slots: { task, ref: namedTask },
    example: 'start T-12',
    does: 'Mark a task as in progress',
    operation: updateTask,
    input: ({ refs: [taskId = ''] }) => ({ taskId, status: 'in_progress' as const }),
  }),
  defineIntent({
    name: 'complete-task',
    order: 740,
    says: [
      '(done|finished|completed) [with] [<task>]',
      "(that's|thats|that is|it's) (done|finished)",
      'i (did|finished|completed|am done with) <task>',
      "i'm (done|finished) with <task>",
      'i just (did|finished|completed) <task>',
      'mark <task> [as] (done|finished|complete|completed)',
      '(check|tick|cross) off <task>',
      '(complete|finish) <group>',
      '<task> is (done|finished|completed)',
      '(check|tick|cross) <ref> off',
      '(complete|finish|close|check|tick) <ref>',
      '<ref> (done|finished|completed)',
    ],
    slots: { task, ref: namedTask, group: groupOfTasks },
    example: 'done call the bank',
    does: 'Complete a task',
    isFirst: true,
    operation: completeTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    name: 'reopen-task',
    order: 750,
    says: [
      '(reopen|uncheck|untick|uncomplete) [<task>]',
      "<task> (is not|isn't|isnt|wasn't) (done|finished|completed)",
      "i (didn't|didnt|did not|haven't|have not) (finish|finished|complete|completed|do|done) <task>",
    ],
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
    says: [
      '(restore|undelete) [<task>]',
      'trash restore [<task>]',
      '(bring|get) back <task>',
      '(bring|get) <it> back',
    ],
    slots: { task: deletedTask, it: named(deletedTask) },
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
    isFirst: true,
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
      '<task> <priority>',
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
  defineIntent({
    name: 'label-task',
    order: 782,
    says: [
      '(tag|label) <task> (with|as) <label>',
      '(add|put) [the] (label|tag) <label> (to|on) <task>',
      '(add|put) <signed> (to|on) <task>',
      '(tag|label) <ref> <label>',
    ],
    slots: { task, ref: namedTask, label: isLabel, signed: (text) => /^@/.test(text) && isLabel(text) },
    example: 'tag T-12 with calls',
    does: 'Add a label to a task',
    operation: updateTask,
    input: ({ words: { label, signed = label ?? '' }, refs: [taskId = ''] }) => ({
      taskId,
      addLabels: [signed.replace(/^#/, '')],
    }),
  }),
  defineIntent({
    name: 'unlabel-task',
    order: 784,
    says: ['(remove|drop|take) [the] (label|tag) <label> (from|off) <task>', '(untag|unlabel) <ref> <label>'],
    slots: { task, ref: namedTask, label: isLabel },
    example: 'remove the label calls from T-12',
    operation: updateTask,
    input: ({ words: { label = '' }, refs: [taskId = ''] }) => ({
      taskId,
      removeLabels: [label.replace(/^#/, '')],
    }),
  }),
  defineIntent({
    name: 'note-task',
    order: 788,
    says: [
      '(add|put|write|leave|attach) [a|the] (note|comment) (to|on|for|under) <ref> [that|saying] <note>',
      'note (on|for) <ref> <note>',
    ],
    slots: { ref: namedTask },
    example: 'add a note to T-12: ask for Ms Lee',
    does: 'Add a note to a task',
    operation: updateTask,
    input: ({ words: { note = '' }, refs: [taskId = ''] }) => ({ taskId, addNote: note }),
    asks: ({ task: { notes } }) => ({ text: `Its notes: ${notes ?? ''}`, answers: [] }),
  }),
  defineIntent({
    name: 'assign-task',
    order: 786,
    says: ['assign <task> to <person>', '(give|hand|delegate) <ref> [over] to <person>'],
    slots: { task, ref: namedTask },
    example: 'assign T-12 to bob',
    does: 'Give a task to a person',
    operation: updateTask,
    input: ({ words: { person = '' }, refs: [taskId = ''] }) => ({ taskId, assignee: person }),
  }),
]
