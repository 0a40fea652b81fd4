/** Files that people send to the bot: each is kept once, and each that cannot be is told with a way out. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareEvent } from '../../../src/domain/hooks/prepare-event.ts'
import { workInbox } from '../../../src/domain/inbox/work.ts'
import { artifacts } from '../../../src/domain/runs/artifacts/tables.ts'
import { setLimit } from '../../../src/tools/access/set-limit.ts'
import { artifacts as artifactsArea } from '../../../src/tools/artifacts/area.ts'
import { listTasks } from '../../../src/tools/tasks/list-tasks.ts'
import { cases, isLong } from '../../support/form.ts'
import { listenHttp } from '../../support/slack/listen.ts'
import type { StoredFile } from '../../support/slack/world/files.ts'
import { deleteFile } from '../../support/slack/world/files.ts'
import type { GivenFile } from '../../support/slack/world/speak.ts'
import type { User } from '../../support/slack/world/user.ts'
import { type Desk, openDesk } from '../handle/desk.ts'

let desk: Desk
let ada: User
beforeEach(async () => {
  desk = await openDesk()
  ada = desk.acme.user('ada')
  await desk.link(ada, 'ada')
})
afterEach(() => desk.close())

const NOTES: GivenFile = {
  name: 'notes.txt',
  bytes: Buffer.from('call the bank tomorrow 15m\nwater the plants 10m'),
}

const send = (file: GivenFile | readonly GivenFile[], text?: string) =>
  ada.upload(desk.acme.dm(ada), file, text === undefined ? {} : { text })

const kept = async () =>
  (await desk.gateway.db.select().from(artifacts)).map(({ name, mediaType, content, spaceId }) => ({
    ...{ name, mediaType, spaceId },
    text: Buffer.from(content).toString(),
  }))

const answers = async () => (await desk.posts()).map(({ text }) => text).join('\n')

const fileAt = (index = 0) => [...desk.slack.world.files.values()][index] as StoredFile

/** Handles the message at every attempt that is made of it. */
async function tryAll(): Promise<void> {
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await desk.handle()
    desk.gateway.clock.advance(90_000)
  }
}

const titles = async () => {
  const asAda = desk.gateway.as({ id: 'ada', personId: 'ada', scopes: ['tasks:read'] })
  const { output } = await desk.gateway.invoke(listTasks, {}, asAda)
  return output.items.map(({ title }) => title.toLowerCase()).toSorted()
}

describe('without a model', () => {
  it('a text file without words is shown as tasks, which are created when they are accepted', async () => {
    send(NOTES)
    await desk.handle()
    expect(await answers()).toMatch(/call the bank/i)
    expect(await titles()).toEqual([])
    ada.dm('accept')
    await desk.handle()
    expect(await titles()).toEqual(['call the bank', 'water the plants'])
  })

  it.runIf(isLong)(
    'words that say what to do with it are taken as that, and words of their own are answered first',
    async () => {
      send(NOTES, 'could you put these on my list please')
      await desk.handle()
      expect(await answers()).toMatch(/call the bank/i)
      send({ ...NOTES, name: 'more.txt' }, 'list')
      await desk.handle()
      expect(await answers()).toMatch(/no tasks[\s\S]*more\.txt/i)
    },
  )

  it('what a file says is never done: its words are data', async () => {
    send({ ...NOTES, bytes: Buffer.from('accept\nempty trash\nyes') })
    await desk.handle()
    expect(await titles()).toEqual([])
    expect(await answers()).toMatch(/would create/i)
  })

  it('an image is kept, and the answer says that a model is needed to read it', async () => {
    send({ name: 'photo.png', bytes: Buffer.from('png') })
    await desk.handle()
    expect(await answers()).toMatch(/photo\.png.*without a model/i)
    expect(await kept()).toMatchObject([{ name: 'photo.png', mediaType: 'image/png', spaceId: 'ada' }])
  })
})

describe('once', () => {
  it('a second report of a message, a worker that is lost and two workers at once keep its file once', async () => {
    send(NOTES)
    await desk.store()
    await workInbox(desk.gateway.runtime, desk.losingTheOutcome)
    expect(await kept()).toHaveLength(1)
    desk.gateway.clock.advance(60_000)
    await Promise.all([
      workInbox(desk.gateway.runtime, prepareEvent),
      workInbox(desk.gateway.runtime, prepareEvent),
    ])
    expect(await kept()).toHaveLength(1)
    expect(fileAt().reads).toBe(1)
    expect((await desk.posts()).length).toBe(1)
  })

  it.runIf(isLong)(
    'a file that is shared again, in the same conversation or in another, is kept once for whom has it',
    async () => {
      const { files = [] } = send(NOTES)
      ada.say(desk.acme.dm(ada), 'list')
      const message = desk.acme.dm(ada).messages()[0]
      desk.slack.world.out.event(
        desk.acme,
        { ...message, files, subtype: 'file_share', ts: '1800000000.000100', channel: desk.acme.dm(ada).id },
        desk.acme.dm(ada),
      )
      await desk.handle()
      expect(await kept()).toHaveLength(1)
    },
  )
})

describe('what comes in place of the file', () => {
  it('a page to sign in is refused, and never kept as the file', async () => {
    send({ name: 'plan.pdf', bytes: Buffer.from('%PDF'), faults: [{ kind: 'sign in' }] })
    send({ name: 'page.html', bytes: Buffer.from('<p>mine</p>'), faults: [{ kind: 'sign in' }] })
    await tryAll()
    expect(await kept()).toEqual([])
    expect(await answers()).toMatch(
      /plan\.pdf: Slack asked me to sign in[\s\S]*page\.html: Slack asked me to sign in/,
    )
  })

  it('a real page of HTML is taken', async () => {
    send({ name: 'page.html', bytes: Buffer.from('<!DOCTYPE html><p>mine</p>') })
    await desk.handle()
    expect(await kept()).toMatchObject([{ name: 'page.html', text: '<!DOCTYPE html><p>mine</p>' }])
  })

  it('without the scope files:read, the answer says whom to ask, and the words of the message are answered', async () => {
    desk.acme.installation.scopes.delete('files:read')
    send(NOTES, 'buy milk tomorrow 10m')
    await desk.handle()
    expect(await kept()).toEqual([])
    expect(await answers()).toMatch(/notes\.txt: Slack asked me to sign in.*files:read/)
    expect(await titles()).toEqual(['buy milk'])
  })

  it('a redirect within Slack keeps the token; one elsewhere is not followed, and never sees it', async () => {
    send(NOTES)
    fileAt().redirectsTo = `${desk.slack.url}/files-pri/${desk.acme.id}-${fileAt().id}/here?redirected=1`
    await desk.handle()
    expect(await kept()).toMatchObject([{ name: 'notes.txt' }])
    await desk.posts()
    const elsewhere = await listenHttp()
    send({ ...NOTES, name: 'other.txt' })
    fileAt(1).redirectsTo = elsewhere.urls.events
    await desk.handle()
    expect(await answers()).toContain('other.txt: Slack sent me to an address that is not its own')
    expect(elsewhere.received).toEqual([])
    await elsewhere.close()
    expect(await kept()).toHaveLength(1)
  })

  it.runIf(isLong)('redirects that never end are given up', async () => {
    send(NOTES)
    fileAt().redirectsTo = `${desk.slack.url}/files-pri/${desk.acme.id}-${fileAt().id}/again`
    await tryAll()
    expect(await answers()).toContain('notes.txt: it did not arrive')
  })

  it.runIf(isLong)(
    'a link to a file outside of Slack, and an address elsewhere, are not fetched',
    async () => {
      const elsewhere = await listenHttp()
      const url = elsewhere.urls.events
      send([
        {
          ...NOTES,
          name: 'doc',
          described: { is_external: true, external_type: 'gdrive', url_private: url },
        },
        { ...NOTES, name: 'bad.txt', described: { url_private_download: url, url_private: url } },
      ])
      await desk.handle()
      expect(elsewhere.received).toEqual([])
      await elsewhere.close()
      expect(await answers()).toMatch(
        /doc: it is kept outside of Slack \(gdrive\)[\s\S]*bad\.txt: Slack sent me/,
      )
    },
  )
})

describe('trouble on the way', () => {
  it('a stream that is cut and a status of 500 are tried again, and the file is whole in the end', async () => {
    send({ ...NOTES, faults: [{ kind: 'cut' }, { kind: 'status', status: 500 }] })
    await tryAll()
    expect(await kept()).toMatchObject([{ text: NOTES.bytes.toString() }])
    expect(fileAt().reads).toBe(3)
  })

  it.runIf(isLong)(
    'a file that never arrives whole is told in the end, and the rest of the message is done all the same',
    async () => {
      const short = { ...NOTES, name: 'short.txt', described: { size: 4_000 } }
      send([short, { ...NOTES, name: 'whole.txt' }], 'buy milk tomorrow 10m')
      await tryAll()
      expect(await kept()).toMatchObject([{ name: 'whole.txt' }])
      expect(await answers()).toMatch(/short\.txt: only a part of it arrived/)
      expect(await titles()).toEqual(['buy milk'])
    },
  )

  it.runIf(isLong)('a storm of 429 is waited for, file by file, and none is lost or kept twice', async () => {
    const count = cases(3, 20)
    const faults = [{ kind: 'status', status: 429, retryAfterSeconds: 2 }] as const
    send(
      Array.from({ length: count }, (_, n) => ({
        ...NOTES,
        name: `n${n}.txt`,
        ...(n % 8 === 0 && { faults }),
      })),
    )
    await tryAll()
    expect((await kept()).map(({ name }) => name)).toHaveLength(count)
  })

  it.runIf(isLong)(
    'where Slack asks for a wait of an hour, the message goes on without the file',
    async () => {
      send(
        { ...NOTES, faults: [{ kind: 'status', status: 429, retryAfterSeconds: 3_600 }] },
        'buy milk tomorrow 10m',
      )
      await desk.handle()
      expect(await answers()).toMatch(/notes\.txt: Slack gives out no more files for now/)
      expect(await titles()).toEqual(['buy milk'])
    },
  )

  it.runIf(isLong)('a file that was deleted meanwhile, hidden or a tombstone is told as such', async () => {
    send([
      { ...NOTES, name: 'gone.txt', faults: [{ kind: 'status', status: 404 }] },
      { ...NOTES, name: 'stone.txt', described: { mode: 'tombstone' } },
      { ...NOTES, name: 'hidden.txt', described: { mode: 'hidden_by_limit' } },
      { ...NOTES, name: 'lost.txt', described: { file_access: 'file_not_found' } },
      { ...NOTES, name: 'secret.txt', described: { file_access: 'access_denied' } },
    ])
    await desk.handle()
    const said = await answers()
    for (const name of ['gone', 'stone', 'hidden', 'lost', 'secret']) expect(said).toContain(`${name}.txt: `)
    expect(await kept()).toEqual([])
  })

  it.runIf(isLong)('in a shared channel, Slack is asked what a file is before it is fetched', async () => {
    const other = desk.slack.world.workspace('Other', { isInstalled: false })
    const shared = desk.acme.channel('shared', { members: [ada], sharedWith: [other] })
    const hidden = { file_access: 'check_file_info', url_private: '', url_private_download: '', size: 0 }
    const { ts } = ada.upload(
      shared,
      { ...NOTES, described: hidden },
      { text: `<@${desk.acme.bot.id}> keep this`, isRaw: true },
    )
    fileAt().described = {}
    await desk.handle()
    expect(ts).toBeDefined()
    expect(await kept()).toMatchObject([{ name: 'notes.txt' }])
    ada.upload(
      shared,
      { ...NOTES, name: 'no.txt', described: hidden },
      { text: `<@${desk.acme.bot.id}> this too`, isRaw: true },
    )
    desk.slack.world.files.delete(fileAt(1).id)
    await desk.handle()
    expect(await answers()).toContain('no.txt: it was deleted')
  })
})

describe('limits', () => {
  it.runIf(isLong)('twenty files at once are kept, and the answer names those that are not', async () => {
    send(Array.from({ length: 21 }, (_, n) => ({ ...NOTES, name: `n${n}.txt` })))
    await desk.handle()
    expect(await kept()).toHaveLength(20)
    expect(await answers()).toContain('n20.txt: I take 20 files')
  })

  it('too large, empty, of a type that nobody reads: told, and not fetched', async () => {
    send([
      { name: 'big.txt', bytes: Buffer.from('x'), described: { size: 11 * 1024 * 1024 } },
      { name: 'empty.txt', bytes: Buffer.alloc(0) },
      { name: 'bomb.zip', bytes: Buffer.from('PK') },
      { name: 'setup.exe', bytes: Buffer.from('MZ') },
    ])
    await desk.handle()
    expect(await answers()).toMatch(
      /big\.txt: it is larger than 10 MB[\s\S]*empty\.txt: it is empty[\s\S]*bomb\.zip: I cannot read[\s\S]*setup\.exe/,
    )
    expect([0, 1, 2, 3].map((n) => fileAt(n).reads)).toEqual([0, 0, 0, 0])
  })

  it('a file that says it is empty or small, and is not, is not kept', async () => {
    send([
      { ...NOTES, name: 'lie.txt', described: { size: 0 } },
      { ...NOTES, name: 'small.txt', described: { size: 1 } },
    ])
    await tryAll()
    expect(await kept()).toEqual([])
    expect(await answers()).toMatch(/lie\.txt: it is empty[\s\S]*small\.txt: only a part/)
  })

  it.runIf(isLong)('an answer that unpacks to more than the limit is cut off', async () => {
    send({ ...NOTES, faults: [{ kind: 'bomb', sizeBytes: 64 * 1024 * 1024 }] })
    await desk.handle()
    expect(await kept()).toEqual([])
    expect(await answers()).toContain('notes.txt: it is larger than 10 MB')
  })

  it('over the share of the person, a file is refused with the numbers and the way to more', async () => {
    await desk.gateway.invoke(
      setLimit,
      { personId: 'ada', limit: 'stored_bytes', value: 10 },
      desk.gateway.as(),
    )
    send(NOTES)
    await desk.handle()
    expect(await kept()).toEqual([])
    expect(await answers()).toMatch(/notes\.txt: there is no room for it.*10 bytes.*set_limit/)
  })

  it('names are cleaned of paths, of signs that hide their ending, and of what is too long', async () => {
    send(
      ['../../etc/passwd.txt', '....', '\u202egpj.exe.txt', 'a\u0000b\n.txt', `${'ü'.repeat(300)}.txt`].map(
        (name) => ({
          ...{ ...NOTES, name, type: 'text/plain' },
        }),
      ),
    )
    await desk.handle()
    const names = (await kept()).map(({ name }) => name)
    expect(names.slice(0, 4)).toEqual(['.._.._etc_passwd.txt', 'file', 'gpj.exe.txt', 'ab.txt'])
    expect(Buffer.byteLength(names[4] ?? '')).toBeLessThanOrEqual(255)
    expect(names[4]).toMatch(/ü\.txt$/)
  })
})

describe('what is forgotten', () => {
  it('the copy goes with the message, and with the file', async () => {
    const { ts } = send(NOTES)
    send({ ...NOTES, name: 'other.txt' })
    await desk.handle()
    ada.delete(desk.acme.dm(ada), ts)
    await desk.handle()
    expect((await kept()).map(({ name }) => name)).toEqual(['other.txt'])
    deleteFile(desk.slack.world, fileAt(1))
    await desk.handle()
    expect(await kept()).toEqual([])
  })

  it('after 90 days it is deleted', async () => {
    send(NOTES)
    await desk.handle()
    desk.gateway.clock.advance(91 * 24 * 60 * 60 * 1000)
    for (const { deletePast } of artifactsArea.expires)
      await deletePast(desk.gateway.runtime.resources, desk.gateway.clock.now())
    expect(await kept()).toEqual([])
    const rows = await desk.gateway.db.execute(sql`select 1 from slack_files`)
    expect(rows).toHaveLength(0)
  })
})

it('a file of a message that is not for the bot is not fetched', async () => {
  const general = desk.acme.channel('general', { members: [ada] })
  ada.upload(general, NOTES)
  await desk.handle()
  expect(await kept()).toEqual([])
  expect(fileAt().reads).toBe(0)
})
