/** What people and scripts see of a command: answers, errors, exit codes, questions and help. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ERROR_KINDS } from '../../src/core/errors.ts'
import { isForCallers } from '../../src/core/operation/catalog.ts'
import { exampleId } from '../../src/core/operation/ids.ts'
import { systemTimeZone } from '../../src/domain/time/zones/time-zone.ts'
import { operations } from '../../src/tools/registry.ts'
import { openTestGateway, type TestGateway } from '../support/world/database.ts'
import { createTyping } from './typing.ts'

const PERSON = { isTerminal: true, width: 80 }

let gateway: TestGateway
let type: ReturnType<typeof createTyping>

beforeAll(async () => {
  gateway = await openTestGateway({ operations })
  type = createTyping(gateway)
})

afterAll(() => gateway.close())

describe('a script', () => {
  it('reads the exact answer as JSON and nothing else', async () => {
    const created = await type(['tasks', 'create', 'Water the plants', '--json'])
    expect(created).toMatchObject({ exitCode: 0, err: '' })
    const { results } = JSON.parse(created.out)
    const listed = await type(['tasks', 'list', '--text', 'Water the plants', '--json'])
    expect(JSON.parse(listed.out)).toEqual({ items: [results[0].task], nextCursor: null })
  })

  it('reads an error as JSON on stderr, with the exit code of its error code', async () => {
    const { exitCode, out, err } = await type(['tasks', 'get', exampleId('task'), '--json'])
    expect(out).toBe('')
    expect(JSON.parse(err).error).toMatchObject({
      code: 'not_found',
      requestId: expect.stringMatching(/^req_/),
    })
    expect(exitCode).toBe(ERROR_KINDS.not_found.exitCode)
  })

  it('reads a mistyped command as JSON too', async () => {
    const { exitCode, err } = await type(['tasks', 'list', '--statsu', 'open', '--json'])
    expect(JSON.parse(err).error).toMatchObject({ code: 'invalid_input', fix: 'Did you mean --status?' })
    expect(exitCode).toBe(ERROR_KINDS.invalid_input.exitCode)
  })

  it('ends with the code of the first failed item of a batch, and reads all outcomes', async () => {
    const made = JSON.parse((await type(['tasks', 'create', 'One', '--json'])).out)
    const { exitCode, out } = await type([
      'tasks',
      'complete',
      made.results[0].task.id,
      exampleId('task'),
      '--json',
    ])
    expect(JSON.parse(out).results.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, false])
    expect(exitCode).toBe(ERROR_KINDS.not_found.exitCode)
  })

  it('is told of every field that is missing, and the way out as it is typed', async () => {
    const { exitCode, err } = await type(['runs', 'start'])
    expect(exitCode).toBe(ERROR_KINDS.invalid_input.exitCode)
    expect(err).toContain('  <agent>  is missing\n  --goal  is missing\n')
    expect((await type(['agents', 'get', 'nobody'])).err).toContain('Call switchboard agents list')
    const asJson = await type(['agents', 'get', 'nobody', '--json'])
    expect(JSON.parse(asJson.err).error.fix).toContain('Call agents.list')
  })

  it('gets a report as Markdown, to the letter, where it asks for it', async () => {
    const { out } = await type(['reports', 'runs', '--format', 'markdown'])
    expect(out).toMatch(/^# Runs by day, .*\n\n\| day \| runs /)
    expect((await type(['reports', 'runs'])).out).toMatch(/^Day +Runs/)
  })

  it('gets the first answer again for the same idempotency key', async () => {
    const argv = ['tasks', 'create', 'Only once', '--idempotency-key', 'k-1', '--json']
    const first = await type(argv)
    expect(await type(argv)).toEqual(first)
  })

  it('gets all pages with --all, as many as there are', async () => {
    const titles = Array.from({ length: 7 }, (_, index) => `paged ${index}`)
    await type(['tasks', 'create', ...titles])
    const { out } = await type(['tasks', 'list', '--text', 'paged', '--limit', '2', '--all', '--json'])
    const { items, nextCursor } = JSON.parse(out)
    expect(items.map(({ title }: { title: string }) => title).sort()).toEqual(titles)
    expect(nextCursor).toBeNull()
  })

  it('is refused what cannot be undone, until it says --yes', async () => {
    const refused = await type(['tasks', 'empty-trash'])
    expect(refused).toMatchObject({ exitCode: ERROR_KINDS.confirmation_required.exitCode, asked: [] })
    expect(refused.err).toContain('--yes')
    expect(await type(['tasks', 'empty-trash', '--yes'])).toMatchObject({ exitCode: 0, asked: [] })
  })

  it('stops with 130 when it is interrupted', async () => {
    const { exitCode } = await type(['tasks', 'create', 'Never'], { signal: AbortSignal.abort() })
    expect(exitCode).toBe(130)
    expect(JSON.parse((await type(['tasks', 'list', '--text', 'Never', '--json'])).out).items).toEqual([])
  })
})

describe('a person', () => {
  it('reads a table that holds every reference whole and fits the terminal', async () => {
    await type(['tasks', 'create', `A title that is ${'very '.repeat(20)}long`, '--labels', 'wide'])
    const { out } = await type(['tasks', 'list', '--labels', 'wide'], PERSON)
    expect(out).toMatch(/^T-\d+ /m)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(PERSON.width)
    expect(out.match(/very/g)).toHaveLength(20)
  })

  it('sees a time zone only where it is not that of the machine', async () => {
    const labelled = ['--labels', 'zoned']
    await type(['tasks', 'create', 'Here', '--due', `2027-01-04 09:00 ${systemTimeZone()}`, ...labelled])
    await type(['tasks', 'create', 'There', '--due', '2027-01-04 09:00 Asia/Kathmandu', ...labelled])
    const { out } = await type(['tasks', 'list', ...labelled], { ...PERSON, width: 200 })
    expect(out).toMatch(/Here +4 +2027-01-04 09:00 +@zoned/)
    expect(out).toMatch(/There +4 +2027-01-04 09:00 Asia\/Kathmandu +@zoned/)
  })

  it('reads no control sequences of others', async () => {
    await type(['tasks', 'create', 'evil \u001b]0;title\u0007\u001b[2J text', '--labels', 'evil'])
    const { out } = await type(['tasks', 'list', '--labels', 'evil'], PERSON)
    expect(out).toContain('evil  text')
    expect(out).not.toContain('\u001b')
  })

  it('reads the field by the name it is typed with', async () => {
    const { err } = await type(['tasks', 'create', ' ', '--priority', '9'], PERSON)
    expect(err).toContain('<title>')
    expect(err).toContain('--priority')
  })

  it('is asked before what cannot be undone, and nothing happens without a yes', async () => {
    const made = JSON.parse((await type(['tasks', 'create', 'Trash', '--json'])).out)
    await type(['tasks', 'delete', made.results[0].task.id])
    const declined = await type(['tasks', 'empty-trash'], { ...PERSON, answer: 'n' })
    expect(declined).toMatchObject({ exitCode: 130, asked: [expect.stringContaining('cannot be undone')] })
    expect(JSON.parse((await type(['tasks', 'list', '--trashed', '--json'])).out).items).toHaveLength(1)
    expect(await type(['tasks', 'empty-trash'], { ...PERSON, answer: 'y' })).toMatchObject({ exitCode: 0 })
    expect(JSON.parse((await type(['tasks', 'list', '--trashed', '--json'])).out).items).toEqual([])
  })

  it('is told which word is missing, and the nearest command of a mistyped one', async () => {
    expect((await type(['tasks', 'get'], PERSON)).err).toContain('<task-id>')
    expect((await type(['tasks', 'lst'], PERSON)).err).toContain('Did you mean list?')
    expect((await type(['taks'], PERSON)).err).toContain('Did you mean tasks?')
    expect((await type(['whoami'], PERSON)).err).toContain('Did you mean switchboard access whoami?')
    for (const words of [
      ['help', 'taks'],
      ['taks', '--help'],
    ])
      expect((await type(words, PERSON)).err).toContain('Did you mean tasks?')
  })

  it('may type the name of an operation, as errors and docs write it', async () => {
    const { out } = await type(['hooks', 'rotate-secret', '--help'], PERSON)
    expect(out).toContain('Replace the secret of a hook')
    for (const words of [
      ['help', 'hooks.rotate_secret'],
      ['hooks', 'rotate_secret', '--help'],
    ])
      expect((await type(words, PERSON)).out).toBe(out)
    expect((await type(['hooks.urls.list'], PERSON)).exitCode).toBe(0)
  })

  it('is told of words that have no place, as text without its quotes has', async () => {
    const { exitCode, err } = await type(['tasks', 'capture', 'call', 'Ana'], PERSON)
    expect(exitCode).toBe(ERROR_KINDS.invalid_input.exitCode)
    expect(err).toContain('quotes')
  })

  it('is told how to go on after a page', async () => {
    const { err } = await type(['tasks', 'list', '--limit', '1'], PERSON)
    expect(err).toMatch(/--cursor=\S+/)
  })

  it('manages keys by their short names, and sees a secret once with how to use it', async () => {
    const made = await type(['keys', 'create', 'laptop', '--scopes', 'tasks:read'], PERSON)
    expect(made.out).toMatch(/sb_[\w-]{40}/)
    expect(made.err).toContain('SWITCHBOARD_KEY')
    const listed = await type(['keys', 'list'], PERSON)
    expect(listed.out).toContain('laptop')
    const [id = ''] = /key_[0-9a-z]{26}/.exec(listed.out) ?? []
    expect(await type(['keys', 'revoke', id, '--yes'], PERSON)).toMatchObject({ exitCode: 0 })
  })

  it('is not told to call with the secret of a webhook', async () => {
    const made = await type(['webhooks', 'create', 'https://example.com/', '--events', 'task.*'], PERSON)
    expect(made.out).toContain('whsec_')
    expect(made.err).not.toContain('SWITCHBOARD_KEY')
  })
})

describe('help', () => {
  it('says once how a field is cleared', async () => {
    const { out } = await type(['access', 'update-profile', '--help'], { ...PERSON, width: 200 })
    expect(out).toContain('null: the time zone of the gateway\n')
    expect(out.match(/null: none/g)).toHaveLength(1)
  })

  it('shows the form of a value that is given as JSON, also where it may be cleared', async () => {
    const { out } = await type(['access', 'update-profile', '--help'], { ...PERSON, width: 200 })
    expect(out).toMatch(/--quiet-hours <json> .*\{"from": text,\s+"to": text\}/s)
  })

  it('names every area and every verb', async () => {
    const { out, exitCode } = await type(['--help'], PERSON)
    expect(exitCode).toBe(0)
    for (const area of new Set(operations.map((operation) => operation.area))) expect(out).toContain(area)
    expect(out).not.toContain('\u001b')
  })

  it.each(operations.filter(isForCallers).map((operation) => [operation.name, operation] as const))(
    'of %s shows its summary and every field',
    async (_, { area, verb, command, summary, inputSchema }) => {
      const { out } = await type([...command.split(' '), '--help'], { ...PERSON, width: 300 })
      expect(out).toContain(summary.slice(0, 50))
      for (const field of Object.keys(inputSchema.properties ?? {})) {
        const typed =
          field === 'confirm' ? 'yes' : field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
        const isBatch = area === 'tasks' && verb === 'create'
        expect(out).toContain(isBatch ? '<title>...' : typed)
      }
    },
  )

  it('answers to the word too, and exits with 0', async () => {
    expect(await type(['help', 'tasks', 'get'], PERSON)).toEqual(
      await type(['tasks', 'get', '--help'], PERSON),
    )
  })
})
