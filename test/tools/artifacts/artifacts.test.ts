/** Files of runs: made once a step, read in pieces, through the real store. */
import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutPiece } from '../../../src/domain/runs/artifacts/artifact-piece.ts'
import {
  ARTIFACT_MAX_BYTES,
  ARTIFACTS_MAX_BYTES_PER_RUN,
  ARTIFACTS_PER_RUN,
  addArtifact,
} from '../../../src/domain/runs/artifacts/artifacts.ts'
import { artifacts } from '../../../src/domain/runs/artifacts/tables.ts'
import type { RunRow } from '../../../src/domain/runs/run.ts'
import { runEvents } from '../../../src/domain/runs/tables.ts'
import { listArtifacts } from '../../../src/tools/artifacts/list-artifacts.ts'
import { readArtifact } from '../../../src/tools/artifacts/read-artifact.ts'
import { some } from '../../support/form.ts'
import { openTestGateway, type TestGateway } from '../../support/world/database.ts'
import { storeRun } from '../../support/world/stored-run.ts'

let gateway: TestGateway
let run: RunRow

beforeAll(async () => {
  gateway = await openTestGateway()
  run = await storeRun(gateway)
})
afterAll(() => gateway.close())

interface File {
  stepId?: string
  name?: string
  mediaType?: string
  content?: Uint8Array | string
}

/** As a worker does: in a transaction of its own. */
async function add({ stepId = gateway.runtime.newId('step'), ...file }: File = {}, of = run) {
  const changed: string[] = []
  const artifact = await gateway.database.transaction((db) =>
    addArtifact(
      {
        db,
        now: gateway.clock.now(),
        newId: gateway.runtime.newId,
        changed: (uri) => void changed.push(uri),
        enqueue: () => undefined,
        defaultTimeZone: 'UTC',
      },
      { run: of, stepId, name: 'plan.md', mediaType: 'text/markdown', content: '# Plan', ...file },
    ),
  )
  return { artifact, changed }
}
const read = async (artifactId: string, input: object = {}) =>
  (await gateway.invoke(readArtifact, { artifactId, ...input }, gateway.as())).output
const list = async (runId: string, input: object = {}) =>
  (await gateway.invoke(listArtifacts, { runId, ...input }, gateway.as())).output
const eventsOf = async (runId: string) =>
  (await gateway.db.select().from(runEvents).where(eq(runEvents.runId, runId))).filter(
    ({ type }) => type === 'artifact.added',
  )

describe('an artifact', () => {
  it('is kept with its size and hash, and told as an event of its run', async () => {
    const of = await storeRun(gateway)
    const { artifact, changed } = await add({}, of)
    expect(artifact).toEqual({
      id: artifact.id,
      runId: of.id,
      name: 'plan.md',
      mediaType: 'text/markdown',
      sizeBytes: 6,
      sha256: createHash('sha256').update('# Plan').digest('hex'),
      createdAt: gateway.clock.now().toISOString(),
    })
    expect(changed).toEqual([`run://${of.id}`])
    expect(await eventsOf(of.id)).toMatchObject([
      { position: 2, data: { artifactId: artifact.id, name: 'plan.md', sizeBytes: 6 } },
    ])
    expect((await list(of.id)).items).toEqual([artifact])
    expect(await read(artifact.id)).toEqual({
      artifact,
      offset: 0,
      encoding: 'text',
      content: '# Plan',
      nextOffset: null,
    })
  })

  it('is made once by a step, however often that is repeated', async () => {
    const of = await storeRun(gateway)
    const stepId = gateway.runtime.newId('step')
    const { artifact } = await add({ stepId }, of)
    const again = await add({ stepId, content: 'something else' }, of)
    expect(again).toEqual({ artifact, changed: [] })
    expect(await eventsOf(of.id)).toHaveLength(1)
  })

  it.each(['../plan.md', 'a/b', 'a\\b', '..', '', 'a\0b', 'a\nb', 'x'.repeat(201), '\ud800'])(
    'is refused with the name %j',
    async (name) => {
      await expect(add({ name })).rejects.toMatchObject({ code: 'invalid_input' })
    },
  )

  it('is refused with an invalid type, or with more bytes than are kept', async () => {
    await expect(add({ mediaType: 'markdown' })).rejects.toMatchObject({ code: 'invalid_input' })
    const content = new Uint8Array(ARTIFACT_MAX_BYTES + 1)
    await expect(add({ content })).rejects.toMatchObject({ code: 'payload_too_large' })
  })

  it('is refused to a run that has as many as are kept, which its earlier steps still get', async () => {
    const of = await storeRun(gateway)
    const stepId = gateway.runtime.newId('step')
    const { artifact } = await add({ stepId }, of)
    await gateway.db.execute(sql`insert into ${artifacts}
      select id || '_' || copy, run_id, person_id, step_id || '_' || copy, name, media_type, size_bytes, sha256, content,
        created_at, space_id
      from ${artifacts}, generate_series(3, ${ARTIFACTS_PER_RUN}::int) copy where run_id = ${of.id}`)
    await add({}, of)
    const refused = { code: 'conflict', message: expect.stringContaining(`${ARTIFACTS_PER_RUN} artifacts`) }
    await expect(add({}, of)).rejects.toMatchObject(refused)
    expect((await add({ stepId }, of)).artifact).toEqual(artifact)
    expect((await add()).artifact.sizeBytes).toBe(6)
  })

  it('is refused where all that its run keeps would be too large', async () => {
    const of = await storeRun(gateway)
    const { artifact } = await add({}, of)
    await gateway.db
      .update(artifacts)
      .set({ sizeBytes: ARTIFACTS_MAX_BYTES_PER_RUN - 6 })
      .where(eq(artifacts.id, artifact.id))
    const refused = { code: 'payload_too_large', message: expect.stringContaining('6 are left') }
    await expect(add({ content: '1234567' }, of)).rejects.toMatchObject(refused)
    expect((await add({ content: '123456' }, of)).artifact.sizeBytes).toBe(6)
  })

  it('is seen by the person whose run it is, and nobody else', async () => {
    const { artifact } = await add()
    const stranger = gateway.as({ id: 'eve', personId: 'eve' })
    const reading = gateway.invoke(readArtifact, { artifactId: artifact.id }, stranger)
    await expect(reading).rejects.toMatchObject({ code: 'not_found' })
    const listing = gateway.invoke(listArtifacts, { runId: run.id }, stranger)
    await expect(listing).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is listed in pages, oldest first', async () => {
    const of = await storeRun(gateway)
    const made: string[] = []
    for (let count = 0; count < 3; count += 1) made.push((await add({}, of)).artifact.id)
    const first = await list(of.id, { limit: 2 })
    const second = await list(of.id, { limit: 2, cursor: first.nextCursor })
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made)
    expect(second.nextCursor).toBeNull()
  })
})

describe('reading in pieces', () => {
  it('gives text between characters, and all of it', async () => {
    const content = 'Käse 🧀 für alle, 乾酪'.repeat(40)
    const { artifact } = await add({ content })
    for (const lengthBytes of some([7, 4, 5, 64])) {
      let text = ''
      let offset: number | null = 0
      while (offset !== null) {
        const piece: Awaited<ReturnType<typeof read>> = await read(artifact.id, { offset, lengthBytes })
        expect(piece.encoding).toBe('text')
        text += piece.content
        offset = piece.nextOffset
      }
      expect(text).toBe(content)
      const within = await read(artifact.id, { offset: 2, lengthBytes })
      expect(within).toMatchObject({ offset: 2, encoding: 'base64' })
      expect(await read(artifact.id, { offset: within.nextOffset })).toMatchObject({ encoding: 'text' })
    }
  })

  it('gives base64 of what is no text, or says that it is and is not', async () => {
    const content = Uint8Array.from({ length: 300 }, (_, index) => index % 256)
    for (const mediaType of ['image/png', 'text/plain']) {
      const { artifact } = await add({ content, mediaType })
      const first = await read(artifact.id, { lengthBytes: 200 })
      const second = await read(artifact.id, { offset: first.nextOffset, lengthBytes: 200 })
      const bytes = [first, second].map((piece) => Buffer.from(piece.content, 'base64'))
      expect(first.encoding).toBe('base64')
      expect(Buffer.concat(bytes)).toEqual(Buffer.from(content))
    }
  })

  it('gives nothing behind the end, and nothing of an empty file', async () => {
    const { artifact } = await add({ content: 'abc' })
    expect(await read(artifact.id, { offset: 3 })).toMatchObject({ content: '', nextOffset: null })
    expect(await read(artifact.id, { offset: 99 })).toMatchObject({ content: '', nextOffset: null })
    const { artifact: empty } = await add({ content: '' })
    expect(await read(empty.id)).toMatchObject({ encoding: 'text', content: '', nextOffset: null })
  })

  it('loses and doubles nothing, whatever the bytes and the pieces', () => {
    const file = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 60 }),
    )
    fc.assert(
      fc.property(
        file,
        fc.integer({ min: 4, max: 20 }),
        fc.constantFrom('text/plain', 'image/png'),
        (all, length, mediaType) => {
          const read: Buffer[] = []
          let offset: number | null = 0
          while (offset !== null) {
            const bytes = all.subarray(offset, offset + length)
            const piece = cutPiece({ bytes, offset, mediaType, sizeBytes: all.length })
            expect(piece.offset).toBe(offset)
            if (piece.nextOffset !== null) expect(piece.nextOffset).toBeGreaterThan(offset)
            read.push(Buffer.from(piece.content, piece.encoding === 'text' ? 'utf8' : 'base64'))
            offset = piece.nextOffset
          }
          expect(Buffer.concat(read)).toEqual(Buffer.from(all))
        },
      ),
    )
  })
})
