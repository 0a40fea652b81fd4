/** The tools that a caller sees and may call: operations, the two meta tools, and extras, by one predicate. */
import type { ToolAnnotations } from '@modelcontextprotocol/server'
import type { Gateway } from '../../../core/area/gateway.ts'
import { isShown, mayCall } from '../../../core/operation/catalog.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import { modelSchema } from '../../../core/schema/model-schema.ts'
import { answerSchema } from '../exchange/answer.ts'
import type { Caller } from '../exchange/caller.ts'
import { readArguments } from './arguments.ts'
import { type CallOperation, createOperationCaller } from './call.ts'
import { callOperationTool, searchOperationsTool } from './meta-tools.ts'
import { isPlainOperation, type Tool, type ToolDefinition } from './tool.ts'

export interface Toolbox {
  /** A tool that this caller may call; unknown and forbidden ones look the same. */
  find(name: string, caller: Caller): Tool | undefined
  list(caller: Caller): ToolDefinition[]
  /** The same as JSON text, built once for all callers who see the same list. */
  listJson(caller: Caller): string
}

/** How long a client may keep a list, in milliseconds: lists change only when the gateway is restarted. */
export const LIST_TTL_MS = 300_000

/** How many lists are kept ready: one for each selection and set of scopes in use. */
const REMEMBERED_LISTS = 256

/** @throws Error at start-up for an operation that has the name of a meta tool */
export function createToolbox(gateway: Gateway, extras: readonly Tool[] = []): Toolbox {
  const call = createOperationCaller(gateway)
  const tools: Tool[] = [
    ...gateway.operations.map((operation) => operationTool(operation, call)),
    searchOperationsTool(gateway.operations),
    callOperationTool(gateway.operations, call),
    ...extras,
  ]
  const byName = new Map(tools.map((tool) => [tool.definition.name, tool]))
  const hidden = tools.find((tool) => byName.get(tool.definition.name) !== tool)
  if (hidden) throw new Error(`an operation has the name of another tool, ${hidden.definition.name}`)
  const lists = new Map<string, string>()

  function list(caller: Caller): ToolDefinition[] {
    const isWhole = caller.selection.toolsets !== undefined
    return tools
      .filter((tool) => tool.isShown(caller))
      .map((tool) =>
        isWhole && tool.outputSchema
          ? { ...tool.definition, outputSchema: tool.outputSchema }
          : tool.definition,
      )
  }

  return {
    find(name, caller) {
      const tool = byName.get(name)
      return tool?.mayCall(caller) ? tool : undefined
    },
    list,
    listJson(caller) {
      const { actor, selection } = caller
      const key = [selection.key, actor.kind, actor.scopes.join(), actor.run?.operations.join()].join('\n')
      const known = lists.get(key)
      if (known !== undefined) return known
      if (lists.size >= REMEMBERED_LISTS) lists.clear()
      const json = JSON.stringify(list(caller))
      lists.set(key, json)
      return json
    },
  }
}

function operationTool(operation: Operation, call: CallOperation): Tool {
  return {
    definition: {
      name: operation.toolName,
      title: operation.title,
      description: operation.summary,
      // Made when a list is asked for: to make the schemas of all operations was a tenth of a start.
      get inputSchema() {
        return modelSchema(operation.inputSchema)
      },
      annotations: annotations(operation),
    },
    get outputSchema() {
      return answerSchema(operation.outputSchema)
    },
    isShown: ({ actor, selection }) => isShown(operation, actor, selection),
    mayCall: ({ actor, selection }) => mayCall(operation, actor, selection),
    isPlain: () => isPlainOperation(operation),
    run: (toolCall) => call(operation, readArguments(operation.inputSchema, toolCall.input), toolCall),
  }
}

function annotations({ effect, repeat }: Operation): ToolAnnotations {
  if (effect === 'read') return { readOnlyHint: true, openWorldHint: false }
  return {
    readOnlyHint: false,
    destructiveHint: effect === 'destroy',
    idempotentHint: repeat === 'natural',
    openWorldHint: false,
  }
}
