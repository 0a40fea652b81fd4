/** An area outside the product is added by one line, and every door has all that it brings. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { configurationPage } from '../../scripts/docs/configuration.ts'
import { operationsPage } from '../../scripts/docs/operations.ts'
import { defineArea } from '../../src/core/area/area.ts'
import { joinAreas } from '../../src/core/area/join-areas.ts'
import { openEmbeddedStore } from '../../src/domain/db/embedded/open-embedded.ts'
import { areas } from '../../src/tools/registry.ts'
import { isLong } from '../support/form.ts'
import { connectModern } from '../support/mcp-clients.ts'
import { startProcess } from '../support/processes.ts'
import { bedKind, CREATE_BEDS, greenhouse } from './greenhouse.ts'

const KEY = 'sensor-key-of-the-greenhouse'

/** A home with the area's table in its store. */
async function openHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'switchboard-area-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const store = await openEmbeddedStore(home)
  await store.db.execute(CREATE_BEDS)
  await store.close()
  return home
}

/** The embedder's program with these words on its command line. */
function switchboard(words: readonly string[], home: string, more: Readonly<Record<string, string>> = {}) {
  const embedded = { SWITCHBOARD_HOME: home, DATABASE_URL: '', REDIS_URL: '' }
  const env = { ...embedded, GREENHOUSE_SENSOR_KEY: KEY, NO_COLOR: '1', ...more }
  return startProcess('test/area/switchboard.ts', words, env)
}

async function answerOf(words: readonly string[], home: string, more?: Readonly<Record<string, string>>) {
  const command = switchboard(words, home, more)
  const exitCode = await command.exited
  return { exitCode, output: command.output() }
}

describe('an area outside the product', () => {
  test('is added by one line, in one place', () => {
    const folder = new URL('.', import.meta.url)
    const places = readdirSync(folder)
      .filter((file) => file !== 'greenhouse.ts' && !file.endsWith('.test.ts'))
      .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split('\n'))
      .filter((line) => line.includes('greenhouse') && !line.startsWith('import '))
    expect(places).toEqual(['await start(process.argv.slice(2), process.env, [greenhouse])'])
    const inProduct = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter(
        (path) => path.endsWith('.ts') && /\bgreenhouse\b/.test(readFileSync(join('src', path), 'utf8')),
      )
      .filter((path) => path !== join('core', 'area', 'job.ts'))
    expect(inProduct).toEqual([])
  })

  test.runIf(isLong)('is seen through MCP, HTTP, its pages, the command line and the clock', async () => {
    const home = await openHome()
    const gateway = switchboard(['serve', '--port', '0'], home, { LOG_LEVEL: 'info' })
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await gateway.line(/http:\/\/127\.0\.0\.1:\d+/))?.[0] ?? ''

    const client = await connectModern(`${url}/mcp?toolsets=greenhouse.beds`)
    onTestFinished(() => client.close())
    const { tools } = await client.listTools()
    expect(tools.map(({ name, title }) => [name, title])).toEqual([
      ['greenhouse_beds_create', 'Greenhouse beds: create'],
      ['greenhouse_beds_get', 'Greenhouse beds: get'],
    ])
    const planted = await client.callTool({ name: 'greenhouse_beds_create', arguments: { plant: 'Beans' } })
    const { bed } = planted.structuredContent as { bed: { id: string; ref: string } }
    expect(bed.ref).toBe('GB-1')
    const byNumber = await client.callTool({ name: 'greenhouse_beds_get', arguments: { bedId: bed.ref } })
    expect(byNumber.structuredContent).toMatchObject({ bed: { id: bed.id, ref: bed.ref } })

    const overHttp = await fetch(`${url}/v1/greenhouse/beds/${bed.id}`)
    expect(await overHttp.json()).toMatchObject({ bed: { id: bed.id, plant: 'Beans' } })
    const specification = await (await fetch(`${url}/openapi.json`)).text()
    expect(specification).toContain('/v1/greenhouse/beds/{bedId}')
    expect(await (await fetch(`${url}/docs`)).text()).toContain('switchboard greenhouse beds create')

    const got = await answerOf(['greenhouse', 'beds', 'get', 'gb1'], home)
    expect(got).toMatchObject({ exitCode: 0, output: expect.stringContaining('Beans: watered') })
    const watered = await answerOf(['garden', 'water'], home)
    expect(watered).toMatchObject({ exitCode: 0, output: expect.stringContaining('Watered 1 beds.') })
    await gateway.line(/"job":"greenhouse-water".*"told":"Watered 1 beds\."/)

    const withheld = await answerOf(
      [
        'agents',
        'create',
        'gardener',
        '--role',
        'Gardener',
        '--instructions',
        'Dig.',
        '--tools',
        'greenhouse:write',
      ],
      home,
    )
    expect(withheld.output).toContain('no agent may have greenhouse:write: plants are for people')
    expect(gateway.output()).not.toContain(KEY)
  })

  test.runIf(isLong)('has its check in the doctor, and its setting read, described and masked', async () => {
    const home = await openHome()
    const examined = await answerOf(['doctor'], home)
    expect(examined.output).toMatch(/Sensors\s+answer to \[/)
    expect(examined.output).not.toContain(KEY)
    const wrong = await answerOf(['doctor'], home, { GREENHOUSE_SENSOR_KEY: '"in quotes"' })
    expect(wrong.output).toContain('GREENHOUSE_SENSOR_KEY is in quotes')
    expect(configurationPage([greenhouse])).toContain('| `GREENHOUSE_SENSOR_KEY` | Key of the sensors')
    expect(operationsPage(greenhouse.operations)).toContain('### greenhouse.beds.create')
  })
})

describe('a gateway does not start with two areas', () => {
  const other = (brings: Partial<Parameters<typeof defineArea>[0]>) =>
    defineArea({ name: 'other', operations: [], ...brings })

  test.each([
    ['of one name', other({ name: 'tasks' }), 'the area tasks is in the areas tasks and tasks'],
    ['with one kind of id', other({ ids: ['task'] }), 'the kind of id task is in the areas tasks and other'],
    [
      'with the same letters',
      other({ ids: [{ ...bedKind, letters: 'T' }] }),
      'the letters of references T is in',
    ],
    ['with one scope', other({ scopes: { 'tasks:read': {} } }), 'the scope tasks:read is in'],
  ])('%s', (_, area, message) => {
    expect(() => joinAreas(areas, [area])).toThrow(message)
  })

  test('where one lists an operation that is named after the other', () => {
    expect(() => other({ operations: greenhouse.operations })).toThrow(
      'the area other lists greenhouse.beds.create',
    )
  })

  test('where a scope that writes does not say who may have it', () => {
    expect(() => joinAreas([], [other({ scopes: { 'other:write': {} } })])).toThrow('must say whether agents')
  })
})
