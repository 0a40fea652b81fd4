/**
 * What people type about the tasks that they have in words that may also begin a new task: "cancel the meeting", "newsletter
 * due friday". The words decide by what they find.
 */
import { defineIntent, type Said, type Words } from '../../core/intent/intent.ts'
import { namesSomething } from '../../domain/tasks/talk/looks-like-task.ts'
import {
  isLength,
  isPriority,
  isRepeat,
  isWhen,
  minutesIn,
  priorityIn,
} from '../../domain/tasks/talk/slots.ts'
import { projectNoun } from '../projects/intents.ts'
import { completeTasks } from './complete-tasks.ts'
import { deleteTasks } from './delete-tasks.ts'
import { getTask } from './get-task.ts'
import { rescheduleTasks } from './reschedule-tasks.ts'
import { namedTask, task } from './task-nouns.ts'
import { updateTask } from './update-task.ts'

const inProject = (_output: unknown, said?: Said) => ({
  text: `It is in the project ${said?.words.project} now.`,
  answers: [],
})

const NOTE =
  /^(?:(?:please|pls|can you|could you) )*(?:add|put|write|leave|attach) (?:an? |the )?(?:note|comment) (?:to|on|for|under) (?<task>[^:]+?)\s*:\s*(?<note>\S.*)$/is

function noteIn(message: string): Words | undefined {
  const { task: said, note } = NOTE.exec(message)?.groups ?? {}
  return said === undefined || note === undefined ? undefined : { task: said, note }
}

export const guessIntents = [
  defineIntent({
    name: 'move-described-task',
    order: 910,
    says: [
      '(push|put|bump|schedule|change|set) <task> [back|off] (to|until|till|on|for) <when>',
      'do <task> <when>',
      '(make|set) <task> [to be] due [on|by] <when>',
      '(change|set|move) [the] (date|due date) (of|for) <task> to <when>',
      'due <task> <when>',
      '<task> (should be|is now|was moved to|moved to) [on|for] <when>',
      '<task> [on|at|to] <when> instead',
      '<task> is [now] (at|on) <when> [now]',
      '(put|set|add) a reminder (on|for) <task> (for|at|on) <when>',
    ],
    slots: { task, when: isWhen },
    mayBeNew: 'unless-found',
    example: 'push the report to friday',
    operation: rescheduleTasks,
    input: ({ words: { when = '' }, refs }) => ({ taskIds: [...refs], due: when }),
  }),
  defineIntent({
    name: 'set-deadline',
    order: 911,
    says: [
      '(change|set|move) [the] deadline (of|for) <task> to <when>',
      '[the] deadline (of|for) <task> is <when>',
      '<ref> [has the] deadline <when>',
    ],
    slots: { task, ref: namedTask, when: isWhen },
    mayBeNew: 'unless-found',
    example: 'the deadline for T-12 is friday',
    does: 'Say by which day a task must be done',
    operation: updateTask,
    input: ({ words: { when = '' }, refs: [taskId = ''] }) => ({ taskId, deadline: when }),
  }),
  defineIntent({
    name: 'date-described-task',
    order: 912,
    says: ['<task> [is] due [on|by] <when>', 'remind me (about|of) <task> [on|at|by] <when>'],
    slots: { task, when: isWhen },
    mayBeNew: 'described',
    example: 'the report is due friday',
    operation: rescheduleTasks,
    input: ({ words: { when = '' }, refs }) => ({ taskIds: [...refs], due: when }),
  }),
  defineIntent({
    name: 'retime-described-task',
    order: 914,
    says: [
      '(make|set|change|estimate) <task> [to|at|take] <length>',
      '<task> (takes|needs|will take) <length>',
    ],
    slots: { task, length: isLength },
    mayBeNew: 'unless-found',
    example: 'the report takes 2h',
    operation: updateTask,
    input: ({ words: { length = '' }, refs: [taskId = ''] }) => ({ taskId, minutes: minutesIn(length) }),
  }),
  defineIntent({
    name: 'prioritize-described-task',
    order: 916,
    says: [
      '(make|set|mark) <task> [as|to] [priority] <priority>',
      '(set|change) [the] priority of <task> to <priority>',
      '<task> is <priority>',
    ],
    slots: { task, priority: isPriority },
    mayBeNew: 'unless-found',
    example: 'make the report p1',
    operation: updateTask,
    input: ({ words: { priority = '' }, refs: [taskId = ''] }) => ({
      taskId,
      priority: priorityIn(priority) ?? priorityIn(`p${priority}`),
    }),
  }),
  defineIntent({
    name: 'repeat-task',
    order: 918,
    says: ['repeat <task> <rule>', '(make|set) <task> [to] repeat <rule>', '<ref> repeats <rule>'],
    slots: { task, ref: namedTask, rule: isRepeat },
    mayBeNew: 'unless-found',
    example: 'repeat T-12 every monday',
    does: 'Let a task repeat',
    operation: updateTask,
    input: ({ words: { rule = '' }, refs: [taskId = ''] }) => ({ taskId, repeat: rule }),
  }),
  defineIntent({
    name: 'undate-described-task',
    order: 920,
    says: ["(don't|dont|do not|stop) (remind|reminding) me (about|of|to) <task>"],
    slots: { task },
    example: "don't remind me about the report",
    operation: rescheduleTasks,
    input: ({ refs }) => ({ taskIds: [...refs], due: null }),
  }),
  defineIntent({
    name: 'ask-when',
    order: 922,
    says: ['(reschedule|move|postpone) [the] [task] <task>'],
    slots: { task },
    mayBeNew: 'unless-found',
    example: 'reschedule the report',
    operation: getTask,
    input: ({ refs: [taskId = ''] }) => ({ taskId }),
    asks: ({ task: { ref } }) => ({
      text: `To which day? Say "move ${ref} to friday".`,
      answers: ['today', 'tomorrow', 'next week'].map((day) => ({
        label: day,
        say: `move ${ref} to ${day}`,
      })),
    }),
  }),
  defineIntent({
    name: 'give-described-task',
    order: 924,
    says: ['(give|hand|delegate) <task> [over] to <person>'],
    slots: { task },
    mayBeNew: 'described',
    example: 'give the report to bob',
    operation: updateTask,
    input: ({ words: { person = '' }, refs: [taskId = ''] }) => ({ taskId, assignee: person }),
  }),
  defineIntent({
    name: 'note-described-task',
    order: 903,
    // Without a colon nothing says where the words for the task end.
    says: noteIn,
    slots: { task },
    example: 'add a note to the bank: ask for Ms Lee',
    operation: updateTask,
    input: ({ words: { note = '' }, refs: [taskId = ''] }) => ({ taskId, addNote: note }),
    asks: ({ task: { notes } }) => ({ text: `Its notes: ${notes ?? ''}`, answers: [] }),
  }),
  defineIntent({
    name: 'place-described-task',
    order: 906,
    says: [
      '(move|file|assign) [the] [task] <task> (to|in|into|under|on) [the|my] [project] <project> [project]',
    ],
    slots: { task, project: projectNoun },
    mayBeNew: 'unless-found',
    example: 'move T-12 to launch',
    does: 'Put a task into a project',
    operation: updateTask,
    input: ({ refs: [taskId = ''], others }) => ({ taskId, projectId: others?.project }),
    asks: inProject,
  }),
  defineIntent({
    name: 'add-described-task',
    order: 905,
    says: ['(add|put) [the] [task] <task> (to|in|into|under|on) [the|my] [project] <project> [project]'],
    slots: { task, project: projectNoun },
    mayBeNew: 'described',
    example: 'put the report in launch',
    operation: updateTask,
    input: ({ refs: [taskId = ''], others }) => ({ taskId, projectId: others?.project }),
    asks: inProject,
  }),
  defineIntent({
    name: 'take-out-of-project',
    order: 908,
    says: [
      '(take|remove|drop) <task> (out of|from) [the|its|any] [project] <project> [project]',
      '(take|remove|drop) <task> (out of|from) (its|the) project',
    ],
    slots: { task, project: projectNoun },
    mayBeNew: 'unless-found',
    example: 'take T-12 out of launch',
    does: 'Take a task out of its project',
    operation: updateTask,
    input: ({ refs: [taskId = ''] }) => ({ taskId, projectId: null }),
    asks: () => ({ text: 'It is in no project now.', answers: [] }),
  }),
  defineIntent({
    // After all others: the words name a task, and do not say what to do with it.
    name: 'show-named-task',
    order: 998,
    says: (message) => (namesSomething(message) ? { task: message } : undefined),
    slots: { task },
    when: { assistant: false },
    mayBeNew: 'described',
    example: 'quarterly report',
    operation: getTask,
    input: ({ refs: [taskId = ''] }) => ({ taskId }),
  }),
  defineIntent({
    name: 'cancel-task',
    order: 940,
    says: ['(cancel|skip) [the] [task] <task>'],
    slots: { task },
    mayBeNew: 'described',
    example: 'cancel T-12',
    does: 'Mark a task as cancelled',
    operation: updateTask,
    input: ({ refs: [taskId = ''] }) => ({ taskId, status: 'cancelled' as const }),
  }),
  defineIntent({
    name: 'rename-described-task',
    order: 941,
    says: ['(change|edit) [the] [task] <task> (to|into) <title>'],
    slots: { task },
    mayBeNew: 'described',
    example: 'change the report to write the summary',
    operation: updateTask,
    input: ({ words: { title = '' }, refs: [taskId = ''] }) => ({ taskId, title }),
  }),
  defineIntent({
    name: 'start-described-task',
    order: 942,
    says: ['(start|begin) [with] [the] [task] <task>', '(working|starting) on <task> [now]'],
    slots: { task },
    mayBeNew: 'described',
    example: 'start the report',
    operation: updateTask,
    input: ({ refs: [taskId = ''] }) => ({ taskId, status: 'in_progress' as const }),
  }),
  defineIntent({
    name: 'delete-described-task',
    order: 944,
    says: ['(remove|bin|drop|scrap) [the] [task] <task> [from my list|from the list]', 'get rid of <task>'],
    slots: { task },
    mayBeNew: 'described',
    example: 'remove the report',
    operation: deleteTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    // After the intent of captures: "check the oven at 5pm".
    name: 'complete-described-task',
    order: 991,
    says: ['(close|check|tick) [the] [task] <task> [off]', '<task> (done|finished|completed)'],
    slots: { task },
    mayBeNew: 'described',
    example: 'the report done',
    operation: completeTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
  defineIntent({
    // After the intent of captures, which takes what has a date of its own: "finish the slides tonight".
    name: 'complete-task-by-name',
    order: 992,
    says: ['(complete|finish) [the] [task] <task>'],
    slots: { task },
    example: 'complete the report',
    operation: completeTasks,
    input: ({ refs }) => ({ taskIds: [...refs] }),
  }),
]
