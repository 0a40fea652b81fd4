/** An area that could not work, or that would change what others mean, stops the start in words that name it. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createQueue } from '../../src/clients/queue/queue.ts'
import { openQueueBackend } from '../../src/clients/queue/queue-backend.ts'
import { readConfigOf } from '../../src/config/config.ts'
import { type Area, defineArea } from '../../src/core/area/area.ts'
import { defineCommand } from '../../src/core/area/command.ts'
import type { Gateway } from '../../src/core/area/gateway.ts'
import { defineJob } from '../../src/core/area/job.ts'
import { joinAreas } from '../../src/core/area/join-areas.ts'
import { defineSetting } from '../../src/core/area/setting.ts'
import { defineOperation } from '../../src/core/operation/operation.ts'
import { allScopes, type ScopeSpecs } from '../../src/core/operation/scopes.ts'
import { createToolbox } from '../../src/server/mcp/contents/tools.ts'
import { areas } from '../../src/tools/registry.ts'
import { createClock } from '../../src/workers/jobs/clock.ts'
import { openNewEngine } from '../support/world/shared-engine.ts'

type Route = Parameters<typeof defineOperation>[0]['route']

/** An operation with nothing in it. */
const plain = (name: `${string}.${string}`, more: { route?: Route; effect?: 'write' | 'destroy' } = {}) =>
  defineOperation({
    name,
    summary: 'Do it.',
    route: `POST /v1/${name.replaceAll('.', '/')}`,
    input: z.object({ bed: z.string().default('one') }),
    output: z.object({}),
    scope: 'tasks:write',
    effect: 'write',
    repeat: 'keyed',
    example: {},
    run: async () => ({}),
    tell: () => 'Done.',
    ...more,
  })

const garden = (brings: Partial<Area>) => defineArea({ name: 'garden', operations: [], ...brings })
const join = (area: Area) => () => joinAreas(areas, [area])
const water = plain('garden.water')

describe('an area is refused', () => {
  test.each(['all', 'help', 'serve', 'mcp', 'chat', 'doctor'])(
    'that is named %s, which means something else',
    (name) => {
      expect(join(garden({ name }))).toThrow(`no area may be named ${name}`)
    },
  )

  test.each(['Garden', 'gar-den', 'a__b', '__proto__', ''])('that is named "%s"', (name) => {
    expect(join(garden({ name }))).toThrow('is not in snake_case')
  })

  test.each(['Bed', 'bed-1', 'bed2', '_bed'])('whose ids would begin with %s', (id) => {
    expect(join(garden({ ids: [id] }))).toThrow(`the kind of id ${id} is not`)
  })

  test('with a route that another operation has, whatever its fields are called', () => {
    const taken = plain('garden.get', { route: 'POST /v1/projects/:bed/archive' })
    expect(join(garden({ operations: [taken] }))).toThrow(
      'the route POST /v1/projects/:/archive is in the areas projects and',
    )
    expect(() => plain('garden.dig', { route: 'POST /mcp' as Route })).toThrow(
      'the route POST /mcp is not METHOD /v1/path',
    )
    expect(() => plain('garden.dig', { route: '/v1/garden' as Route })).toThrow('is not METHOD /v1/path')
  })

  test.each([
    [['serve', 'now'], 'hides the area or command serve'],
    [['tasks', 'water'], 'hides the area or command tasks'],
    [['Beds', 'water'], 'is not in kebab-case'],
    [['keys', 'create'], 'the command keys create is in the areas'],
  ] as const)('with the command %j', (words, message) => {
    expect(join(garden({ operations: [water], commands: [defineCommand(words, water)] }))).toThrow(message)
  })

  test('with an operation beside a stream that people watch by the same words', () => {
    const events = areas.flatMap((area) => area.operations).find(({ stream }) => stream?.watch !== undefined)
    const watch = { ...plain('garden.watch'), command: events?.command.replace(/\S+$/, 'watch') ?? '' }
    expect(join(garden({ operations: [watch] }))).toThrow('watch is in the areas')
  })

  test('with an operation that is called like a meta tool', () => {
    const operations = [plain('search.operations')]
    expect(() => createToolbox({ operations } as unknown as Gateway)).toThrow(
      'another tool, search_operations',
    )
  })
})

describe('a scope is refused', () => {
  test.each<[string, ScopeSpecs, string]>([
    [
      'that is the operator’s',
      { admin: { agents: true, keyless: true } },
      'the scope admin is not of the form',
    ],
    ['of no form', { 'garden:': { agents: true, keyless: true } }, 'the scope garden: is not of the form'],
    [
      'that gives keyless callers what they may not have',
      { 'garden:dig': { includes: ['access:write'], agents: 'no', keyless: true } },
      'the scope garden:dig is for keyless callers, but includes access:write',
    ],
    [
      'that gives agents what they may not have',
      { 'garden:dig': { includes: ['budgets:write'], agents: true, keyless: 'no' } },
      'the scope garden:dig is for agents, but includes budgets:write',
    ],
    [
      'that includes one that nobody declares',
      { 'garden:dig': { includes: ['weeds:read'], agents: true, keyless: true } },
      'includes weeds:read, which no area declares',
    ],
  ])('%s, and leaves those there are as they were', (_, scopes, message) => {
    const before = allScopes()
    expect(join(garden({ scopes }))).toThrow(message)
    expect(allScopes()).toEqual(before)
  })

  test('that an operation needs and nobody declares', () => {
    const dig = { ...water, scope: 'weeds:write' } as const
    expect(join(garden({ operations: [dig] }))).toThrow('garden.water needs the scope weeds:write')
  })
})

describe('a job is refused', () => {
  const job = (more: object) => {
    const spec = { name: 'garden-water', when: { everyMs: 1000 }, operation: water, input: {}, ...more }
    return join(garden({ operations: [water], jobs: [defineJob(spec)] }))
  }

  test.each([
    [{ name: 'Garden water' }, 'is not named in kebab-case'],
    [{ name: 'a:b' }, 'is not named in kebab-case'],
    [{ when: { everyMs: 0 } }, 'is called every 0 ms'],
    [{ when: { everyMs: 1500.5 } }, 'is called every 1500.5 ms'],
    [{ when: { everyMs: Number.NaN } }, 'is called every NaN ms'],
    [{ input: { bed: 7 } }, 'calls garden.water with a wrong input: bed'],
    [{ input: { bad: 'one' } }, 'calls garden.water with a wrong input: bad: unknown field'],
    [{ operation: { ...water, audience: 'people' } }, 'which the clock may not call'],
    [{ operation: plain('garden.burn', { effect: 'destroy' }) }, 'without confirm: true'],
  ])('%j', (more, message) => {
    expect(job(more)).toThrow(`the job ${'name' in more ? more.name : 'garden-water'}`)
    expect(job(more)).toThrow(message)
  })

  test('whose cron cannot be read', async () => {
    const database = await openNewEngine()
    onTestFinished(() => database.close())
    const backend = await openQueueBackend({ kind: 'embedded', engine: database.client })
    const queue = await createQueue(backend, { onError: () => undefined })
    onTestFinished(() => queue.close())
    const start = (cron: string) => () => {
      const jobs = [defineJob({ name: 'garden-water', when: { cron }, operation: water, input: {} })]
      const invoke = async () => ({ output: {} as never, replayed: false })
      return createClock({ queue, jobs, invoke, now: () => new Date(), log: console })
    }
    expect(start('every day')).toThrow('the job garden-water, "every day", is not a valid cron expression')
    expect(start('61 * * * *')).toThrow('"61" is not a minute of a cron')
    expect(start('0 5 * * MON')).not.toThrow()
  })
})

describe('a setting is refused', () => {
  const setting = (variable: string, schema: z.ZodType<string, string | undefined>) =>
    garden({
      settings: [defineSetting({ variable, description: 'A key.', takes: 'a key', default: 'none', schema })],
    })
  const any = z.string().default('')

  test.each([
    ['PORT', "is one of the gateway's own"],
    ['DATABASE_URL', "is one of the gateway's own"],
    ['gardenKey', 'is not in capitals'],
    ['__proto__', 'is not in capitals'],
  ])('%s', (variable, message) => {
    expect(() => readConfigOf([setting(variable, any)], {})).toThrow(message)
  })

  test('whose schema breaks, together with the others that are wrong', () => {
    const broken = any.transform((): string => {
      throw new Error('no such bed')
    })
    const reading = () => readConfigOf([setting('GARDEN_KEY', broken)], { PORT: 'x' })
    expect(reading).toThrow('PORT is "x"')
    expect(reading).toThrow('GARDEN_KEY cannot be read, since its schema broke: no such bed.')
  })
})
