/**
 * What carries a run out. A run's agent names its executor; a worker knows the executors that it was given
 * (`createRunWorker({ executors })`), so that another kind of agent is one object more.
 *
 * An executor stores each step before it begins the next, through `transaction` and the functions of `domain/runs`, and
 * goes on from what is stored: it may be called on any worker, any number of times for one run. It must have nothing under
 * way when it returns or throws, and it stops as soon as `signal` is aborted.
 */

import type { Call, Outcome } from '../../core/call/call.ts'
import type { Log, Resources } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Hold } from '../../domain/runs/hold/hold-run.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import type { StepRow } from '../../domain/runs/steps/steps.ts'
import type { Writes } from '../../domain/runs/writes.ts'

export interface Executor {
  /** What agents name it by. */
  readonly name: string
  /** Forms of stored steps that it carries on, the oldest and the newest. */
  readonly formats: readonly [oldest: number, newest: number]
  execute(session: RunSession): Promise<RunEnd>
}

/** A run and its steps as they stand. */
export interface Standing {
  readonly run: RunRow
  readonly steps: readonly StepRow[]
}

/** What an executor is given of one run. */
export interface RunSession {
  /** As it was claimed. */
  readonly run: RunRow
  readonly hold: Hold
  /** Aborted when the run is to stop, is lost, or this process ends; its reason is what to throw. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly operations: readonly Operation[]
  now(): Date
  /** Reads the run again. @throws RunLost */
  look(): Promise<Standing>
  /** One transaction; what it tells and queues goes out once it stands. */
  transaction<T>(work: (writes: Writes, resources: Resources) => Promise<T>): Promise<T>
  /** Calls an operation as the run. @throws RunHalt, and what the operation throws */
  callOperation(operation: Operation, input: unknown, work: OperationWork): Promise<Outcome<object>>
  /**
   * Makes the calls that are planned, such as one that a person has approved. An executor whose process calls with a key
   * does so before it starts the process.
   */
  callPlanned(standing: Standing): Promise<void>
  /** How to leave the run while calls of it wait for a person, an answer or another run; undefined: none waits. */
  parking(standing: Standing): ParkedRun | undefined
  /**
   * A key with which a process that carries the run out calls operations as the run, over MCP or HTTP: those that the run
   * may call, and those of the audience `runs`. It is dead as soon as this worker lets go of the run, and when it is asked
   * for again. @throws RunHalt
   */
  createKey(): Promise<string>
  /** Shows what is on its way; nothing of it is stored. */
  emit(delta: LiveDelta): void
}

export interface OperationWork {
  /** The step that makes the call; its id makes a repetition safe. */
  readonly stepId: string
  /** This call may have been begun by a worker that was lost: see `Call.resumes`. */
  readonly resumes?: boolean
  /** Once the run is held and may act, in the same transaction, before what is done outside. */
  before?(writes: Writes): Promise<void>
  /** After a write, in its own transaction; of one that reaches outside, once its answer stands. A read has none. */
  after(writes: Writes, output: object): Promise<void>
  readonly report?: Call['report']
}

/** A piece of an answer that is still coming. */
export interface LiveDelta {
  readonly stepId: string
  readonly text: string
}

/** How an executor leaves a run. */
export type RunEnd = EndedRun | ParkedRun

export interface EndedRun {
  readonly kind: 'ended'
  readonly state: 'succeeded' | 'failed'
  readonly reason: RunReason
  readonly detail?: string | null
  readonly summary?: string | null
  readonly verdict?: string | null
  readonly output?: unknown
  /** Number of the last step that was taken into account; what came later is not left unread. */
  readonly seenStep: number
}

export interface ParkedRun {
  readonly kind: 'parked'
  readonly state: 'waiting' | 'queued'
  readonly reason: RunReason
  readonly detail?: string | null
  /** When it goes on by itself. */
  readonly resumeAt?: Date
  readonly seenStep: number
}

/** This process ends, and leaves the run to another. */
export class WorkerStopping extends Error {
  constructor() {
    super('the worker stops')
    this.name = 'WorkerStopping'
  }
}
