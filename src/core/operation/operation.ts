/** An operation is a value: what it is, takes and gives, may do, does, and how it says so. Doors derive the rest. */
import { z } from 'zod'
import type { Context, ReachContext } from './context.ts'
import type { LongTask } from './long-task.ts'
import type { Scope } from './scopes.ts'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `read` changes nothing; `write` can be undone or repeated; `destroy` cannot be undone and needs `confirm: true`. */
export type Effect = 'read' | 'write' | 'destroy'

/** `natural`: running it again changes nothing more. `keyed`: a retry must carry its idempotency key. */
export type Repeat = 'natural' | 'keyed'

/**
 * What an operation changes outside the database, where a transaction cannot undo it. `idempotent`: the other side takes
 * `ctx.idempotencyKey`, so that a second call does nothing more; `once`: after a crash nobody knows whether it happened,
 * so it is never called again by itself.
 */
export type Outside = 'nothing' | 'idempotent' | 'once'

/** Who an operation is for. `people`: it shows what no model may see, so neither models nor chat rooms reach it. */
export type Audience = 'everyone' | 'people'

/** Rows for people who look at a terminal; cells are plain text. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What a door knows of the person who will read an answer; a door that knows nothing gives an empty one. */
export interface Reader {
  /** The reader's own time zone, which times are then shown in without naming it. */
  readonly timeZone?: string
}

/** A list that only ever grows at its end, read on and on. */
export interface Stream<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** The URI of `changed` that says there may be more. */
  uri(input: z.output<Input>): string
  /** The input that reads on after `position`: what a stream's client was last given. */
  after(input: z.output<Input>, position: number): z.input<Input>
  /** What of an answer goes on the stream, in order. */
  items(output: z.output<Output>): readonly StreamItem[]
  /** Nothing will come after this answer. */
  isEnd(output: z.output<Output>): boolean
}

export interface StreamItem {
  readonly position: number
  readonly type: string
  readonly data: unknown
}

interface Described<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** `area.verb`, both in snake_case: the name in MCP (with `_`), OpenAPI, the command line and the audit. */
  readonly name: `${string}.${string}`
  /** One sentence, for lists and for models. */
  readonly summary: string
  /** What the summary leaves unsaid, for the reference; not sent in tool lists. */
  readonly details?: string
  /** Method and path; `:name` segments are fields of the input. */
  readonly route: `${HttpMethod} /v1/${string}`
  readonly input: Input
  readonly output: Output
  readonly scope: Scope
  readonly effect: Effect
  readonly repeat: Repeat
  /** How the answers of a list that grows become a stream; doors that can stream offer it. */
  readonly stream?: Stream<Input, Output>
  /** What it starts goes on after its answer; doors that can show a long task follow it. */
  readonly task?: LongTask<Output>
  /** Whether tool lists show it without being asked for its area; others are found through search. Default true. */
  readonly listed?: boolean
  /** Default `everyone`. */
  readonly audience?: Audience
  /** Nullable output fields that only the first answer holds: they are null in what is stored and replayed. */
  readonly shownOnce?: readonly (keyof z.input<Output> & string)[]
  /** A valid input; `confirm` is added to it where it is needed. */
  readonly example: z.input<Input>
  /** The answer in words: what happened, with the ids that a next call needs. */
  tell(output: z.output<Output>, reader?: Reader): string
  /** The answer as rows, where it is a list. */
  table?(output: z.output<Output>, reader?: Reader): Table
}

/** Changes nothing but the database; a read may look anywhere, since it holds nothing while it looks. */
interface DatabaseSpec<Input extends z.ZodObject, Output extends z.ZodObject>
  extends Described<Input, Output> {
  readonly outside?: 'nothing'
  readonly reach?: never
  /** A write runs in one transaction, which must wait for nothing but the database. */
  run(input: z.output<Input>, ctx: Context): Promise<z.input<Output>>
}

/** Changes something outside: first there, with nothing of the database held, then what the database keeps of it. */
interface OutsideSpec<Input extends z.ZodObject, Output extends z.ZodObject, Reached>
  extends Described<Input, Output> {
  readonly effect: 'write' | 'destroy'
  readonly outside: 'idempotent' | 'once'
  /**
   * What is done outside. It must stop when `ctx.signal` is aborted. An `AppError` says that nothing was done, unless its
   * code is `unavailable`, `cancelled`, `outcome_unknown` or `internal`; after those, and anything else thrown, it may
   * have been done.
   */
  reach(input: z.output<Input>, ctx: ReachContext): Promise<Reached>
  /** What is stored of it, in one transaction, and the answer. It may run again with what was reached. */
  run(input: z.output<Input>, ctx: Context, reached: Reached): Promise<z.input<Output>>
}

export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject>
  extends Described<Input, Output> {
  readonly area: string
  readonly verb: string
  readonly toolName: string
  readonly method: HttpMethod
  readonly path: string
  readonly pathFields: readonly string[]
  readonly outside: Outside
  /** Absent: it changes nothing outside. */
  reach?(input: z.output<Input>, ctx: ReachContext): Promise<unknown>
  /** `reached`: what `reach` gave. */
  run(input: z.output<Input>, ctx: Context, reached: unknown): Promise<z.input<Output>>
  readonly listed: boolean
  readonly audience: Audience
  /** JSON Schema (2020-12) of what is taken and given. */
  readonly inputSchema: JsonSchema
  readonly outputSchema: JsonSchema
}

/** A JSON Schema of an object. */
export interface JsonSchema {
  readonly type: 'object'
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly [keyword: string]: unknown
}

const NAME = /^[a-z][a-z_]*\.[a-z][a-z_]*$/

const confirmField = z
  .boolean()
  .default(false)
  .describe('Must be true: this cannot be undone. Ask the person first')

/**
 * Makes an operation out of its description.
 * @throws Error at start-up when the name or the route does not fit the input.
 */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodObject, Reached = never>(
  spec: DatabaseSpec<Input, Output> | OutsideSpec<Input, Output, Reached>,
): Operation<Input, Output> {
  if (!NAME.test(spec.name)) throw new Error(`operation name ${spec.name} is not area.verb`)
  const [area = '', verb = ''] = spec.name.split('.')
  const [method = '', path = ''] = spec.route.split(' ')
  const pathFields = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
  const input = spec.effect === 'destroy' ? withConfirm(spec.input) : spec.input
  for (const field of pathFields) {
    if (!(field in input.shape)) throw new Error(`${spec.name}: the route names ${field}, the input does not`)
  }
  for (const field of spec.shownOnce ?? []) {
    if (!acceptsNull(spec.output.shape[field]))
      throw new Error(`${spec.name}: ${field} is shown once, so it must take null`)
  }
  let inputSchema: JsonSchema | undefined
  let outputSchema: JsonSchema | undefined
  return {
    ...spec,
    input,
    example: spec.effect === 'destroy' ? { ...spec.example, confirm: true } : spec.example,
    area,
    verb,
    toolName: `${area}_${verb}`,
    method: method as HttpMethod,
    path,
    pathFields,
    outside: spec.outside ?? 'nothing',
    listed: spec.listed ?? true,
    audience: spec.audience ?? 'everyone',
    get inputSchema() {
      inputSchema ??= toSchema(input, 'input')
      return inputSchema
    },
    get outputSchema() {
      outputSchema ??= toSchema(spec.output, 'output')
      return outputSchema
    },
  }
}

/** The extended schema still takes and gives all that `Input` does, which the type system cannot see. */
function withConfirm<Input extends z.ZodObject>(input: Input): Input {
  return input.extend({ confirm: confirmField }) as unknown as Input
}

function acceptsNull(field: unknown): boolean {
  return field instanceof z.ZodType && field.safeParse(null).success
}

/** The JSON Schema of what an object schema takes or gives: closed, and in few words. */
export function toSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    reused: 'inline',
    override: closeObject,
  })
  return compact(rest) as JsonSchema
}

/** An object takes only the fields that it names, unless its schema says otherwise. */
function closeObject({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes
  jsonSchema: z.core.JSONSchema.BaseSchema
}) {
  if (zodSchema._zod.def.type === 'object') jsonSchema.additionalProperties ??= false
}

const SCALARS: readonly unknown[] = ['string', 'integer', 'number', 'boolean']

/**
 * The same schema in fewer words, since models read it by the token: "a scalar or null" as `type: ['string', 'null']`,
 * no pattern that a format says already, no bounds that every safe integer keeps.
 */
function compact(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(compact)
  if (typeof schema !== 'object' || schema === null) return schema
  const { anyOf, ...rest } = Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) =>
      saysNothing(keyword, value, schema) ? [] : [[keyword, compact(value)]],
    ),
  )
  if (anyOf === undefined) return rest
  const [given, other] = Array.isArray(anyOf) && anyOf.length === 2 ? anyOf : []
  if (other?.type !== 'null' || !SCALARS.includes(given?.type)) return { ...rest, anyOf }
  const allowed = given.enum === undefined ? {} : { enum: [...given.enum, null] }
  return { ...given, ...rest, type: [given.type, 'null'], ...allowed }
}

function saysNothing(keyword: string, value: unknown, schema: object): boolean {
  if (keyword === 'pattern' && 'format' in schema) return typeof value === 'string'
  if (keyword === 'maximum') return value === Number.MAX_SAFE_INTEGER
  return keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER
}
