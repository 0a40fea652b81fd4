/** Reads on in the log of a task, as the person for whom it is done. */
import type { ChatCall } from '../../chat/reply.ts'
import type { Gateway } from '../../core/area/gateway.ts'
import type { LongTask } from '../../core/operation/long-task.ts'
import type { NextCall } from '../../core/operation/next-call.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Watch } from '../../core/operation/stream.ts'
import type { Told } from '../../core/operation/told.ts'

export type LogParts = Pick<Gateway, 'operations' | 'invoke'>

export interface LogPosition {
  readonly task: LongTask
  readonly taskId: string
  readonly position: number
}

export interface LogPart {
  readonly position: number
  /** What each event tells. */
  readonly events: readonly (readonly Told[])[]
  /** How the task ended; undefined: more may come. */
  readonly outcome?: readonly Told[] | undefined
}

/** @throws AppError `not_found`, `forbidden` where the person may see it no longer */
export async function readLog(
  parts: LogParts,
  { task, taskId, position }: LogPosition,
  call: ChatCall,
): Promise<LogPart> {
  const log = task.log?.(taskId)
  const operation = log && parts.operations.find(({ name }) => name === log.operation)
  const { stream } = operation ?? {}
  if (log === undefined || operation === undefined || stream?.watch === undefined)
    return { position, events: [] }
  const { output } = await parts.invoke(operation, stream.after({ ...log.input }, position), call)
  const items = stream.items(output)
  const { watch } = stream
  return {
    position: items.at(-1)?.position ?? position,
    events: items.map((item) => watch.tell(item, log.input)),
    ...(stream.isEnd(output) && { outcome: await readOutcome(parts, { watch, log }, call) }),
  }
}

interface Watching {
  readonly watch: Watch<Operation['input']>
  readonly log: NextCall
}

async function readOutcome({ operations, invoke }: LogParts, { watch, log }: Watching, call: ChatCall) {
  const { operation: name, input } = watch.outcome(log.input)
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) return []
  return watch.tellOutcome((await invoke(operation, input, call)).output)
}
