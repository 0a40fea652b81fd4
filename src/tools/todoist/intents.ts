/** What people type about Todoist. Whatever names it is for their account there, and never a task here. */
import { defineIntent } from '../../core/intent/intent.ts'
import { defineNoun } from '../../core/intent/noun.ts'
import { isDays, isWhen } from '../../domain/tasks/talk/slots.ts'
import { listProjects } from './projects/list-projects.ts'
import { resync } from './sync/resync.ts'
import { showStatus } from './sync/show-status.ts'
import { completeTasks } from './tasks/complete-tasks.ts'
import { deleteTasks } from './tasks/delete-tasks.ts'
import { listTasks } from './tasks/list-tasks.ts'
import { quickAdd } from './tasks/quick-add.ts'
import { rescheduleTasks } from './tasks/reschedule-tasks.ts'

/** How many tasks a list in a conversation shows at once. */
const LIST_ITEMS = 10

const IN = '(in|on|at|from|to|into|of) [my|the] todoist [list|inbox]'
const WHATS = "(what's|what is|what are)"

const todoistTask = defineNoun({
  word: 'Todoist task',
  isId: (text) => /^(?=\S*\d)[0-9A-Za-z]{16}$/.test(text),
  finding: {
    operation: listTasks,
    input: (text) => ({ text, limit: LIST_ITEMS }),
    wider: () => [],
    thingsIn: ({ items }) => items.map(({ id, content }) => ({ ref: id, name: content })),
  },
})

/** "todoist: water the plants" says what to do there. */
const isToDo = (text: string) => /^\S+\s+\S/.test(text) && !NO_DEED.test(text)
const NO_DEED =
  /^(?:is|was|are|has|had|does|did|not|can|can['’]?t|will|won['’]?t|seems|keeps|help|how|why|when|for|and|or|in|on|status|sync)\b/i

const isFilter = (text: string) => /^(?:today|overdue|p[1-4]|no date|@\S+|#\S+)$/i.test(text)

export const todoistIntents = [
  defineIntent({
    name: 'add-to-todoist',
    order: 500,
    says: [
      '(add|put|send|save|create|new) [a] [new] [task|todo] (to|in|into|on) [my] todoist [inbox] [to] <text>',
      '(add|put|send|save|create) <text> (to|in|into|on) [my] todoist [inbox|list]',
      '(add|put|send|save|create) <text> (to|in|into|on) [my] todoist <when>',
      '(add|create|new|make) [a] [new] todoist (task|todo) [to] <text>',
      'todoist (add|new) <text>',
      'todoist <todo>',
      '(remind me|remind me to) <text> (in|on) todoist',
    ],
    slots: { when: (text) => isWhen(text.replace(/^for /i, '')), todo: isToDo },
    example: 'add to todoist: buy milk tomorrow',
    does: 'Create a task in Todoist, which reads its words',
    operation: quickAdd,
    input: ({ words: { text = '', todo = text, when } }) => ({
      text: when === undefined ? todo : `${todo} ${when.replace(/^for /i, '')}`,
    }),
  }),
  defineIntent({
    name: 'todoist-inbox',
    order: 530,
    says: [
      '[show|list] [me] [my|the] todoist inbox',
      `${WHATS} in [my|the] todoist inbox`,
      `${WHATS} in [my|the] inbox (in|on|of|at) todoist`,
    ],
    example: 'todoist inbox',
    does: 'List what is in the inbox of Todoist',
    operation: listTasks,
    input: () => ({ project: 'Inbox', limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'list-todoist-filtered',
    order: 532,
    says: [
      '[show|list] [me] [my|the] todoist [tasks] [for|that are|due] <filter>',
      `${WHATS} [due|on] <filter> (in|on) [my] todoist`,
      `${WHATS} <filter> (in|on) [my] todoist`,
      '[show|list] [me] [my] <filter> (in|on) [my] todoist',
    ],
    slots: { filter: isFilter },
    example: 'todoist today',
    does: 'List what Todoist shows for "today", "overdue", p1 or a label',
    operation: listTasks,
    input: ({ words: { filter = '' } }) => ({ filter, limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'list-todoist-due',
    order: 534,
    says: [
      '[show|list] [me] [my|the] todoist [tasks] [for|due|on] <days>',
      `${WHATS} [due|on] [for|on] <days> (in|on) [my] todoist`,
      `${WHATS} [due|on] (in|on) [my] todoist [for|on] <days>`,
    ],
    slots: { days: isDays },
    example: 'todoist friday',
    operation: listTasks,
    input: ({ words: { days = '' } }) => ({ dueFrom: days, dueTo: days, limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'list-todoist',
    order: 536,
    says: [
      'todoist',
      '[show|list|open] [me] [my|the] todoist (tasks|list|todos)',
      '(show|list|open) [me] [my|the] todoist',
      `${WHATS} (in|on|due in|open in) [my|the] todoist`,
      '[show|list] [me] [my|the] tasks (in|on|from) [my] todoist',
    ],
    example: 'todoist',
    does: 'List your open tasks in Todoist',
    operation: listTasks,
    input: () => ({ limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'find-in-todoist',
    order: 538,
    says: ['(find|search|search for|look for) <text> (in|on) [my] todoist', 'search todoist [for] <text>'],
    example: 'find milk in todoist',
    operation: listTasks,
    input: ({ words: { text = '' } }) => ({ text, limit: LIST_ITEMS }),
  }),
  defineIntent({
    name: 'todoist-projects',
    order: 540,
    says: [
      '[show|list] [me] [my|the] todoist projects',
      '[show|list] [me] [my|the] projects (in|on|from) todoist',
    ],
    example: 'todoist projects',
    does: 'List your projects in Todoist',
    operation: listProjects,
    input: () => ({}),
  }),
  defineIntent({
    name: 'sync-todoist',
    order: 542,
    says: [
      '(sync|synchronize|refresh|update|reload|resync) [with] [my] todoist [now]',
      'todoist (sync|refresh)',
    ],
    example: 'sync todoist',
    does: 'Read what has changed in Todoist now',
    operation: resync,
    input: () => ({}),
  }),
  defineIntent({
    name: 'todoist-status',
    order: 544,
    says: [
      'todoist (status|account|accounts|connection|settings)',
      '(is|is my) todoist (connected|synced|working|up to date)',
      '(connect|link|set up|setup|add) [my|to|with] todoist [account]',
    ],
    example: 'connect todoist',
    does: 'Show whether Todoist is connected, or how to connect it',
    operation: showStatus,
    input: () => ({}),
  }),
  defineIntent({
    name: 'complete-in-todoist',
    order: 546,
    says: [
      `(complete|finish|done|finished|close|check off|tick off|check|tick) [with] <task> ${IN}`,
      `mark <task> [as] (done|complete|completed|finished) ${IN}`,
      `mark <task> ${IN} [as] (done|complete|completed|finished)`,
      'todoist (done|complete|finish) <task>',
    ],
    slots: { task: todoistTask },
    example: 'complete buy milk in todoist',
    does: 'Complete a task in Todoist',
    operation: completeTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    name: 'delete-in-todoist',
    order: 548,
    says: [`(delete|remove|trash) <task> ${IN}`, 'todoist (delete|remove) <task>'],
    slots: { task: todoistTask },
    example: 'delete buy milk in todoist',
    does: 'Delete a task in Todoist, ten minutes later',
    operation: deleteTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    name: 'move-in-todoist',
    order: 550,
    says: [
      `(move|push|reschedule|postpone|snooze) <task> ${IN} (to|until|on|for) <when>`,
      `(move|push|reschedule|postpone|snooze) <task> (to|until|on|for) <when> (in|on) [my] todoist`,
    ],
    slots: { task: todoistTask, when: isWhen },
    example: 'move buy milk in todoist to friday',
    does: 'Move a task in Todoist to another day',
    operation: rescheduleTasks,
    input: ({ refs, words: { when = '' } }) => ({ taskIds: [...refs], due: when }),
  }),
]
