/** One request other than a tool call (resources, prompts, completion), as its handler sees it. */
import type { ServerContext } from '@modelcontextprotocol/server'
import type { Gateway } from '../../../core/area/gateway.ts'
import type { Operation } from '../../../core/operation/operation.ts'
import type { Caller } from '../exchange/caller.ts'

/** The caller, on any path. */
export interface PlainCall {
  readonly caller: Caller
  readonly requestId: string
  readonly signal: AbortSignal
}

export interface MethodCall extends PlainCall {
  readonly sdk: ServerContext
}

/**
 * Invokes an operation for such a request.
 * @throws AppError as `invoke` does.
 */
export async function invokeFor(
  gateway: Gateway,
  operation: Operation,
  input: Record<string, unknown>,
  { caller, requestId, signal }: PlainCall,
): Promise<Record<string, unknown>> {
  const { output } = await gateway.invoke(operation, input, {
    actor: caller.actor,
    door: 'mcp',
    requestId,
    signal,
  })
  return output
}

/** The items of a list operation's output. */
export function itemsOf(output: Record<string, unknown>): Record<string, unknown>[] {
  const { items } = output
  return Array.isArray(items) ? items.filter((item) => typeof item === 'object' && item !== null) : []
}
