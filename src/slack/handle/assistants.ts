/** Hands what no intent takes to an assistant, and speaks with it while it works. */

import type { ChatCall } from '../../chat/reply.ts'
import type { Assistant } from '../../core/area/assistant.ts'
import type { Gateway } from '../../core/area/gateway.ts'
import { AppError } from '../../core/errors.ts'
import type { Resources } from '../../core/operation/context.ts'
import type { GivenFile } from '../../core/operation/given-file.ts'
import type { Ask, LongTask, TaskFile, TaskView } from '../../core/operation/long-task.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'

export interface AssistantParts extends Pick<Gateway, 'operations' | 'invoke'> {
  readonly assistants: readonly Assistant[]
}

/** A call of a turn, under a key of its own. */
export interface KeyedCall extends ChatCall {
  readonly key: string
}

/** What a person has written, and the files that came with it. */
export interface GivenMessage {
  readonly text: string
  readonly files: readonly GivenFile[]
}

/** What to work on. */
export interface Work extends GivenMessage {
  /** The agent that answers there; absent: the standard one. */
  readonly agent?: string | undefined
  /** What was said before. */
  readonly context?: string | undefined
}

export interface Begun {
  readonly taskId: string | undefined
  readonly text: string
}

export interface Assistants {
  /** Whether one can work now. */
  isReady(resources: Resources): boolean
  /** Undefined: none can work now. @throws AppError */
  begin(resources: Resources, work: Work, call: KeyedCall): Promise<Begun | undefined>
  /** What it answers to a message while it works. @throws AppError */
  steer(taskId: string, message: GivenMessage, call: KeyedCall): Promise<string>
  /** @throws AppError */
  stop(taskId: string, call: ChatCall): Promise<void>
  /** @throws AppError `not_found` */
  taskOf(taskId: string): LongTask
  /** @throws AppError `not_found` */
  look(taskId: string, call: ChatCall): Promise<TaskView>
  /** The files that a task made. @throws AppError */
  filesOf(taskId: string, call: ChatCall): Promise<readonly TaskFile[]>
  /** The result of a task that has ended, in words. @throws AppError */
  resultOf(view: Extract<TaskView, { status: 'ended' }>, call: ChatCall): Promise<string>
}

export function createAssistants({ operations, invoke, assistants }: AssistantParts): Assistants {
  function named(name: string): Operation {
    const operation = operations.find((each) => each.name === name)
    if (operation === undefined) throw new Error(`there is no operation ${name}`)
    return operation
  }

  function askAs(call: ChatCall): Ask {
    return async (name, input) => (await invoke(named(name), input, call)).output
  }

  /** Which assistant a task belongs to, by the form of its id. */
  function behind(taskId: string): { assistant: Assistant; task: LongTask } {
    for (const assistant of assistants) {
      const { task } = named(assistant.begin('').operation)
      if (task?.isId(taskId)) return { assistant, task }
    }
    throw new AppError('not_found', 'The work of this conversation is not known any more.')
  }

  async function make({ operation: name, input }: NextCall, { key, ...call }: KeyedCall) {
    const operation = named(name)
    const { output } = await invoke(operation, input, { ...call, idempotencyKey: key })
    return { operation, output }
  }

  return {
    isReady: (resources) => assistants.some(({ isReady }) => isReady(resources)),
    async begin(resources, { text, ...given }, call) {
      const assistant = assistants.find(({ isReady }) => isReady(resources))
      if (assistant === undefined) return undefined
      const { operation, output } = await make(assistant.begin(text, given), call)
      return { taskId: operation.task?.startedBy(output), text: operation.tell(output) }
    },
    async steer(taskId, { text, files }, call) {
      const { operation, output } = await make(behind(taskId).assistant.steer(taskId, text, files), call)
      return operation.tell(output)
    },
    taskOf: (taskId) => behind(taskId).task,
    stop: async (taskId, call) => await behind(taskId).task.cancel(taskId, askAs(call)),
    look: async (taskId, call) => await behind(taskId).task.look(taskId, askAs(call)),
    filesOf: async (taskId, call) => (await behind(taskId).task.files?.(taskId, askAs(call))) ?? [],
    async resultOf({ operation: name, input }, call) {
      const { output } = await invoke(named(name), input, call)
      return named(name).tell(output)
    },
  }
}
