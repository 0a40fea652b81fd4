/**
 * An operation is a value: what it is, its input and output, what it may do, how it works and how it tells its answer.
 * Doors derive the rest.
 */
import { z } from 'zod'
import { type JsonSchema, toSchema } from '../schema/json-schema.ts'
import type { AskContext, Context, ReachContext, SettleContext } from './context.ts'
import type { Described, Description, HttpMethod, Reader } from './description.ts'
import { parseName } from './name.ts'
import { RESOURCE_ID } from './resource.ts'
import { tellList } from './tell-list.ts'

interface Settling<Input extends z.ZodObject, Output extends z.ZodObject> {
  /**
   * Brings the answer of a write up to date after the commit, with nothing held: it may wait a few seconds for what the
   * write stored to be sent. The stored answer stays as `run` gave it, and a replay is brought up to date as well. When
   * this throws, the caller gets the answer as it was.
   */
  settle?(input: z.output<Input>, ctx: SettleContext, answer: z.output<Output>): Promise<z.input<Output>>
}

/** An operation that changes only the database. */
interface DatabaseSpec<Input extends z.ZodObject, Output extends z.ZodObject>
  extends Described<Input, Output>,
    Settling<Input, Output> {
  readonly outside?: 'nothing'
  readonly reach?: never
  /** A write runs in one transaction, which must wait for nothing but the database. */
  run(input: z.output<Input>, ctx: Context): Promise<z.input<Output>>
}

/**
 * An operation that changes something outside: first the work outside, with no transaction open, then what the database
 * keeps of it.
 */
interface OutsideSpec<Input extends z.ZodObject, Output extends z.ZodObject, Reached>
  extends Described<Input, Output>,
    Settling<Input, Output> {
  readonly effect: 'write' | 'destroy'
  readonly outside: 'idempotent' | 'once'
  /**
   * Does the work outside. It must stop when `ctx.signal` is aborted. An `AppError` says that nothing was done, unless
   * its code is `unavailable`, `cancelled`, `outcome_unknown` or `internal`; after those, and after any other error,
   * the work may have been done.
   */
  reach(input: z.output<Input>, ctx: ReachContext): Promise<Reached>
  /** Stores the result in one transaction and gives the answer. It may run again with the same result. */
  run(input: z.output<Input>, ctx: Context, reached: Reached): Promise<z.input<Output>>
}

/** A read that asks another service with an account of the caller, then reads what the database has. */
interface AskingSpec<Input extends z.ZodObject, Output extends z.ZodObject, Reached>
  extends Described<Input, Output> {
  readonly effect: 'read'
  readonly outside?: 'nothing'
  readonly settle?: never
  /** Changes nothing there. It must stop when `ctx.signal` is aborted. */
  reach(input: z.output<Input>, ctx: AskContext): Promise<Reached>
  run(input: z.output<Input>, ctx: Context, reached: Reached): Promise<z.input<Output>>
}

export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject>
  extends Description<Input, Output>,
    Settling<Input, Output> {
  /** Absent: the operation neither changes nor asks anything outside. */
  reach?(input: z.output<Input>, ctx: ReachContext): Promise<unknown>
  /** `reached`: the result of `reach`. */
  run(input: z.output<Input>, ctx: Context, reached: unknown): Promise<z.input<Output>>
}

const confirmField = z
  .boolean()
  .default(false)
  .describe('Must be true: this cannot be undone. Ask the person first')

/** Paths outside `/v1` are the gateway's own. */
const ROUTE = /^(GET|POST|PUT|PATCH|DELETE) \/v1(\/:?\w[\w.-]*)+$/

/**
 * Makes an operation from its description.
 * @throws Error at start-up when the name or the route does not fit the input.
 */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodObject, Reached = never>(
  spec:
    | DatabaseSpec<Input, Output>
    | OutsideSpec<Input, Output, Reached>
    | AskingSpec<Input, Output, Reached>,
): Operation<Input, Output> {
  const parts = parseName(spec.name)
  const [method = '', path = ''] = spec.route.split(' ')
  if (!ROUTE.test(spec.route)) throw new Error(`${spec.name}: the route ${spec.route} is not METHOD /v1/path`)
  const pathFields = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
  const input = spec.effect === 'destroy' ? withConfirm(spec.input) : spec.input
  for (const field of pathFields) {
    if (!(field in input.shape)) throw new Error(`${spec.name}: the route names ${field}, the input does not`)
  }
  if (spec.resource?.uri.includes(RESOURCE_ID) && pathFields.length !== 1) {
    throw new Error(`${spec.name}: the URI of its resource has an id, so its route must name one field`)
  }
  for (const field of spec.shownOnce ?? []) {
    if (!acceptsNull(spec.output.shape[field]))
      throw new Error(`${spec.name}: ${field} is shown once, so it must take null`)
  }
  const tell = spec.tell ?? listTeller(spec)
  let inputSchema: JsonSchema | undefined
  let outputSchema: JsonSchema | undefined
  return {
    ...spec,
    ...parts,
    tell,
    input,
    example: spec.effect === 'destroy' ? { ...spec.example, confirm: true } : spec.example,
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

/** @throws Error at start-up for an operation that has no words for its answer */
function listTeller<Input extends z.ZodObject, Output extends z.ZodObject>({
  name,
  output,
  line,
  none = 'Nothing here.',
}: Described<Input, Output>): Description<Input, Output>['tell'] {
  if (line === undefined || !('items' in output.shape)) {
    throw new Error(`${name} needs tell, or line where its answer is a list`)
  }
  // `line` accepts the items of this answer, which the type system cannot see.
  const words = { line: line as (item: unknown, reader?: Reader) => string, none }
  return (answer, reader) => tellList(answer as unknown as Parameters<typeof tellList>[0], words, reader)
}

/** The extended schema still accepts and returns everything that `Input` does, which the type system cannot see. */
function withConfirm<Input extends z.ZodObject>(input: Input): Input {
  return input.extend({ confirm: confirmField }) as unknown as Input
}

function acceptsNull(field: unknown): boolean {
  return field instanceof z.ZodType && field.safeParse(null).success
}
