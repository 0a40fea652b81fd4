/** The OpenAPI description: valid, complete, and true of what the door does. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { ERROR_KINDS } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation/operation.ts'
import { openApiOf } from '../../src/server/pages/openapi.ts'
import { areas, operations as registry } from '../../src/tools/registry.ts'
import { doorOperations, openApp } from '../support/http-app.ts'
import { createGrowingList } from '../support/world/growing-list.ts'

interface Described {
  operationId: string
  parameters: { name: string; in: string; required: boolean; $ref?: string }[]
  requestBody?: { required: boolean; content: Record<string, { schema: object; example: object }> }
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>
  'x-scope': string
  'x-effect': string
}

const events = areas.flatMap((area) => area.events)

/** The description as a client reads it. */
function describedBy(operations: readonly Operation[], keysRequired = false) {
  const text = JSON.stringify(openApiOf(operations, { version: '1.2.3', keysRequired, events }))
  return JSON.parse(text) as {
    paths: Record<string, Record<string, Described>>
    webhooks: Record<string, { post: Pick<Described, 'parameters' | 'requestBody'> }>
    components: Record<string, Record<string, unknown>>
    security: object[]
    tags: { name: string }[]
  }
}

describe.each([
  ['the product', registry],
  ['operations with every method', doorOperations],
])('the description of %s', (_what, operations) => {
  const document = describedBy(operations)
  const entries = operations.map((operation) => {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    const described = document.paths[path]?.[operation.method.toLowerCase()]
    if (!described) throw new Error(`${operation.name} is not described`)
    return { operation, described }
  })

  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  test('has every operation under its name, with its scope and effect', () => {
    for (const { operation, described } of entries) {
      expect(described.operationId).toBe(operation.name)
      expect(described['x-scope']).toBe(operation.scope)
      expect(described['x-effect']).toBe(operation.effect)
    }
    const count = Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length
    expect(count).toBe(operations.length)
  })

  test('takes every field of the input in exactly one place', () => {
    for (const { operation, described } of entries) {
      const inBody = described.requestBody?.content['application/json']?.schema as
        | { properties: object }
        | undefined
      const named = described.parameters.filter(
        (parameter) => parameter.in === 'path' || parameter.in === 'query',
      )
      const taken = [...named.map(({ name }) => name), ...Object.keys(inBody?.properties ?? {})]
      expect(taken.toSorted()).toEqual(Object.keys(operation.inputSchema.properties ?? {}).toSorted())
      const inPath = named.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect(inPath.toSorted()).toEqual(operation.pathFields.toSorted())
    }
  })

  test('offers the idempotency key on writes and only there', () => {
    for (const { operation, described } of entries) {
      const offered = described.parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey') === true)
      expect(offered).toBe(operation.effect !== 'read')
    }
  })

  test('refers only to what it defines', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    for (const reference of references) {
      const [, , kind = '', name = ''] = reference.split('/')
      expect(document.components[kind]?.[name], reference).toBeDefined()
    }
  })
})

test('a list that grows is described as a page and as a stream', () => {
  const document = describedBy([createGrowingList().operation, ...doorOperations])
  const described = document.paths['/v1/lists/{listId}/lines']?.get
  expect(Object.keys(described?.responses[200]?.content ?? {})).toEqual([
    'application/json',
    'text/event-stream',
  ])
  expect(described?.parameters).toContainEqual({ $ref: '#/components/parameters/LastEventId' })
  expect(Object.keys(document.paths['/v1/things/{thingId}']?.get?.responses[200]?.content ?? {})).toEqual([
    'application/json',
  ])
})

test('every error code is described under its status', () => {
  const { components } = describedBy(registry)
  for (const [code, { httpStatus }] of Object.entries(ERROR_KINDS)) {
    expect(JSON.stringify(components.responses?.[`Problem${httpStatus}`])).toContain(`\`${code}\``)
  }
})

test('keys are optional only where they are', () => {
  expect(describedBy(registry, false).security[0]).toEqual({})
  expect(describedBy(registry, true).security).not.toContainEqual({})
})

test('it is served to anybody, the same each time', async () => {
  const { send } = openApp({ authenticate: () => Promise.reject(new Error('no')) })
  const [first, second] = await Promise.all([send('GET', '/openapi.json'), send('GET', '/openapi.json')])
  expect(first.status).toBe(200)
  expect(first.headers.get('content-type')).toBe('application/json')
  const text = await first.text()
  expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0', info: { version: '0.0.0-test' } })
  expect(await second.text()).toBe(text)
})

describe('the webhooks of the description', () => {
  const { webhooks } = describedBy(registry)

  test('are the events of the areas, each with an example that its schema takes', () => {
    expect(Object.keys(webhooks)).toEqual(events.map(({ name }) => name))
    for (const { name, payload, example } of events) {
      expect(payload.strict().parse(example)).toEqual(example)
      const content = webhooks[name]?.post.requestBody?.content['application/json']
      expect(content?.example).toMatchObject({ type: name, data: example })
      expect(content?.schema).toMatchObject({ required: ['type', 'timestamp', 'version', 'data'] })
    }
  })
})
