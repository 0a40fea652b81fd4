import type { NewId } from '../../../src/core/operation/ids.ts'
import { type AskedCall, askApproval } from '../../../src/domain/runs/approvals/approvals.ts'
import { type Hold, holdOf } from '../../../src/domain/runs/hold/hold-run.ts'
import { lockRun } from '../../../src/domain/runs/hold/wake-run.ts'
import { type Ending, endRun } from '../../../src/domain/runs/moves/end-run.ts'
import { type Release, releaseRun } from '../../../src/domain/runs/moves/release-run.ts'
import { questionAsked, runPerson, waitingEvent } from '../../../src/domain/runs/run-events.ts'
import { addSteps } from '../../../src/domain/runs/steps/steps.ts'
import { finishToolStep, startToolStep, waitToolStep } from '../../../src/domain/runs/steps/tool-steps.ts'
import type { Writes } from '../../../src/domain/runs/writes.ts'
import { claimRun } from './claim-run.ts'
import type { TestGateway } from './database.ts'

const LEASE_MS = 600_000

/** A call that a test's agent wants to make. */
const DELETE_TASK = { name: 'tasks_delete', operation: 'tasks.delete', input: { taskIds: ['task_1'] } }
type Planned = { readonly name: string; readonly operation: string | null; readonly input: object }

export interface RunDriver {
  write<T>(work: (writes: Writes) => Promise<T>): Promise<T>
  /** @throws Error when there is nothing to take */
  claim(runId: string, worker?: string): Promise<Hold>
  /** Plans a call, and answers with the id of its step. */
  plan(runId: string, tool?: Planned): Promise<string>
  /** Plans a call that waits for approval. */
  ask(
    hold: Hold,
    call?: Partial<AskedCall>,
  ): Promise<{ readonly stepId: string; readonly approvalId: string }>
  /** Plans a question that waits for its answer. */
  question(hold: Hold, question: string): Promise<string>
  /** Plans a call of which nobody knows whether it happened. */
  losesTrack(hold: Hold): Promise<string>
  release(hold: Hold, release: Omit<Release, 'seenStep'>): Promise<'released' | 'more'>
  end(hold: Hold, ending?: Partial<Ending> & { readonly seenStep?: number }): Promise<'ended' | 'more'>
}

/** `newId`: where ids must come in a fixed order. */
export function createRunDriver(gateway: TestGateway, newId: NewId = gateway.runtime.newId): RunDriver {
  async function write<T>(work: (writes: Writes) => Promise<T>): Promise<T> {
    const uris: string[] = []
    const result = await gateway.database.transaction((db) =>
      work({
        db,
        now: gateway.clock.now(),
        newId,
        defaultTimeZone: 'UTC',
        changed: (uri) => uris.push(uri),
        enqueue: () => undefined,
      }),
    )
    gateway.runtime.publish({ uris, spaceId: 'local' })
    return result
  }

  async function plan(runId: string, { operation, ...request }: Planned = DELETE_TASK): Promise<string> {
    const [step] = await write(async (writes) =>
      addSteps(writes, await lockRun(writes.db, runId), {
        steps: [{ kind: 'tool', state: 'planned', operation, request: { callId: 'call', ...request } }],
      }),
    )
    if (step === undefined) throw new Error('no step was planned')
    return step.id
  }

  return {
    write,
    plan,
    async claim(runId, worker = 'one') {
      const run = await write((writes) => claimRun(writes, runId, { worker, leaseMs: LEASE_MS }))
      if (run === undefined) throw new Error(`${runId} could not be claimed`)
      return holdOf(run)
    },
    async ask(hold, call = {}) {
      const { operation, input } = DELETE_TASK
      const asked = { operation, effect: 'destroy', input, why: 'it cannot be undone', ...call } as const
      const stepId = await plan(hold.runId, { ...DELETE_TASK, operation: asked.operation })
      const approvalId = await write((writes) => askApproval(writes, hold, { stepId, call: asked }))
      return { stepId, approvalId }
    },
    async question(hold, question) {
      const stepId = await plan(hold.runId, { name: 'ask_person', operation: null, input: { question } })
      const event = { type: 'question.asked', data: { stepId, question } }
      await write((writes) => {
        const emitted = waitingEvent(writes, questionAsked, { data: { stepId }, concerns: runPerson })
        return waitToolStep(writes, hold, {
          stepId,
          tell: async () => ({ events: [event], emits: [emitted] }),
        })
      })
      return stepId
    },
    async losesTrack(hold) {
      const stepId = await plan(hold.runId)
      await write((writes) => startToolStep(writes, hold, stepId))
      const result = { text: 'Nobody knows.', isError: true }
      await write((writes) => finishToolStep(writes, hold, { stepId, state: 'unknown', result }))
      return stepId
    },
    release: (hold, release) =>
      write(async (writes) => {
        const { lastStep } = await lockRun(writes.db, hold.runId)
        return await releaseRun(writes, hold, { ...release, seenStep: lastStep })
      }),
    end: (hold, { seenStep = Number.MAX_SAFE_INTEGER, ...ending } = {}) =>
      write((writes) =>
        endRun(writes, hold, { state: 'succeeded', reason: 'finished', seenStep, ...ending }),
      ),
  }
}
