/** Every operation can be typed: its example, written as a command line, is read as the same input. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Gateway } from '../../src/core/area/gateway.ts'
import { lineFor, wordsFor } from '../../src/core/command-line/command-line.ts'
import { AppError } from '../../src/core/errors.ts'
import { isForCallers } from '../../src/core/operation/catalog.ts'
import { operations } from '../../src/tools/registry.ts'
import { createTyping } from './typing.ts'

/** A gateway that only notes what it is called with. */
function createNotingGateway() {
  const calls: { name: string; input: unknown }[] = []
  const gateway: Gateway = {
    operations,
    async invoke(operation, input) {
      calls.push({ name: operation.name, input })
      throw new AppError('unavailable', 'Only noted.')
    },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    version: '0.0.0-test',
    watch: () => () => undefined,
    watchFor: () => () => undefined,
  }
  return { gateway, calls }
}

async function inputOf(argv: readonly string[], input = ''): Promise<unknown> {
  const { gateway, calls } = createNotingGateway()
  await createTyping(gateway)(argv, { input })
  return calls[0]?.input
}

describe('the words of a command line', () => {
  it.each(operations.filter(isForCallers).map((operation) => [operation.name, operation] as const))(
    'give %s the input of its example',
    async (name, operation) => {
      const { gateway, calls } = createNotingGateway()
      await createTyping(gateway)(wordsFor(operation, operation.example))
      expect(calls).toEqual([{ name, input: operation.example }])
    },
  )

  it('make one item of a batch each, and options hold for all of them', async () => {
    const argv = ['tasks', 'create', 'Buy milk', 'Buy bread', '--due', 'tomorrow', '--labels', 'home,shop']
    expect(await inputOf(argv)).toEqual({
      tasks: [
        { title: 'Buy milk', due: 'tomorrow', labels: ['home', 'shop'] },
        { title: 'Buy bread', due: 'tomorrow', labels: ['home', 'shop'] },
      ],
    })
  })

  it('become numbers, switches, lists and null by the schema alone', async () => {
    const argv = [
      'tasks',
      'list',
      '--limit',
      '5',
      '--overdue',
      '--no-blocked',
      '--status',
      'open',
      '--status',
      'done',
    ]
    expect(await inputOf(argv)).toEqual({ limit: 5, overdue: true, blocked: false, status: ['open', 'done'] })
    const cleared = ['tasks', 'update', 'task_1', '--notes', 'null']
    expect(await inputOf(cleared)).toEqual({ taskId: 'task_1', notes: null })
  })

  it('take field- in front of a field that has the name of a flag of every command', async () => {
    const argv = ['schedules', 'create', '--when', 'daily at 9:00', '--operation', 'tasks.complete']
    const input = '{"taskIds":["T-1"]}'
    expect(await inputOf([...argv, '--field-input', input])).toEqual({
      ...{ when: 'daily at 9:00', operation: 'tasks.complete' },
      input: JSON.parse(input),
    })
    const webhook = 'webhook_01h455vb4pex5vsknk084sn02q'
    const address = 'https://example.com/new'
    expect(await inputOf(['webhooks', 'update', webhook, '--field-url', address])).toEqual({
      webhookId: webhook,
      url: address,
    })
  })

  it('may be spelled out by the name of their field, in any mix', async () => {
    expect(await inputOf(['tasks', 'create', '--title', 'Buy milk'])).toEqual({
      tasks: [{ title: 'Buy milk' }],
    })
    const mixed = ['projects', 'recommit', '--project-id', 'project_1', 'Call the carpenter']
    expect(await inputOf(mixed)).toMatchObject({ projectId: 'project_1' })
    expect(Object.values((await inputOf(mixed)) ?? {})).toContain('Call the carpenter')
  })

  it('may come after the flags that every command has', async () => {
    expect(await inputOf(['--json', '--url', 'x', 'tasks', 'get', 'task_1'])).toEqual({ taskId: 'task_1' })
  })

  it('win over the same fields of --input', async () => {
    const argv = ['tasks', 'list', '--input', '{"limit": 5, "text": "milk"}', '--limit', '7']
    expect(await inputOf(argv)).toEqual({ limit: 7, text: 'milk' })
  })

  it('come from the standard input: JSON as --input, a line each for several words, the whole for one', async () => {
    expect(await inputOf(['tasks', 'get', '--input', '-'], '{"taskId": "task_1"}')).toEqual({
      taskId: 'task_1',
    })
    expect(await inputOf(['tasks', 'create', '-'], 'Buy milk\n\n  Buy bread\n')).toEqual({
      tasks: [{ title: 'Buy milk' }, { title: 'Buy bread' }],
    })
    expect(await inputOf(['tasks', 'capture', '-'], 'milk\nbread\n')).toEqual({ text: 'milk\nbread' })
  })

  it('are refused from a file that is not UTF-8, with the place where it breaks', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'switchboard-input-')), 'input.json')
    onTestFinished(() => rm(dirname(file), { recursive: true }))
    await writeFile(file, Buffer.from('{"text":"caf\xe9"}', 'latin1'))
    const { gateway, calls } = createNotingGateway()
    const { exitCode, err } = await createTyping(gateway)(['tasks', 'capture', '--input', `@${file}`])
    expect(calls).toEqual([])
    expect({ exitCode, err }).toMatchObject({ exitCode: 2, err: expect.stringContaining('at byte 12') })
    // A mark at the beginning, as editors on Windows write it, is no part of the text.
    await writeFile(file, '\uFEFF{"text":"café"}')
    expect(await inputOf(['tasks', 'capture', '--input', `@${file}`])).toEqual({ text: 'café' })
  })

  it('are refused where their bytes are not UTF-8, and none of them is kept as U+FFFD', async () => {
    const { gateway, calls } = createNotingGateway()
    const { exitCode, err } = await createTyping(gateway)(['tasks', 'capture', 'caf\uFFFD at 9'])
    expect(calls).toEqual([])
    expect({ exitCode, err }).toMatchObject({ exitCode: 2, err: expect.stringContaining('is not UTF-8') })
  })

  it('take a batch with differing items as JSON', () => {
    const create = operations.find(({ name }) => name === 'tasks.create')
    if (!create) throw new Error('tasks.create is not in the list')
    expect(lineFor(create, { tasks: [{ title: 'a', priority: 1 }, { title: 'b' }] })).toBe(
      `switchboard tasks create --input '{"tasks":[{"title":"a","priority":1},{"title":"b"}]}'`,
    )
  })
})
