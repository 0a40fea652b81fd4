/** What is known of an operation without running it. */
import type { z } from 'zod'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { LongTask } from './long-task.ts'
import type { Name, NameParts } from './name.ts'
import type { NextCall } from './next-call.ts'
import type { Resource } from './resource.ts'
import type { Scope } from './scopes.ts'
import type { Stream } from './stream.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `read` changes nothing; `write` can be undone or repeated; `destroy` cannot be undone and needs `confirm: true`. */
export type Effect = 'read' | 'write' | 'destroy'

/** `natural`: running it again has no further effect. `keyed`: a retry must carry its idempotency key. */
export type Repeat = 'natural' | 'keyed'

/**
 * What an operation changes outside the database, where a transaction cannot undo it. `idempotent`: the other side
 * takes `ctx.idempotencyKey`, so that a second call has no further effect. `once`: after a crash it is unknown whether
 * it happened, so it is never repeated automatically.
 */
export type Outside = 'nothing' | 'idempotent' | 'once'

/**
 * Who an operation is for. `people`: it takes or gives a secret, which must not reach a model, so neither models nor
 * chat rooms can call it.
 * `runs`: a run does it to itself; being that run is the only permission it needs.
 */
export type Audience = 'everyone' | 'people' | 'runs'

/** Phases of a run that plans, works and evaluates; planning and evaluating change nothing. */
export const RUN_PHASES = ['plan', 'work', 'evaluate'] as const
export type RunPhase = (typeof RUN_PHASES)[number]

/** What an operation for runs means to the run that calls it. */
export interface ForRuns {
  /** The run is parked until this arrives; absent: the answer is the result. */
  readonly waitsFor?: 'input' | 'children'
  /** It changes nothing but the run: no policy holds it back, and it is allowed in phases that change nothing. */
  readonly isHarmless?: boolean
  /** The only phase in which it is available; a run in that phase has it without a grant. */
  readonly phase?: RunPhase
}

/** Rows for people at a terminal; cells are plain text. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What a door knows of the person who will read an answer; empty when it knows nothing. */
export interface Reader {
  /** The reader's own time zone: times are shown in it without naming it. */
  readonly timeZone?: string
  /** The day there (YYYY-MM-DD): days are shown as people write them, such as "tomorrow". */
  readonly today?: string
}

/** What a list holds. */
type ItemOf<Output> = Output extends { readonly items: readonly (infer Item)[] }
  ? Item
  : Readonly<Record<string, unknown>>

export interface FirstStep<Input> {
  readonly input: Input
  /** What it is good for: "see what there is". */
  readonly why: string
}

export interface Described<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** `area[.noun].verb` in snake_case: the name in MCP (with `_`), OpenAPI, the command line and the audit. */
  readonly name: Name
  /** One sentence, for lists and for models. */
  readonly summary: string
  /** What the summary leaves unsaid, for the reference; not sent in tool lists. */
  readonly details?: string
  /** Other words that people use for it, which search matches; shown nowhere. */
  readonly keywords?: string
  /** Method and path; `:name` segments are fields of the input. */
  readonly route: `${HttpMethod} /v1/${string}`
  readonly input: Input
  readonly output: Output
  readonly scope: Scope
  readonly effect: Effect
  readonly repeat: Repeat
  /** How the answers of a list that grows become a stream; doors that can stream offer it. */
  readonly stream?: Stream<Input, Output>
  /** The URI by which its answer can be read and watched, where it has one. */
  readonly resource?: Resource<Output>
  /** Set when the work that it starts continues after its answer; doors that can show a long task follow it. */
  readonly task?: LongTask<Output>
  /**
   * Whether tool lists show it when its area was not requested; other operations are found through search. Default
   * true.
   */
  readonly listed?: boolean
  /** Default `everyone`. */
  readonly audience?: Audience
  /** Why no agent may have it though its scope would allow that; absent: agents may. */
  readonly notForAgents?: string
  /** Why no schedule may call it; absent: schedules may. */
  readonly notByClock?: string
  /** Only with the audience `runs`. */
  readonly forRuns?: ForRuns
  /** Nullable output fields that only the first answer contains: they are null in the stored and replayed answer. */
  readonly shownOnce?: readonly (keyof z.input<Output> & string)[]
  /** A valid input; `confirm` is added to it where it is needed. */
  readonly example: z.input<Input>
  /** A call for newcomers that shows what the operation is good for; help and the start page offer it. */
  readonly firstStep?: FirstStep<z.input<Input>>
  /** The answer in words: what happened, with the ids that a next call needs. A list is told by its lines. */
  tell?(output: z.output<Output>, reader?: Reader): string
  /** One item of a list in one line, with its id. */
  line?(item: ItemOf<z.output<Output>>, reader?: Reader): string
  /** The text of an empty list: "No tasks here." */
  readonly none?: string
  /** The answer as rows, where it is a list. */
  table?(output: z.output<Output>, reader?: Reader): Table
  /** Calls that a reader of the answer is likely to make next, the likeliest first; `input` is as the caller sent it. */
  next?(output: z.output<Output>, input: z.input<Input>): readonly NextCall[]
  /**
   * The calls that take back what this one did, in their order; none where it changed nothing. Absent: nothing takes it
   * back.
   */
  undo?(output: z.output<Output>, input: z.input<Input>): readonly NextCall[]
  /**
   * The read whose `next` offers this call for as long as it can be made. A door that shows the call as a button takes the
   * button away once the read offers it no more.
   */
  offeredBy?(input: z.input<Input>): NextCall
  /**
   * Whether such a call is a person's own decision, which no model takes for them: an MCP client that can ask them does so
   * first. What cannot be undone is asked about in any case.
   */
  asksPerson?(input: Readonly<Record<string, unknown>>): boolean
}

/**
 * Everything about an operation that is known without running it: what its author wrote, and what follows from that.
 */
export interface Description<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> extends Described<Input, Output>,
    NameParts {
  tell(output: z.output<Output>, reader?: Reader): string
  readonly method: HttpMethod
  readonly path: string
  readonly pathFields: readonly string[]
  readonly outside: Outside
  readonly listed: boolean
  readonly audience: Audience
  /** JSON Schemas (2020-12) of input and output. */
  readonly inputSchema: JsonSchema
  readonly outputSchema: JsonSchema
}
