/** An assistant works on messages that no intent takes, for as long as that takes. */
import type { Resources } from '../operation/context.ts'
import type { NextCall } from '../operation/next-call.ts'

export interface Assistant {
  /** Whether it can work now: it needs a model. */
  isReady(resources: Resources): boolean
  /** The call that gives it a message to work on. Its operation has a `task`. `agent`: who works in place of it. */
  begin(message: string, agent?: string): NextCall
  /** The call that tells it more while it works. */
  steer(taskId: string, message: string): NextCall
}

export function defineAssistant(spec: Assistant): Assistant {
  return spec
}
