/** A provider that gives back the key it was called with has it shown to nobody: in no run, answer, event or log. */
import type { ServerResponse } from 'node:http'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Log } from '../../../src/core/operation/context.ts'
import type { Operation } from '../../../src/core/operation/operation.ts'
import { operations } from '../../../src/tools/registry.ts'
import { getRun } from '../../../src/tools/runs/get-run.ts'
import { getRunResult } from '../../../src/tools/runs/get-run-result.ts'
import { listRunEvents } from '../../../src/tools/runs/list-run-events.ts'
import { listRunSteps } from '../../../src/tools/runs/list-run-steps.ts'
import { anthropicEvents, writeAnthropic } from '../../clients/models/protocol-server.ts'
import { cases } from '../../support/form.ts'
import { openRunWorld, type RunWorld } from '../../workers/run-world.ts'

/** Has no form that tells a key of a known service. */
const KEY = 'plain-words-of-an-own-server-41'

const logged: unknown[] = []
const note = (fields: object, message: string): void => void logged.push([fields, message])
const log: Log = { debug: note, info: note, warn: note, error: note }

let world: RunWorld
beforeAll(async () => {
  world = await openRunWorld(operations, [], { apiKey: KEY, log })
})
afterAll(() => world?.close())

type Echo = (response: ServerResponse) => void

const refusal = (status: number, body: string, headers: Record<string, string> = {}): Echo => {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}
const problem = (message: string) =>
  JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } })

/** What the SDK's own events have no name for. */
const BROKEN_OFF: { type: string } = Object.assign(
  { type: 'error' },
  { error: { type: 'authentication_error', message: `The key ${KEY} was revoked` } },
)

const ECHOES: readonly (readonly [string, Echo])[] = [
  ['as a wrong key', refusal(401, problem(`Incorrect API key provided: ${KEY}.`))],
  ['as one without rights', refusal(403, problem(`Key "${KEY}" may not use this model`))],
  ['in what is wrong', refusal(400, problem(`x-api-key=${KEY}: no such model`))],
  ['encoded in base64', refusal(401, problem(`Authorization: Basic ${Buffer.from(KEY).toString('base64')}`))],
  ['encoded for an address', refusal(400, problem(`GET /v1?key=${encodeURIComponent(KEY)}`))],
  [
    'within a page of a proxy',
    refusal(502, `<html><pre>x-api-key: ${KEY}</pre></html>`, { 'content-type': 'text/html' }),
  ],
  ['in a header', refusal(400, problem('No.'), { 'x-request-key': KEY, 'request-id': KEY })],
  [
    'as the code of the error',
    refusal(400, JSON.stringify({ error: { code: KEY, type: KEY, message: 'No.' } })),
  ],
  [
    'in an error in mid-stream',
    (response) => {
      writeAnthropic(response, [anthropicEvents.start(), BROKEN_OFF])
      response.end()
    },
  ],
]

/** Everything that is kept of a run, and everything that is shown of it. */
async function shownOf(runId: string): Promise<string> {
  const { db, invoke, as } = world.gateway
  const kept = await Promise.all(
    ['runs', 'run_steps', 'run_events', 'audit_entries'].map((table) =>
      db.execute(sql`select to_jsonb(t) as row from ${sql.identifier(table)} t
        where ${sql.raw(table === 'runs' ? 'id' : table === 'audit_entries' ? 'actor_id' : 'run_id')} = ${runId}`),
    ),
  )
  const shown: unknown[] = []
  for (const operation of [getRun, listRunSteps, listRunEvents, getRunResult] as readonly Operation[]) {
    const shownTo = { actor: as().actor, door: 'http' } as const
    try {
      const { output } = await invoke(operation, { runId }, shownTo)
      shown.push(output, operation.tell(output))
    } catch (error) {
      shown.push(readable(error))
    }
  }
  return JSON.stringify([kept, shown, logged.map(readable), world.gateway.logged.map(readable)])
}

/** Errors with all that hangs on them, which JSON leaves out. */
function readable(value: unknown): unknown {
  if (value instanceof Error)
    return { ...value, named: value.name, stack: value.stack, cause: readable(value.cause) }
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, readable(field)]))
}

describe.each(['anthropic', 'openai'] as const)('a key that %s gives back', (provider) => {
  // Each way by one of the two; in the long form by both.
  const tried = ECHOES.filter((_, index) => cases((index + provider.length) % 2, 0) === 0)

  it.each(tried)('%s is shown and kept nowhere', async (how, echo) => {
    world.provider.say(
      ...Array.from(
        { length: 10 },
        () =>
          ({ response }: { response: ServerResponse }) =>
            void echo(response),
      ),
    )
    const { id } = await world.start({ provider, model: 'some-model' })
    await world.worker().take(id)
    const { headers } = world.provider.exchanges.at(-1) ?? { headers: {} }
    expect(JSON.stringify(headers)).toContain(KEY)
    const shown = await shownOf(id)
    // What the provider says is told to the person, without the key.
    if (how === 'in what is wrong') expect(shown).toContain('no such model')
    for (const form of [KEY, Buffer.from(KEY).toString('base64'), KEY.slice(0, 20)]) {
      expect(shown).not.toContain(form)
    }
  })
})
