/** The methods of the Tasks extension, on servers for clients of revision 2026-07-28. */
import {
  MissingRequiredClientCapabilityError,
  type ProtocolError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { MethodCall } from '../contents/method.ts'
import { capabilitiesIn, followsTasks, TASKS_EXTENSION } from '../exchange/client.ts'
import type { TaskCall, Tasks } from './tasks.ts'

const params = { params: z.object({ taskId: z.string() }) }

type Guarded = <Result>(ctx: ServerContext, handle: (call: MethodCall) => Promise<Result>) => Promise<Result>

/** Adds the extension to a server; older clients do not know it. */
export function serveTasks(server: Server, tasks: Tasks, guarded: Guarded): void {
  if (!tasks.areOffered) return
  server.registerCapabilities({ extensions: { [TASKS_EXTENSION]: {} } })

  const declared = (ctx: ServerContext, handle: (call: TaskCall) => Promise<object>) =>
    guarded(ctx, async (method) => {
      const call = taskCall(method)
      if (!followsTasks(call.capabilities)) throw missingTasks()
      return { ...(await handle(call)) }
    })

  server.setRequestHandler('tasks/get', params, ({ taskId }, ctx) =>
    declared(ctx, (call) => tasks.get(taskId, call)),
  )
  server.setRequestHandler('tasks/update', params, ({ taskId }, ctx) =>
    declared(ctx, async (call) => {
      await tasks.update(taskId, ctx.mcpReq.inputResponses, call)
      return {}
    }),
  )
  server.setRequestHandler('tasks/cancel', params, ({ taskId }, ctx) =>
    declared(ctx, async (call) => {
      await tasks.cancel(taskId, call)
      return {}
    }),
  )
}

export function taskCall(method: MethodCall): TaskCall {
  return { ...method, capabilities: capabilitiesIn(method.sdk) }
}

/** The error for a client that does not declare that it follows tasks. */
export function missingTasks(): ProtocolError {
  return new MissingRequiredClientCapabilityError({
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  })
}
