import { closeTask, completeWithDate, finishTask, uncompleteTask } from '../actions/completion.ts'
import { moveTask, reorderTasks, setDayOrders } from '../actions/task-moves.ts'
import { addTask, deleteTask, updateTask } from '../actions/tasks.ts'
import { invalid, missing } from '../api-error.ts'
import { nullableText, objects, optionalFlag, optionalText, text } from './args.ts'
import { type Command, done } from './command.ts'
import { dueObject, taskFields } from './task-fields.ts'

/** Fields that only other commands change: `item_update` leaves them as they are. */
const NOT_UPDATED = ['project_id', 'section_id', 'parent_id', 'checked', 'child_order']

export const TASK_COMMANDS: Record<string, Command> = {
  item_add: (acting, args) => addTask(acting, taskFields(args)).id,
  item_update: done((acting, args) => {
    const fields = Object.fromEntries(Object.entries(args).filter(([name]) => !NOT_UPDATED.includes(name)))
    updateTask(acting, text(args, 'id'), taskFields(fields))
  }),
  item_move: done((acting, args) =>
    moveTask(acting, text(args, 'id'), {
      parent_id: nullableText(args, 'parent_id'),
      section_id: nullableText(args, 'section_id'),
      project_id: optionalText(args, 'project_id'),
    }),
  ),
  item_close: done((acting, args) => closeTask(acting, text(args, 'id'))),
  item_complete: done((acting, args) =>
    finishTask(acting, text(args, 'id'), optionalText(args, 'completed_at')),
  ),
  item_uncomplete: done((acting, args) => uncompleteTask(acting, text(args, 'id'))),
  item_delete: done((acting, args) => deleteTask(acting, text(args, 'id'))),
  item_reorder: done((acting, args) =>
    reorderTasks(acting, objects(args, 'items') as { id: string; child_order: number }[]),
  ),
  item_update_day_orders: done((acting, args) =>
    setDayOrders(acting, (args.ids_to_orders ?? missing('ids_to_orders')) as Record<string, number>),
  ),
  item_update_date_complete: done((acting, args) =>
    completeWithDate(acting, text(args, 'id'), {
      due: dueObject(args.due) ?? invalid('due', 'an object'),
      isForward: optionalFlag(args, 'is_forward') ?? true,
      areSubtasksReset: optionalFlag(args, 'reset_subtasks') ?? false,
    }),
  ),
}
