/** The two tools that reach every operation outside the default list: search, then call. */
import { z } from 'zod'
import { checkInput, invalidInput } from '../../../core/call/input.ts'
import { AppError, toAppError } from '../../../core/errors.ts'
import { mayCall } from '../../../core/operation/catalog.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { toSchema } from '../../../core/schema/json-schema.ts'
import { modelSchema } from '../../../core/schema/model-schema.ts'
import { errorAnswer, toolAnswer } from '../exchange/answer.ts'
import type { Caller } from '../exchange/caller.ts'
import { readArguments } from './arguments.ts'
import type { CallOperation } from './call.ts'
import type { OperationSearch } from './search.ts'
import { isPlainOperation, type Tool } from './tool.ts'

const WORDS_MAX_CHARS = 200
const MATCHES = { default: 5, max: 20 } as const

const SearchInput = z.object({
  words: z.string().min(1).max(WORDS_MAX_CHARS).describe('What you want to do, in a few words'),
  limit: z.int().min(1).max(MATCHES.max).default(MATCHES.default).describe('Operations to return'),
})

const CallInput = z.object({
  name: z.string().describe('An operation that search_operations named'),
  input: z.record(z.string(), z.unknown()).default({}).describe('Its input, according to its inputSchema'),
  confirm: z
    .boolean()
    .optional()
    .describe('true for an operation that cannot be undone, after the person agreed'),
})

/** When an area was requested, all of it is listed and nothing else can be reached: there is nothing to search. */
function isOffered({ selection }: Caller): boolean {
  return selection.toolsets === undefined
}

const SEARCH = { name: 'search_operations', input: SearchInput, inputSchema: toSchema(SearchInput, 'input') }
const CALL = { name: 'call_operation', input: CallInput, inputSchema: toSchema(CallInput, 'input') }

export function searchOperationsTool(operations: readonly Operation[]): Tool {
  // Loaded by the first search, so that a start does not wait for it.
  let search: Promise<OperationSearch> | undefined
  return {
    definition: {
      name: SEARCH.name,
      title: 'Search operations',
      description:
        'Find operations that are not in this list, each with its input schema. Run one with call_operation.',
      inputSchema: modelSchema(SEARCH.inputSchema),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    isShown: isOffered,
    mayCall: isOffered,
    isPlain: () => true,
    async run(call) {
      try {
        const { words, limit } = parse(SEARCH, call.input)
        const { actor, selection } = call.caller
        search ??= import('./search.ts').then(({ createOperationSearch }) =>
          createOperationSearch(operations),
        )
        const found = (await search)(words, (operation) => mayCall(operation, actor, selection))
        return toolAnswer(tellMatches(found, limit))
      } catch (thrown) {
        return errorAnswer(toAppError(thrown), call.requestId)
      }
    },
  }
}

function tellMatches(found: readonly Operation[], limit: number) {
  const matches = found.slice(0, limit).map((operation) => ({
    name: operation.name,
    summary: operation.summary,
    ...(operation.details === undefined ? {} : { details: operation.details }),
    effect: operation.effect,
    inputSchema: modelSchema(operation.inputSchema),
  }))
  const more = found.length - matches.length
  const lines = matches.map(
    ({ name, summary, details, effect, inputSchema }) =>
      `${name} (${effect}): ${[summary, details].filter(Boolean).join(' ')}\n  input: ${JSON.stringify(inputSchema)}`,
  )
  if (more > 0) lines.push(`${more} more match: use other words or a higher limit.`)
  if (matches.length === 0)
    lines.push('Nothing matches. Try other words, such as the thing and what to do with it.')
  return { text: lines.join('\n'), structured: { matches, more } }
}

export function callOperationTool(operations: readonly Operation[], callOperation: CallOperation): Tool {
  const byName = new Map(operations.flatMap((op) => [[op.name, op] as const, [op.toolName, op] as const]))
  return {
    definition: {
      name: CALL.name,
      title: 'Call an operation',
      description: 'Run one operation that search_operations found.',
      inputSchema: modelSchema(CALL.inputSchema),
      annotations: {
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    isShown: isOffered,
    mayCall: isOffered,
    isPlain({ name }) {
      const operation = typeof name === 'string' ? byName.get(name) : undefined
      return operation === undefined || isPlainOperation(operation)
    },
    async run(call) {
      try {
        const { name, input, confirm } = parse(CALL, call.input)
        const operation = byName.get(name)
        const { actor, selection } = call.caller
        if (!operation || !mayCall(operation, actor, selection)) throw noSuchOperation(name)
        const given = confirm === undefined ? input : { ...input, confirm }
        return await callOperation(operation, readArguments(operation.inputSchema, given), call)
      } catch (thrown) {
        return errorAnswer(toAppError(thrown), call.requestId)
      }
    },
  }
}

function noSuchOperation(name: string): AppError {
  return new AppError('not_found', `There is no operation ${name}.`, {
    fix: 'Use a name that search_operations gives.',
  })
}

type MetaTool<Input extends z.ZodObject> = Pick<Operation<Input>, 'input' | 'inputSchema'> & {
  readonly name: string
}

/** Reads and checks arguments in the same way as those of an operation. */
function parse<Input extends z.ZodObject>(
  tool: MetaTool<Input>,
  given: Record<string, unknown>,
): z.output<Input> {
  const checked = checkInput(tool, readArguments(tool.inputSchema, given))
  if ('data' in checked) return checked.data
  throw invalidInput(tool.name, checked.issues)
}
