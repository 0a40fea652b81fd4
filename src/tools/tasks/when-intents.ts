/** What people type about when a task is due, and how long it takes. */
import { defineIntent } from '../../core/intent/intent.ts'
import { dayOfAppointment } from '../../domain/tasks/talk/appointment.ts'
import { CORRECTING } from '../../domain/tasks/talk/correcting.ts'
import {
  isLength,
  isSaidLength,
  isWhen,
  isWhile,
  minutesIn,
  snoozedTo,
  whenAfter,
} from '../../domain/tasks/talk/slots.ts'
import { listTasks } from './list-tasks.ts'
import { postponeTasks } from './postpone-tasks.ts'
import { rescheduleTasks } from './reschedule-tasks.ts'
import { groupOfTasks, namedTask, SHOWN, task } from './task-nouns.ts'
import { updateTask } from './update-task.ts'

export const whenIntents = [
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
    name: 'correct-length',
    order: 232,
    says: [`${CORRECTING} [make (it|that)] <length>`],
    slots: { length: isSaidLength },
    when: { that: task, waiting: 'nothing', justDone: true },
    example: 'no, 45 min',
    operation: updateTask,
    input: ({ words: { length = '' }, refs: [taskId = ''] }) => ({ taskId, minutes: minutesIn(length) }),
  }),
  defineIntent({
    name: 'correct-day',
    order: 234,
    says: [`${CORRECTING} [make (it|that)] [on|at|for|to] <when> [instead]`],
    slots: { when: isWhen },
    when: { that: task, waiting: 'nothing', justDone: true },
    example: 'no, friday',
    does: 'Change the day of what was talked about last',
    operation: rescheduleTasks,
    input: ({ words: { when = '' }, refs }) => ({ taskIds: [...refs], due: when }),
  }),
  defineIntent({
    name: 'postpone-task',
    order: 698,
    says: [
      '(postpone|push|delay|defer|move|shift|bump|snooze|put) <task> [back|out|off|forward] by [another] <delay>',
      '(postpone|push|delay|defer|move|shift|bump|put) <task> (back|out|off) [another] <delay>',
      '(push|put|move|bump) (back|out|off) <task> [by] <delay>',
      'give me <delay> more (for|on) <task>',
      '(push|move|shift|bump|postpone) <task> [by] <delay> (later|back|forward|out)',
    ],
    slots: { task, delay: isWhile },
    example: 'postpone T-12 by a week',
    does: 'Put a task off by a while, from the day when it is due',
    operation: postponeTasks,
    input: ({ words: { delay = '' }, refs }) => ({ taskIds: [...refs], by: delay }),
  }),
  defineIntent({
    name: 'snooze-task',
    order: 700,
    says: [
      '(snooze|postpone|defer) (until|till|til|to) <when>',
      'remind me [again|later] [on|at] <when>',
      '(snooze|postpone|defer|delay) <task> [until|till|til|to|for] <when>',
      '(snooze|postpone|defer|delay) [<task>] for <delay>',
      'remind me (later|again)',
      '(not today|not now)',
      '(snooze|postpone|defer) [<task>]',
    ],
    slots: { task, when: isWhen, delay: isWhile },
    example: 'snooze call the bank tomorrow',
    does: 'Put a task off: to 9:30 of tomorrow, or of the day that you name',
    isFirst: true,
    operation: rescheduleTasks,
    input: ({ words: { when, delay = '' }, refs }) => ({
      taskIds: [...refs],
      due: snoozedTo(when ?? whenAfter(delay)),
    }),
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
    name: 'change-appointment',
    order: 718,
    says: [
      '(cancel|skip|drop|delete|move|reschedule|push|postpone|shift|change) <appointment>',
      '(move|reschedule|push|postpone|shift|change|delay) <appointment> (to|until|by|for) <new>',
      "(what's|whats|what is|when is|when's|whens|where is) <appointment>",
    ],
    slots: { appointment: (text) => dayOfAppointment(text) !== undefined },
    example: 'cancel my 3pm',
    operation: listTasks,
    input({ words: { appointment = '' } }) {
      const day = dayOfAppointment(appointment) ?? 'today'
      return { ...SHOWN, dueFrom: day, dueTo: day }
    },
    asks: (_output, said) => ({
      text: `Name the task that you mean: "cancel T-12", or "move T-12 to 4pm". Meetings in your calendar are only read here, so change them there; "what's on my calendar ${dayOfAppointment(said?.words.appointment ?? '') ?? 'today'}" shows them.`,
      answers: [],
    }),
  }),
  defineIntent({
    name: 'move-task',
    order: 720,
    says: [
      '(move|reschedule|shift) <task> (to|until|on|for) <when>',
      '(push|put|bump) <group> [back|off] (to|until|on|for) <when>',
      '(push|put|move|reschedule) <ref> [to|until|on|for|off to] <when>',
      '(make|set) <ref> [due] [on|for|to] <when>',
      '<ref> (is|should be) due [on|by] <when>',
      '<ref> should be [on|by] <when>',
      '<ref> [to|on|for|until] <when>',
    ],
    slots: { task, ref: namedTask, group: groupOfTasks, when: isWhen },
    example: 'move T-12 to friday',
    does: 'Move a task to another day',
    isFirst: true,
    operation: rescheduleTasks,
    input: ({ words: { when = '' }, refs }) => ({ taskIds: [...refs], due: when }),
  }),
  defineIntent({
    name: 'undate-task',
    order: 730,
    says: [
      '(undate|unschedule) [<task>]',
      '(remove|clear|drop|take) [the] (date|due date) (of|from|off) <task>',
      'no (date|due date) for <task>',
      '<ref> (has no|without a) date',
    ],
    slots: { task, ref: namedTask },
    example: 'undate T-12',
    does: 'Take the date off a task',
    operation: rescheduleTasks,
    input: ({ refs }) => ({ taskIds: [...refs], due: null }),
  }),
  defineIntent({
    name: 'clear-deadline',
    order: 732,
    says: [
      '(remove|clear|drop|take) [the] deadline (of|from|off) <task>',
      'no deadline for <task>',
      '<ref> (has no|without a) deadline',
    ],
    slots: { task, ref: namedTask },
    example: 'no deadline for T-12',
    operation: updateTask,
    input: ({ refs: [taskId = ''] }) => ({ taskId, deadline: null }),
  }),
]
