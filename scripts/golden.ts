/** What the world outside sees of one operation, as text: a change of it is a change that somebody must mean. */

import type { Gateway } from '../src/core/area/gateway.ts'
import { LOCAL_PERSON } from '../src/core/operation/actor.ts'
import type { Operation } from '../src/core/operation/operation.ts'
import { createToolbox } from '../src/server/mcp/contents/tools.ts'

/** One operation's golden file. */
export function goldenOf(operation: Operation): string {
  const { name, summary, route, scope, effect, repeat, listed, audience, shownOnce, example } = operation
  const golden = {
    name,
    summary,
    tool: toolOf(operation),
    route,
    scope,
    effect,
    repeat,
    listed,
    audience,
    ...(shownOnce === undefined ? {} : { shownOnce }),
    example,
    input: operation.inputSchema,
    output: operation.outputSchema,
  }
  return `${JSON.stringify(golden, null, 2)}\n`
}

/** As the MCP door lists it; null where models never reach it. */
function toolOf(operation: Operation): object | null {
  const toolbox = createToolbox(onlyListing([operation]))
  const tools = toolbox.list({
    actor: operation.audience === 'runs' ? { ...LOCAL_PERSON, kind: 'agent' } : LOCAL_PERSON,
    selection: { door: 'mcp', toolsets: new Set([operation.area]), key: operation.area },
    takesStream: true,
  })
  const tool = tools.find(({ name }) => name === operation.toolName)
  return tool ? { name: tool.name, title: tool.title, annotations: tool.annotations } : null
}

function onlyListing(operations: readonly Operation[]): Gateway {
  const silent = () => undefined
  return {
    operations,
    invoke: () => Promise.reject(new Error('this gateway only lists')),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    version: '0.0.0',
    watch: () => silent,
    watchFor: () => silent,
  }
}
