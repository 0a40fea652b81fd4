/** The wire form of a long task in the extension `io.modelcontextprotocol/tasks`. */
import { type CallToolResult, type InputRequests, inputRequired } from '@modelcontextprotocol/server'
import type { TaskQuestion, TaskView } from '../../../core/operation/long-task.ts'

/** How often a client may poll, in milliseconds. */
const POLL_INTERVAL_MS = 1000

type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'

/** The fields of every form of a task. */
interface TaskFields {
  readonly taskId: string
  readonly status: TaskStatus
  readonly statusMessage?: string
  readonly createdAt: string
  readonly lastUpdatedAt: string
  /** Never discarded. */
  readonly ttlMs: null
  readonly pollIntervalMs: number
}

/** The answer to a call in place of its result. */
export interface TaskStarted extends TaskFields {
  readonly resultType: 'task'
}

/** A task with the fields of its status. */
export interface DetailedTask extends TaskFields {
  readonly inputRequests?: InputRequests
  readonly result?: CallToolResult
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

export function isTaskStarted(value: object): value is TaskStarted {
  return 'resultType' in value && value.resultType === 'task'
}

/** `questions` are those that this client can ask its person. */
export function taskFields(taskId: string, view: TaskView, questions: readonly TaskQuestion[]): TaskFields {
  return {
    taskId,
    status: statusOf(view, questions),
    ...(view.note === undefined ? {} : { statusMessage: view.note }),
    createdAt: view.createdAt,
    lastUpdatedAt: view.updatedAt,
    ttlMs: null,
    pollIntervalMs: POLL_INTERVAL_MS,
  }
}

function statusOf({ status }: TaskView, questions: readonly TaskQuestion[]): TaskStatus {
  switch (status) {
    case 'working':
      return questions.length === 0 ? 'working' : 'input_required'
    // A failed tool has a result too, which says so; `failed` is for breaches of the protocol.
    case 'ended':
      return 'completed'
    case 'broken':
      return 'failed'
    case 'cancelled':
      return 'cancelled'
  }
}

/** Each question as a form; all its fields are required. */
export function inputRequests(questions: readonly TaskQuestion[]): InputRequests {
  return Object.fromEntries(
    questions.map(({ key, message, fields }) => [
      key,
      inputRequired.elicit({
        message,
        requestedSchema: { type: 'object', properties: { ...fields }, required: Object.keys(fields) },
      }),
    ]),
  )
}
