/**
 * Carries a run out. A run's agent names its executor; a worker knows the executors that it was given
 * (`createRunWorker({ executors })`), so that another kind of agent is one more object. An executor stores each step
 * before it begins the next, through `transaction` and the functions of `domain/runs`, and continues from what is
 * stored: it may be called on any worker, any number of times for one run. It must have nothing under way when it
 * returns or throws, and it stops as soon as `signal` is aborted.
 */

import type { Call, Outcome } from '../../core/call/call.ts'
import type { Log, Resources } from '../../core/operation/context.ts'
import type { Operation } from '../../core/operation/operation.ts'
import type { Hold } from '../../domain/runs/hold/hold-run.ts'
import type { RunRow } from '../../domain/runs/run.ts'
import type { RunReason } from '../../domain/runs/states.ts'
import type { HeldStanding } from '../../domain/runs/steps/steps.ts'
import type { Writes } from '../../domain/runs/writes.ts'

export interface Executor {
  /** The name by which agents refer to it. */
  readonly name: string
  /** The forms of stored steps that it supports, the oldest and the newest. */
  readonly formats: readonly [oldest: number, newest: number]
  execute(session: RunSession): Promise<RunEnd>
}

/** A run in its present state. */
export type Standing = HeldStanding

/** What an executor receives for one run. */
export interface RunSession {
  /** The run as it was claimed. */
  readonly run: RunRow
  readonly hold: Hold
  /** Aborted when the run has to stop, is lost, or this process ends; throw its reason. */
  readonly signal: AbortSignal
  readonly log: Log
  readonly operations: readonly Operation[]
  now(): Date
  /**
   * Whether somebody else waits for this slot who has fewer runs at work: leave between two steps, parked as `queued`
   * for the reason `gave_way`. The run goes on when it is its turn again.
   */
  mustGiveWay(): boolean
  /** Reads the run again. @throws RunLost */
  look(): Promise<Standing>
  /** One transaction; notices and jobs go out after the commit. */
  transaction<T>(work: (writes: Writes, resources: Resources) => Promise<T>): Promise<T>
  /** The same for work of a single statement, which needs no transaction. */
  atOnce<T>(work: (writes: Writes) => Promise<T>): Promise<T>
  /**
   * Calls an operation as the run.
   * @throws RunHalt, and the operation's errors
   */
  callOperation(operation: Operation, input: unknown, work: OperationWork): Promise<Outcome<object>>
  /**
   * Makes the planned calls, such as one that a person has approved. An executor whose process calls with a key does so
   * before it starts the process.
   */
  callPlanned(standing: Standing): Promise<void>
  /** How to leave the run while its calls wait for a person, an answer or another run; undefined: none waits. */
  parking(standing: Standing): ParkedRun | undefined
  /**
   * A key with which a process that carries the run out calls operations as the run, over MCP or HTTP: the operations
   * that the run may call, and those of the audience `runs`. It becomes invalid as soon as this worker lets go of the
   * run, and when another key is requested.
   * @throws RunHalt
   */
  createKey(): Promise<string>
  /** Shows live text; none of it is stored. */
  emit(delta: LiveDelta): void
}

export interface OperationWork {
  /** The step that makes the call; its id makes a repetition safe. */
  readonly stepId: string
  /** A lost worker may have begun this call: see `Call.resumes`. */
  readonly resumes?: boolean
  /** Runs once the run is held and may act, in the same transaction, before the work outside. */
  before?(writes: Writes): Promise<void>
  /**
   * Runs after a write, in its own transaction; for a call that reaches outside, once its answer is stored. Not called
   * for reads.
   */
  after(writes: Writes, output: object): Promise<void>
  readonly report?: Call['report']
}

/** A piece of an unfinished answer. */
export interface LiveDelta {
  readonly stepId: string
  /** Characters of the answer that come before it. */
  readonly at: number
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
  /** Number of the last step that was taken into account; later ones are not left unread. */
  readonly seenStep: number
}

export interface ParkedRun {
  readonly kind: 'parked'
  readonly state: 'waiting' | 'queued'
  readonly reason: RunReason
  readonly detail?: string | null
  /** When it continues without anyone's action. */
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
