/** The baseline of the MCP door: the SDK's own handler as its documents show it, with one tool or with the product's. */
import { serve } from '@hono/node-server'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { z } from 'zod'
import { LOCAL_PERSON } from '../../src/core/operation/actor.ts'
import { isShown } from '../../src/core/operation/catalog.ts'
import { operations } from '../../src/tools/registry.ts'

const { tools } = JSON.parse(process.argv[2] ?? '{}') as { tools: 'echo' | 'product' }

/** The two that the product's list holds besides its operations, with inputs of the same size. */
const META_TOOLS = ['search_operations', 'call_operation'].map((name) => ({
  name,
  summary: 'Find or call operations that are not in this list, each with its input schema.',
  input: z.object({
    words: z.string().min(1).max(200).describe('What you want to do, in a few words'),
    limit: z.int().min(1).max(20).default(5).describe('Operations to return'),
    confirm: z.boolean().optional().describe('true for what cannot be undone, after the person agreed'),
  }),
}))

const listed = operations
  .filter((operation) => isShown(operation, LOCAL_PERSON, { door: 'mcp' }))
  .map(({ toolName, summary, input }) => ({ name: toolName, summary, input }))

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'baseline', version: '1.0.0' })
  if (tools === 'echo') {
    server.registerTool(
      'echo',
      {
        description: 'Say the same again.',
        inputSchema: z.object({ text: z.string() }),
        outputSchema: z.object({ text: z.string() }),
      },
      async ({ text }) => ({ content: [{ type: 'text', text }], structuredContent: { text } }),
    )
    return server
  }
  for (const { name, summary, input } of [...listed, ...META_TOOLS]) {
    server.registerTool(
      name,
      { description: summary, inputSchema: input, annotations: { readOnlyHint: true, openWorldHint: false } },
      async () => ({ content: [] }),
    )
  }
  return server
})

const app = new Hono()
app.all('/mcp', (c) => handler.fetch(c.req.raw))
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.stdout.write(`http://127.0.0.1:${port}\n`)
})
