/** Todoist: accounts there, a mirror of each, and changes that go out once. */
import { defineArea } from '../../core/area/area.ts'
import { defineSweep } from '../../core/area/sweep.ts'
import { sweepMirrors } from '../../domain/todoist/sync/sweep.ts'
import { accountOperationsOf } from '../accounts/account-operations.ts'
import { connectToken } from './connect-token.ts'
import { todoistConnector } from './connector.ts'
import { todoistHook } from './hook.ts'
import { todoistApiToken, todoistBaseUrl, todoistClientId, todoistClientSecret } from './settings.ts'
import { resync } from './sync/resync.ts'
import { showStatus } from './sync/show-status.ts'
import { completeTasks } from './tasks/complete-tasks.ts'
import { createTasks } from './tasks/create-tasks.ts'
import { getTask } from './tasks/get-task.ts'
import { listTasks } from './tasks/list-tasks.ts'

const accountOperations = accountOperationsOf('todoist', todoistConnector)

export const todoist = defineArea({
  name: 'todoist',
  scopes: { 'todoist:read': {}, 'todoist:write': { agents: true, keyless: true } },
  settings: [todoistApiToken, todoistClientId, todoistClientSecret, todoistBaseUrl],
  connectors: [todoistConnector],
  sweeps: [
    defineSweep({ name: 'todoistToken', run: (runtime) => connectToken(runtime, accountOperations) }),
    defineSweep({ name: 'todoist', wokenBy: 'account://', run: sweepMirrors }),
  ],
  operations: [createTasks, listTasks, completeTasks, getTask, showStatus, resync, ...accountOperations],
  hooks: [todoistHook],
})
