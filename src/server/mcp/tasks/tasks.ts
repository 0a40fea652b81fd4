/**
 * Long tasks through MCP (extension `io.modelcontextprotocol/tasks`): a client that declares it gets a task in place of
 * a call's answer, looks at it, answers its questions and cancels it. Each of these becomes a call of an operation by
 * the caller.
 */
import {
  type ClientCapabilities,
  inputResponse,
  isInputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Gateway } from '../../../core/area/gateway.ts'
import { AppError, notFound, toAppError } from '../../../core/errors.ts'
import { mayCall } from '../../../core/operation/catalog.ts'
import type { Ask, LongTask, TaskAnswer, TaskQuestion, TaskView } from '../../../core/operation/long-task.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { createOperationCaller } from '../contents/call.ts'
import { invokeFor, type PlainCall } from '../contents/method.ts'
import { type DetailedTask, inputRequests, isTaskStarted, taskFields } from '../contents/task-wire.ts'
import type { TaskFollower } from '../contents/tool.ts'
import { protocolError } from '../exchange/answer.ts'
import type { Caller } from '../exchange/caller.ts'
import { followsTasks, showsForms } from '../exchange/client.ts'

/** A request about a task. */
export interface TaskCall extends PlainCall {
  readonly capabilities: ClientCapabilities | undefined
}

type InputResponses = ServerContext['mcpReq']['inputResponses']

export interface Tasks {
  /** Whether any operation starts a task. */
  readonly areOffered: boolean
  /** Undefined for a client that does not follow tasks. */
  followerOf(call: TaskCall): TaskFollower | undefined
  get(taskId: string, call: TaskCall): Promise<DetailedTask>
  update(taskId: string, responses: InputResponses, call: TaskCall): Promise<void>
  cancel(taskId: string, call: TaskCall): Promise<void>
  /** The URI that `changed` reports for it. */
  uri(taskId: string): string
}

export function createTasks(gateway: Gateway): Tasks {
  const tasks = new Set(gateway.operations.flatMap(({ task }) => task ?? []))
  const callOperation = createOperationCaller(gateway)

  /** An id that is not a task's is unknown, like the id of a task that this caller may not see. */
  function taskOf(taskId: string): LongTask {
    const task = [...tasks].find((one) => one.isId(taskId))
    if (!task) throw notFound('task', taskId)
    return task
  }

  function operationNamed(name: string, { actor, selection }: Caller): Operation {
    const operation = gateway.operations.find((one) => one.name === name)
    // A task is followed as a whole, whichever areas the client wants listed.
    if (operation && mayCall(operation, actor, { ...selection, toolsets: undefined })) return operation
    throw new AppError('forbidden', `Following this task needs ${name}, which you may not call.`)
  }

  function askAs(call: TaskCall): Ask {
    return (name, input) => invokeFor(gateway, operationNamed(name, call.caller), { ...input }, call)
  }

  async function resultOf(view: TaskView & { status: 'ended' }, call: TaskCall) {
    const { caller, requestId, signal } = call
    const operation = operationNamed(view.operation, caller)
    const answer = await callOperation(operation, view.input, {
      caller,
      input: view.input,
      requestId,
      signal,
    })
    if (isInputRequiredResult(answer) || isTaskStarted(answer)) {
      throw new Error(`${view.operation} gave no result`)
    }
    return view.isError ? { ...answer.result, isError: true } : answer.result
  }

  async function detailed(taskId: string, view: TaskView, call: TaskCall): Promise<DetailedTask> {
    const questions = questionsFor(view, call)
    const fields = taskFields(taskId, view, questions)
    if (view.status === 'ended') return { ...fields, result: await resultOf(view, call) }
    if (view.status === 'broken') {
      const { code, message, data } = protocolError(view.error)
      return { ...fields, error: { code, message, data } }
    }
    return questions.length === 0 ? fields : { ...fields, inputRequests: inputRequests(questions) }
  }

  return {
    areOffered: tasks.size > 0,
    followerOf(call) {
      if (!followsTasks(call.capabilities)) return undefined
      return {
        async begin(task, output) {
          const taskId = task.startedBy(output)
          if (taskId === undefined) return undefined
          try {
            const view = await task.look(taskId, askAs(call))
            return { resultType: 'task', ...taskFields(taskId, view, questionsFor(view, call)) }
          } catch (thrown) {
            // The task runs, so the caller must learn of it: through the plain answer, if not as a task.
            gateway.log.debug({ err: thrown, taskId }, 'a task cannot be shown to its starter')
            return undefined
          }
        },
      }
    },
    async get(taskId, call) {
      const view = await known(taskOf(taskId).look(taskId, askAs(call)))
      return detailed(taskId, view, call)
    },
    async update(taskId, responses, call) {
      const task = taskOf(taskId)
      const ask = askAs(call)
      const view = await known(task.look(taskId, ask))
      const open = view.status === 'working' ? view.questions : []
      for (const { key } of open) {
        const answer = answerTo(key, responses)
        if (answer) await unlessSettled(task.answer(taskId, answer, ask))
      }
    },
    async cancel(taskId, call) {
      await known(taskOf(taskId).cancel(taskId, askAs(call)))
    },
    uri: (taskId) => taskOf(taskId).uri(taskId),
  }
}

/** A client without forms learns in words what the task waits for, and answers by calling tools. */
function questionsFor(view: TaskView, { capabilities }: TaskCall): readonly TaskQuestion[] {
  return view.status === 'working' && showsForms(capabilities) ? view.questions : []
}

function answerTo(key: string, responses: InputResponses): TaskAnswer | undefined {
  const said = inputResponse(responses, key)
  if (said.kind !== 'elicit' || said.action === 'cancel') return undefined
  return { key, action: said.action, content: said.content ?? {} }
}

/** A malformed id names nothing. */
async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'invalid_input') throw new AppError('not_found', 'There is no such task.')
    throw thrown
  }
}

/** Another person was faster: their answer stands, and this one is ignored, as the extension demands. */
async function unlessSettled(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'conflict') throw thrown
  }
}
