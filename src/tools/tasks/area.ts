/** Tasks: what a person has to do, captured, planned and completed. */

import { defineArea } from '../../core/area/area.ts'
import { defineHomeSection } from '../../core/area/home-section.ts'
import { defineJob } from '../../core/area/job.ts'
import { dueMessage, tasksDue } from '../../domain/tasks/due-today.ts'
import { taskEvents } from '../../domain/tasks/task-events.ts'
import { taskKind } from '../../domain/tasks/task-kind.ts'
import { taskMessages } from '../../domain/tasks/task-messages.ts'
import { captureFile } from './capture/capture-file.ts'
import { captureIntents, captureShortcuts } from './capture/capture-intents.ts'
import { capturePrompt } from './capture/capture-prompt.ts'
import { captureTasks } from './capture/capture-tasks.ts'
import { changeIntents } from './change-intents.ts'
import { completeTasks } from './complete-tasks.ts'
import { createTasks } from './create-tasks.ts'
import { deleteTasks } from './delete-tasks.ts'
import { emptyTrash } from './empty-trash.ts'
import { getTask } from './get-task.ts'
import { guessIntents } from './guess-intents.ts'
import { listTasks } from './list-tasks.ts'
import { lookIntents } from './look-intents.ts'
import { planTasks } from './plan-tasks.ts'
import { postponeTasks } from './postpone-tasks.ts'
import { planMyDayPrompt } from './prompts/plan-my-day-prompt.ts'
import { weeklyReviewPrompt } from './prompts/weekly-review-prompt.ts'
import { remindPeople } from './remind-people.ts'
import { reopenTasks } from './reopen-tasks.ts'
import { rescheduleTasks } from './reschedule-tasks.ts'
import { restoreTasks } from './restore-tasks.ts'
import { suggestTasks } from './suggest-tasks.ts'
import { updateTask } from './update-task.ts'
import { whenIntents } from './when-intents.ts'

/** Milliseconds between two looks for people whose morning has begun. */
const REMIND_EVERY_MS = 15 * 60 * 1000

export const tasks = defineArea({
  name: 'tasks',
  ids: [taskKind],
  scopes: { 'tasks:read': {}, 'tasks:write': { agents: true, keyless: true, guests: true } },
  events: [...taskEvents, tasksDue],
  messages: [...taskMessages, dueMessage],
  jobs: [
    defineJob({
      name: 'tasks-remind',
      when: { everyMs: REMIND_EVERY_MS },
      operation: remindPeople,
      input: {},
    }),
  ],
  home: [
    defineHomeSection({
      title: 'Today',
      order: 200,
      operation: listTasks,
      input: { status: ['open', 'in_progress'], dueTo: 'today', sort: 'due', limit: 10 },
    }),
  ],
  shortcuts: captureShortcuts,
  intents: [...captureIntents, ...lookIntents, ...whenIntents, ...changeIntents, ...guessIntents],
  prompts: [planMyDayPrompt, weeklyReviewPrompt, capturePrompt],
  operations: [
    createTasks,
    planTasks,
    suggestTasks,
    captureTasks,
    captureFile,
    getTask,
    listTasks,
    updateTask,
    completeTasks,
    reopenTasks,
    rescheduleTasks,
    postponeTasks,
    deleteTasks,
    restoreTasks,
    emptyTrash,
    remindPeople,
  ],
})
