/** The tools that the official conformance suite calls: words through operations of ours, other content as extras. */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type ContentBlock,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  MissingRequiredClientCapabilityError,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { defineOperation, type Operation } from '../../src/core/operation/operation.ts'
import { isTaskStarted, type TaskStarted } from '../../src/server/mcp/contents/task-wire.ts'
import type { Tool, ToolCall } from '../../src/server/mcp/contents/tool.ts'
import { encoded } from '../../src/server/mcp/exchange/answer.ts'
import { TASKS_EXTENSION } from '../../src/server/mcp/exchange/client.ts'
import type { Consent } from '../../src/server/mcp/sessions/consent.ts'
import type { Jobs } from './fixture-jobs.ts'

/** A red pixel. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

/** No sound, for no time. */
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA='

/** Between two notices of one call, in milliseconds. */
const STEP_MS = 50

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, STEP_MS))

const said = z.object({ text: z.string() })

function saying(name: `test.${string}`, run: (report: (done: number) => void) => Promise<string>): Operation {
  return defineOperation({
    name,
    summary: `Conformance: ${name}.`,
    route: `POST /v1/${name.replace('.', '/')}`,
    input: z.object({}),
    output: said,
    scope: 'profile:read',
    effect: 'read',
    repeat: 'natural',
    example: {},
    run: async (_input, ctx) => ({ text: await run((done) => ctx.report({ done, total: 100 })) }),
    tell: ({ text }) => text,
  })
}

export const conformanceOperations: readonly Operation[] = [
  saying('test.simple_text', async () => 'This is a simple text response for testing.'),
  saying('test.error_handling', async () => {
    throw new AppError('conflict', 'This tool intentionally returns an error for testing')
  }),
  saying('test.tool_with_progress', async (report) => {
    report(0)
    await pause()
    report(50)
    await pause()
    report(100)
    return 'Done with progress.'
  }),
  defineOperation({
    name: 'test.streaming_elicitation',
    summary: 'Conformance: asks the person before it destroys nothing at all.',
    route: 'POST /v1/test/streaming_elicitation',
    input: z.object({}),
    output: said,
    scope: 'profile:read',
    effect: 'destroy',
    repeat: 'natural',
    example: {},
    run: async () => ({ text: 'Destroyed nothing.' }),
    tell: ({ text }) => text,
  }),
]

type Run = (call: ToolCall, ctx: ServerContext) => Promise<CallToolResult | InputRequiredResult | TaskStarted>

function extra(name: string, run: Run, inputSchema: object = {}): Tool {
  return {
    definition: {
      name,
      description: `Conformance: ${name}.`,
      inputSchema: { type: 'object', ...inputSchema },
    },
    isShown: () => true,
    mayCall: () => true,
    isPlain: () => false,
    async run(call) {
      if (!call.sdk) throw new Error(`${name} needs the SDK`)
      const result = await run(call, call.sdk)
      if (isTaskStarted(result)) return result
      return 'inputRequests' in result || 'requestState' in result
        ? (result as InputRequiredResult)
        : encoded(result as CallToolResult)
    },
  }
}

const text = (words: string): CallToolResult => ({ content: [{ type: 'text', text: words }] })

const content =
  (...blocks: ContentBlock[]): Run =>
  async () => ({ content: blocks })

const image: ContentBlock = { type: 'image', data: PNG, mimeType: 'image/png' }

function contentTools(): Tool[] {
  return [
    extra('test_image_content', content(image)),
    extra('test_audio_content', content({ type: 'audio', data: WAV, mimeType: 'audio/wav' })),
    extra(
      'test_embedded_resource',
      content({
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      }),
    ),
    extra(
      'test_multiple_content_types',
      content({ type: 'text', text: 'Multiple content types test:' }, image, {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: '{"test":"data","value":123}',
        },
      }),
    ),
    extra('json_schema_2020_12_tool', async () => text('ok'), RICH_SCHEMA),
  ]
}

const RICH_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

async function logThrice(ctx: ServerContext): Promise<CallToolResult> {
  await ctx.mcpReq.log('info', 'Tool execution started')
  await pause()
  await ctx.mcpReq.log('info', 'Tool processing data')
  await pause()
  await ctx.mcpReq.log('info', 'Tool execution completed')
  return text('Logged.')
}

const elicitationOf = (properties: object, required: string[] = []) =>
  ({ type: 'object', properties, required }) as const

/** What a 2025-era server asks its client in the middle of a call. */
function askingTools(): Tool[] {
  const named =
    (schema: object): Run =>
    async (_call, ctx) => {
      const { action, content: answer } = await ctx.mcpReq.elicitInput({
        message: 'Please fill in.',
        // As the suite wants it, down to the keywords that the SDK's types no longer name.
        requestedSchema: schema as never,
      })
      return text(`Elicitation completed: action=${action}, content=${JSON.stringify(answer)}`)
    }
  return [
    extra('test_tool_with_logging', (_call, ctx) => logThrice(ctx)),
    extra('test_logging_tool', (_call, ctx) => logThrice(ctx)),
    extra(
      'test_sampling',
      async ({ input }, ctx) => {
        const answer = await ctx.mcpReq.requestSampling(samplingOf(String(input.prompt), 100))
        return text(`LLM response: ${JSON.stringify(answer.content)}`)
      },
      { properties: { prompt: { type: 'string' } }, required: ['prompt'] },
    ),
    extra(
      'test_elicitation',
      async ({ input }, ctx) => {
        const requestedSchema = elicitationOf({ username: { type: 'string' }, email: { type: 'string' } }, [
          'username',
          'email',
        ])
        const answer = await ctx.mcpReq.elicitInput({
          message: String(input.message),
          requestedSchema,
        } as never)
        return text(`User response: ${JSON.stringify(answer)}`)
      },
      { properties: { message: { type: 'string' } }, required: ['message'] },
    ),
    extra('test_elicitation_sep1034_defaults', named(DEFAULTS_SCHEMA)),
    extra('test_elicitation_sep1330_enums', named(ENUMS_SCHEMA)),
  ]
}

const DEFAULTS_SCHEMA = elicitationOf({
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
})

const VALUES = ['value1', 'value2', 'value3'].map((value) => ({ const: value, title: `Title of ${value}` }))
const OPTIONS = ['option1', 'option2', 'option3']

const ENUMS_SCHEMA = elicitationOf({
  untitledSingle: { type: 'string', enum: OPTIONS },
  titledSingle: { type: 'string', oneOf: VALUES },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: OPTIONS } },
  titledMulti: { type: 'array', items: { anyOf: VALUES } },
})

function samplingOf(prompt: string, maxTokens: number) {
  return {
    messages: [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }],
    maxTokens,
  }
}

const ask = (message: string, field: string) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties: { [field]: { type: 'string' } }, required: [field] },
  })

/** The field of an accepted form, if the client sent one. */
function answerTo(ctx: ServerContext, key: string, field: string): string | undefined {
  const answer = inputResponse(ctx.mcpReq.inputResponses, key)
  const value = answer.kind === 'elicit' ? answer.content?.[field] : undefined
  return value === undefined ? undefined : String(value)
}

function capabilitiesOf(ctx: ServerContext): ClientCapabilities {
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {}
  return (envelope[CLIENT_CAPABILITIES_META_KEY] ?? {}) as ClientCapabilities
}

/** What a 2026 server answers instead, so that the client asks and calls again. */
function inputRequiredTools(codec: Consent['codec']): Tool[] {
  const stateOf = (ctx: ServerContext, question: string) => codec.mint({ question, askedAs: 'once' }, ctx)
  const stated = (ctx: ServerContext) => ctx.mcpReq.requestState<{ question: string }>()?.question
  return [
    extra('test_input_required_result_elicitation', async (_call, ctx) => {
      const name = answerTo(ctx, 'user_name', 'name')
      return name === undefined
        ? inputRequired({ inputRequests: { user_name: ask('What is your name?', 'name') } })
        : text(`Hello, ${name}!`)
    }),
    extra('test_input_required_result_sampling', async (_call, ctx) => {
      const answer = inputResponse(ctx.mcpReq.inputResponses, 'capital_question')
      if (answer.kind === 'sampling') return text(JSON.stringify(answer.result.content))
      const question = inputRequired.createMessage(samplingOf('What is the capital of France?', 100))
      return inputRequired({ inputRequests: { capital_question: question } })
    }),
    extra('test_input_required_result_list_roots', async (_call, ctx) => {
      const answer = inputResponse(ctx.mcpReq.inputResponses, 'client_roots')
      if (answer.kind === 'roots') return text(JSON.stringify(answer.roots))
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
    }),
    extra('test_input_required_result_request_state', async (_call, ctx) => {
      if (stated(ctx) === 'confirm') return text('state-ok')
      return inputRequired({
        inputRequests: { confirm: ask('Please confirm', 'ok') },
        requestState: await stateOf(ctx, 'confirm'),
      })
    }),
    extra('test_input_required_result_tampered_state', async (_call, ctx) => {
      if (stated(ctx) === 'tampered') return text('state-ok')
      return inputRequired({
        inputRequests: { confirm: ask('Please confirm', 'ok') },
        requestState: await stateOf(ctx, 'tampered'),
      })
    }),
    extra('test_input_required_result_multiple_inputs', async (_call, ctx) => {
      if (stated(ctx) === 'multiple') return text('All there.')
      return inputRequired({
        inputRequests: {
          user_name: ask('What is your name?', 'name'),
          greeting: inputRequired.createMessage(samplingOf('Generate a greeting', 50)),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await stateOf(ctx, 'multiple'),
      })
    }),
    extra('test_input_required_result_multi_round', async (_call, ctx) => {
      const round = stated(ctx)
      if (round === 'second') return text('Both there.')
      const next = round === 'first' ? 'second' : 'first'
      const question =
        next === 'first'
          ? { step1: ask('Step 1: What is your name?', 'name') }
          : { step2: ask('Step 2: What is your favorite color?', 'color') }
      return inputRequired({ inputRequests: question, requestState: await stateOf(ctx, next) })
    }),
    extra('test_input_required_result_capabilities', async (_call, ctx) => {
      const { sampling, elicitation } = capabilitiesOf(ctx)
      return inputRequired({
        inputRequests: {
          ...(sampling
            ? { greeting: inputRequired.createMessage(samplingOf('Generate a greeting', 50)) }
            : {}),
          ...(elicitation ? { user_name: ask('What is your name?', 'name') } : {}),
        },
        requestState: await stateOf(ctx, 'capabilities'),
      })
    }),
    extra('test_missing_capability', async (_call, ctx) => {
      if (capabilitiesOf(ctx).sampling) return text('ok')
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } })
    }),
  ]
}

/** What a client that follows no tasks cannot be given at all. */
function taskTools(jobs: Jobs): Tool[] {
  async function begin(call: ToolCall, words: string, end: 'done' | 'failed'): Promise<TaskStarted> {
    if (!call.tasks) {
      const requiredCapabilities = { extensions: { [TASKS_EXTENSION]: {} } }
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities })
    }
    const output = jobs.start(call.caller.actor.personId, { text: words })
    const started = await call.tasks.begin(jobs.task, output)
    if (!started) throw new Error('its starter cannot follow it')
    jobs.end(output.job.id, end)
    return started
  }
  return [
    extra('greet', async ({ input }) => text(`Hello, ${input.name}!`), {
      properties: { name: { type: 'string' } },
      required: ['name'],
    }),
    extra('failing_job', (call) => begin(call, 'Failed.', 'failed')),
    extra('test_tool_with_task', async (call, ctx) => {
      const name = answerTo(ctx, 'user_name', 'name')
      return name === undefined
        ? inputRequired({ inputRequests: { user_name: ask('What is your name?', 'name') } })
        : begin(call, `Hello, ${name}!`, 'done')
    }),
  ]
}

export function conformanceTools(codec: Consent['codec'], jobs: Jobs): Tool[] {
  return [...contentTools(), ...askingTools(), ...inputRequiredTools(codec), ...taskTools(jobs)]
}

export { answerTo, ask }
