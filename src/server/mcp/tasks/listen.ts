/**
 * Notices about tasks on a listening stream (`subscriptions/listen` with `taskIds`). The SDK's stream knows only
 * resources, so each task is requested as its resource, and notices about the resource are sent as the task itself.
 */
import { createHash } from 'node:crypto'
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  SUBSCRIPTION_ID_META_KEY,
} from '@modelcontextprotocol/server'
import { isJsonObject, type JsonObject } from '../../../core/text/json.ts'
import type { PlainCall } from '../contents/method.ts'
import { followsTasks, knownCapabilities } from '../exchange/client.ts'
import type { TaskCall, Tasks } from './tasks.ts'

/** The most tasks of one stream; the rest is left out of its acknowledgement. */
const TASKS_MAX = 100

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
const RESOURCE_UPDATED = 'notifications/resources/updated'

export interface TaskListening {
  /** The request with the tasks as resources. */
  readonly body: unknown
  /** The SDK's stream, with notices about tasks. */
  told(response: Response): Response
}

/** The tasks that a stream was asked for. */
interface Asked {
  readonly tasks: Tasks
  readonly call: TaskCall
  /** The ids of its tasks, by URI. */
  readonly taskIds: ReadonlyMap<string, string>
  readonly resources: readonly unknown[]
}

/** Whether a request names tasks although its client does not declare that it follows any. */
export function listensUndeclared(body: unknown): boolean {
  const params = fieldOf(body, 'params')
  return 'taskIds' in fieldOf(params, 'notifications') && !followsTasks(capabilitiesOf(params))
}

/** How many tasks of a request have to be looked up. */
export function countTaskIds(body: unknown): number {
  const { taskIds } = fieldOf(fieldOf(body, 'params'), 'notifications')
  return Array.isArray(taskIds) ? Math.min(taskIds.length, TASKS_MAX) : 0
}

/** Undefined for a request that names no tasks. */
export async function listenToTasks(
  tasks: Tasks,
  body: unknown,
  call: PlainCall,
): Promise<TaskListening | undefined> {
  const params = fieldOf(body, 'params')
  const filter = fieldOf(params, 'notifications')
  const { taskIds, ...others } = filter
  if (!tasks.areOffered || !Array.isArray(taskIds)) return undefined
  const taskCall = { ...call, capabilities: knownCapabilities(capabilitiesOf(params)) }
  const agreed = await agreedOn(tasks, taskIds.slice(0, TASKS_MAX), taskCall)
  const { resourceSubscriptions: resources } = others
  const asked: Asked = {
    tasks,
    call: taskCall,
    taskIds: agreed,
    resources: Array.isArray(resources) ? resources : [],
  }
  const notifications = { ...others, resourceSubscriptions: [...asked.resources, ...agreed.keys()] }
  return {
    body: { ...fieldsOf(body), params: { ...params, notifications } },
    told: (response) => toldOfTasks(response, asked),
  }
}

function capabilitiesOf(params: JsonObject): ClientCapabilities | undefined {
  // Its possible form is read field by field.
  return fieldOf(params, '_meta')[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined
}

/** The existing tasks that this caller may see. */
async function agreedOn(
  tasks: Tasks,
  taskIds: readonly unknown[],
  call: TaskCall,
): Promise<Map<string, string>> {
  const agreed = new Map<string, string>()
  for (const taskId of taskIds) {
    if (typeof taskId !== 'string') continue
    const isThere = await tasks.get(taskId, call).then(
      () => true,
      () => false,
    )
    if (isThere) agreed.set(tasks.uri(taskId), taskId)
  }
  return agreed
}

function toldOfTasks(response: Response, asked: Asked): Response {
  const { body, status, headers } = response
  if (!body || !headers.get('content-type')?.includes('text/event-stream')) return response
  const teller = createTeller(asked)
  const frames = body.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TransformStream<string, string>({
      start: (out) => teller.start((frame) => out.enqueue(frame)),
      // The SDK writes one whole event at a time.
      transform: (frame) => teller.pass(frame),
      flush: () => teller.end(),
    }),
  )
  return new Response(frames.pipeThrough(new TextEncoderStream()), { status, headers })
}

function createTeller({ tasks, call, taskIds, resources }: Asked) {
  /** A hash of the last frame sent for each task, so that nothing is sent twice. */
  const said = new Map<string, string>()
  let write: (frame: string) => void = () => undefined
  let subscriptionId: unknown

  function send(method: string, params: object): void {
    write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', method, params })}\n\n`)
  }

  const tell = oneAtATime(async (taskId) => {
    try {
      const task = await tasks.get(taskId, call)
      const hash = createHash('sha256').update(JSON.stringify(task)).digest('base64url')
      if (said.get(taskId) === hash) return
      said.set(taskId, hash)
      send('notifications/tasks', { ...task, _meta: { [SUBSCRIPTION_ID_META_KEY]: subscriptionId } })
    } catch {
      // The task is gone, hidden from this caller, or unwatched: there is nothing to send.
    }
  })

  function acknowledge(params: JsonObject): void {
    const { resourceSubscriptions: _with, ...honored } = fieldOf(params, 'notifications')
    const notifications = {
      ...honored,
      ...(resources.length === 0 ? {} : { resourceSubscriptions: resources }),
      taskIds: [...taskIds.values()],
    }
    subscriptionId = fieldOf(params, '_meta')[SUBSCRIPTION_ID_META_KEY]
    send(ACKNOWLEDGED, { ...params, notifications })
    // A change between the start of a task and this stream is reported at once.
    for (const taskId of taskIds.values()) tell(taskId)
  }

  return {
    start(writeFrame: (frame: string) => void): void {
      write = writeFrame
    },
    pass(frame: string): void {
      const { method, params } = messageIn(frame)
      const { uri } = fieldsOf(params)
      const taskId = method === RESOURCE_UPDATED ? taskIds.get(String(uri)) : undefined
      if (taskId !== undefined) tell(taskId)
      if (method === ACKNOWLEDGED) acknowledge(fieldsOf(params))
      else if (taskId === undefined || resources.includes(uri)) write(frame)
    },
    end(): void {
      write = () => undefined
    },
  }
}

/**
 * Runs one piece of work per key at a time; however often a key is requested meanwhile, it runs once more after that.
 */
function oneAtATime(work: (key: string) => Promise<void>): (key: string) => void {
  /** Keys being worked on: `true` when requested again since. */
  const busy = new Map<string, boolean>()

  async function run(key: string): Promise<void> {
    do {
      busy.set(key, false)
      await work(key)
    } while (busy.get(key))
    busy.delete(key)
  }

  return (key) => {
    if (busy.has(key)) busy.set(key, true)
    else void run(key)
  }
}

const DATA = '\ndata: '

function messageIn(frame: string): JsonObject {
  const at = frame.indexOf(DATA)
  return at === -1 ? {} : fieldsOf(JSON.parse(frame.slice(at + DATA.length)))
}

function fieldOf(value: unknown, name: string): JsonObject {
  return fieldsOf(fieldsOf(value)[name])
}

function fieldsOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}
