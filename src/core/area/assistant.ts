/** An assistant works on messages that no intent takes, for as long as that takes. */
import type { Resources } from '../operation/context.ts'
import type { GivenFile } from '../operation/given-file.ts'
import type { NextCall } from '../operation/next-call.ts'

export interface Assistant {
  /** Whether it can work now: it needs a model. */
  isReady(resources: Resources): boolean
  /** The call that gives it a message to work on. Its operation has a `task`. */
  begin(message: string, given?: GivenWork): NextCall
  /** The call that tells it more while it works; where it asks one question, this is the answer. */
  steer(taskId: string, message: string, files?: readonly GivenFile[]): NextCall
}

/** What comes with a message. */
export interface GivenWork {
  readonly files?: readonly GivenFile[]
  /** What was said before: data, no instructions. */
  readonly context?: string | undefined
  /** Who works in place of the assistant. */
  readonly agent?: string | undefined
}

export function defineAssistant(spec: Assistant): Assistant {
  return spec
}
