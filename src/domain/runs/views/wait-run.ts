/** Waits until a run has ended or needs a person, with as few queries as possible. */

import { AppError } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { type RunRow, runUri } from '../run.ts'
import { hasEnded } from '../states.ts'
import { getRun } from './store.ts'

/** Milliseconds between two checks, in case a notice got lost. */
const LOOK_AGAIN_MS = 2_000

type Waiting = Pick<Context, 'db' | 'actor' | 'watch' | 'report' | 'signal'>

/**
 * The run once it has ended or waits for a person, or its state when the time is up.
 * @throws AppError `not_found`; `cancelled` when the caller gave up
 */
export async function waitForRun(ctx: Waiting, runId: string, timeoutMs: number): Promise<RunRow> {
  const bell = createBell(ctx, runUri(runId))
  const until = performance.now() + timeoutMs
  let reported = 0
  try {
    for (;;) {
      const run = await getRun(ctx, runId)
      const leftMs = until - performance.now()
      if (hasEnded(run.state) || needsPerson(run) || leftMs <= 0) return run
      if (run.lastEvent > reported) ctx.report({ done: run.lastEvent, note: noteOf(run) })
      reported = run.lastEvent
      await bell.ring(Math.min(leftMs, LOOK_AGAIN_MS))
      if (ctx.signal.aborted) throw new AppError('cancelled', 'The wait was cancelled. The run continues.')
    }
  } finally {
    bell.close()
  }
}

/** It continues only when a person acts. */
function needsPerson({ state, reason, resumeAt }: RunRow): boolean {
  return state === 'waiting' && reason !== 'children' && resumeAt === null
}

function noteOf({ state, reason, phase, modelSteps }: RunRow): string {
  const words = [state, reason === null ? '' : `(${reason})`, phase ?? '', `step ${modelSteps}`]
  return words.filter((word) => word !== '').join(' ')
}

/** Rings at a change, even one that came before anyone listened; when the caller gives up; and after a time. */
function createBell({ watch, signal }: Waiting, uri: string) {
  let isDue = false
  let wake = (): void => undefined
  function ringNow(): void {
    isDue = true
    wake()
  }
  const stop = watch(({ uris }) => {
    if (uris.includes(uri)) ringNow()
  })
  signal.addEventListener('abort', ringNow)
  return {
    async ring(timeoutMs: number): Promise<void> {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        wake = resolve
        timer = setTimeout(resolve, timeoutMs)
        if (isDue || signal.aborted) resolve()
      })
      clearTimeout(timer)
      isDue = false
    },
    close(): void {
      stop()
      signal.removeEventListener('abort', ringNow)
    },
  }
}
