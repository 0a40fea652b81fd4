/** What people are told about tasks. */
import { sql } from 'drizzle-orm'
import { defineMessage } from '../../core/area/message.ts'
import { visibleTo } from '../access/visible-to.ts'
import { doerWords } from '../notifications/doer.ts'
import { inPayload } from '../notifications/sight.ts'
import { projectNamed } from '../projects/named.ts'
import { tasks } from './tables.ts'
import { taskAssigned } from './task-events.ts'

export const taskMessages = [
  defineMessage({
    event: taskAssigned,
    title: 'Somebody gives you a task',
    isUrgent: false,
    text: ({ ref, title, by }) => `${doerWords(by)} gave you ${ref}: ${title}`,
    actions: ({ ref }) => [{ label: 'Show', call: { operation: 'tasks.get', input: { taskId: ref } } }],
    isSeen: (viewer) => sql`exists (select from ${tasks} where ${tasks.id} = ${inPayload('taskId')}
      and ${tasks.trashedAt} is null and ${visibleTo(viewer, tasks)})`,
    details: (viewer) => sql`(select jsonb_build_array(${projectNamed(viewer, tasks.projectId)},
        'Due: ' || ${tasks.dueDate}) from ${tasks} where ${tasks.id} = ${inPayload('taskId')})`,
  }),
]
