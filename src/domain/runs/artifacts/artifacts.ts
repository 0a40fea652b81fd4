/** Files that runs make, kept once per step, and files that people send: read in bounded pieces by those who see them. */
import { createHash } from 'node:crypto'
import { and, count, eq, gt, sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError, notFound } from '../../../core/errors.ts'
import type { Context } from '../../../core/operation/context.ts'
import { idOf } from '../../../core/operation/ids.ts'
import { decodeCursor, sortText, toPage } from '../../../core/schema/page.ts'
import { spacedKind, visibleTo } from '../../access/visible-to.ts'
import { RAISE_IT, readRoom } from '../../limits/counted-limit.ts'
import { storedBytesLimit } from '../../limits/stored-bytes.ts'
import { assertMayRead, withheldFrom } from '../bounds.ts'
import type { RunRow } from '../run.ts'
import { runs } from '../tables.ts'
import { moveRun, type Writes } from '../writes.ts'
import { cutPiece, PIECE_ENCODINGS, type Piece } from './artifact-piece.ts'
import { artifacts } from './tables.ts'

/** The most bytes of one artifact: 5 MB. */
export const ARTIFACT_MAX_BYTES = 5 * 1024 * 1024
/** The most artifacts of one run. */
export const ARTIFACTS_PER_RUN = 200
/** The most bytes of all artifacts of one run: 50 MB. */
export const ARTIFACTS_MAX_BYTES_PER_RUN = 50 * 1024 * 1024
export const NAME_MAX_CHARS = 200
const MEDIA_TYPE_MAX_CHARS = 100

export const artifactKind = spacedKind('artifact', artifacts)

export const ArtifactId = idOf('artifact')

/** A file name without a path, so that saving it cannot write elsewhere. */
const ArtifactName = z
  .string()
  .trim()
  .min(1)
  .max(NAME_MAX_CHARS)
  .refine(isFileName, 'must be a file name without / or \\, such as plan.md')

const MediaType = z
  .string()
  .max(MEDIA_TYPE_MAX_CHARS)
  .regex(
    /^[a-z]+\/[a-z0-9][a-z0-9.+-]*(; ?charset=[a-z0-9-]+)?$/i,
    'must be a media type such as text/markdown',
  )

export const Artifact = z.object({
  id: z.string(),
  runId: z.string().nullable().describe('null: a person has sent it'),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  sha256: z.string().describe('Of the content, hex'),
  createdAt: z.iso.datetime(),
})
export type Artifact = z.output<typeof Artifact>

/** The result of reading a content. */
export const ArtifactPiece = z.object({
  artifact: Artifact,
  offset: z.int().describe('Byte at which the piece begins'),
  encoding: z.enum(PIECE_ENCODINGS).describe('text, or base64 of the bytes'),
  content: z.string(),
  nextOffset: z.int().nullable().describe('Where to read on; null: this was the end'),
})

interface NewArtifact {
  readonly run: RunRow
  /** The step that makes it: only once, however often the step is repeated. */
  readonly stepId: string
  readonly name: string
  readonly mediaType: string
  readonly content: Uint8Array | string
}

/** Everything but the content, which is read only in pieces. */
export const FACTS = {
  id: artifacts.id,
  runId: artifacts.runId,
  name: artifacts.name,
  mediaType: artifacts.mediaType,
  sizeBytes: artifacts.sizeBytes,
  sha256: artifacts.sha256,
  createdAt: artifacts.createdAt,
}
export type Facts = Omit<Artifact, 'createdAt'> & { readonly createdAt: Date }

/**
 * Keeps a file of a run that this transaction has locked. The same step gets the file that it made before.
 * @throws AppError `invalid_input` for a name or a type that is not valid, `payload_too_large`, `conflict` when the run
 * has the most artifacts allowed
 */
export async function addArtifact(writes: Writes, { run, stepId, ...file }: NewArtifact): Promise<Artifact> {
  const name = readField(ArtifactName, 'name', file.name)
  const mediaType = readField(MediaType, 'mediaType', file.mediaType)
  const content = typeof file.content === 'string' ? Buffer.from(file.content) : file.content
  assertSize(content.byteLength)
  const earlier = await ofStep(writes, stepId)
  if (earlier !== undefined) return toArtifact(earlier)
  await assertRoom(writes, run, content.byteLength)
  const row = {
    id: writes.newId('artifact'),
    runId: run.id,
    personId: run.personId,
    spaceId: run.spaceId,
    stepId,
    name,
    mediaType,
    sizeBytes: content.byteLength,
    sha256: createHash('sha256').update(content).digest('hex'),
    content,
    createdAt: writes.now,
  }
  await writes.db.insert(artifacts).values(row)
  const { content: _content, personId: _personId, spaceId: _spaceId, stepId: _stepId, ...added } = row
  const data = { artifactId: added.id, name, mediaType, sizeBytes: added.sizeBytes }
  await moveRun(writes, { where: eq(runs.id, run.id), set: {}, events: [{ type: 'artifact.added', data }] })
  return toArtifact(added)
}

async function assertRoom({ db }: Writes, run: RunRow, sizeBytes: number): Promise<void> {
  const [kept] = await db
    .select({ files: count(), bytes: sql<string>`coalesce(sum(${artifacts.sizeBytes}), 0)` })
    .from(artifacts)
    .where(eq(artifacts.runId, run.id))
  if ((kept?.files ?? 0) >= ARTIFACTS_PER_RUN) {
    throw new AppError('conflict', `This run has ${ARTIFACTS_PER_RUN} artifacts, which is the limit.`, {
      fix: 'Combine related contents into one file, and say in the summary what is left out.',
    })
  }
  const leftBytes = ARTIFACTS_MAX_BYTES_PER_RUN - Number(kept?.bytes ?? 0)
  if (sizeBytes <= leftBytes) return await assertStorage(db, run.ownerId, sizeBytes)
  throw new AppError(
    'payload_too_large',
    `The artifacts of a run may have ${ARTIFACTS_MAX_BYTES_PER_RUN} bytes together; ${leftBytes} are left, and this one has ${sizeBytes}.`,
    { fix: 'Leave out what is not needed, or let another run make the rest.' },
  )
}

/** @throws AppError `payload_too_large` where the person or the team has no room for so much more */
export async function assertStorage(db: Writes['db'], ownerId: string, sizeBytes: number): Promise<void> {
  const { used, most } = await readRoom(db, storedBytesLimit, ownerId)
  if (used + sizeBytes <= most) return
  throw new AppError(
    'payload_too_large',
    `What is stored for ${ownerId} may have ${most} bytes together; ${Math.max(0, most - used)} are left, and this one has ${sizeBytes}.`,
    { fix: `Leave out what is not needed, ${RAISE_IT}` },
  )
}

function assertSize(sizeBytes: number): void {
  if (sizeBytes <= ARTIFACT_MAX_BYTES) return
  throw new AppError(
    'payload_too_large',
    `An artifact may have ${ARTIFACT_MAX_BYTES} bytes; this one has ${sizeBytes}.`,
    { fix: 'Split it, or leave out what is not needed.' },
  )
}

function readField(schema: z.ZodType<string>, field: string, value: string): string {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const message = read.error.issues[0]?.message ?? 'is not valid'
  throw new AppError('invalid_input', `The artifact's ${field} ${message}.`, {
    issues: [{ path: field, message }],
  })
}

async function ofStep({ db }: Pick<Context, 'db'>, stepId: string): Promise<Facts | undefined> {
  const [row] = await db.select(FACTS).from(artifacts).where(eq(artifacts.stepId, stepId))
  return row
}

type Reader = Pick<Context, 'db' | 'actor'>

const BY_STEP = 'step'

/**
 * The files of a run, in the order in which their steps were planned: calls of one answer are made at once, and end in any
 * order.
 * @throws AppError `not_found` for a run that the caller does not see, `invalid_input` for a cursor of another list
 */
export async function listArtifacts(
  ctx: Reader,
  runId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: Artifact[]; nextCursor: string | null }> {
  const isSeen = and(eq(runs.id, runId), visibleTo(ctx, runs))
  const [run] = await ctx.db.select({ contentScopes: runs.contentScopes }).from(runs).where(isSeen)
  if (run === undefined) throw notFound('run', runId)
  const after = cursor === undefined ? undefined : decodeCursor(cursor, BY_STEP, z.tuple([sortText]))[0]
  const rows = await ctx.db
    .select({ ...FACTS, stepId: artifacts.stepId })
    .from(artifacts)
    .where(and(eq(artifacts.runId, runId), after === undefined ? undefined : gt(artifacts.stepId, after)))
    .orderBy(artifacts.stepId)
    .limit(limit + 1)
  const page = toPage(rows, limit, ({ stepId }) => ({ sort: BY_STEP, after: [String(stepId)] }))
  const withheld = withheldFrom(ctx.actor, run)
  return {
    ...page,
    items: page.items.map(({ stepId: _stepId, ...row }) => withoutContents(toArtifact(row), withheld)),
  }
}

/**
 * A piece of a content: the database sends only its bytes, and those of a character that its end would cut.
 * @throws AppError `not_found`; `forbidden` for a reader who could not read the run's contents elsewhere
 */
export async function readArtifact(
  ctx: Reader,
  artifactId: string,
  { offset, lengthBytes }: { readonly offset: number; readonly lengthBytes: number },
): Promise<{ artifact: Artifact; piece: Piece }> {
  const [row] = await ctx.db
    .select({
      ...FACTS,
      contentScopes: runs.contentScopes,
      bytes: sql<Uint8Array>`substring(${artifacts.content} from ${offset + 1}::int for ${lengthBytes}::int)`,
    })
    .from(artifacts)
    .leftJoin(runs, eq(runs.id, artifacts.runId))
    .where(and(eq(artifacts.id, artifactId), visibleTo(ctx, artifacts)))
  if (row === undefined) throw notFound('artifact', artifactId)
  const { bytes, contentScopes, ...facts } = row
  if (facts.runId !== null && contentScopes !== null)
    assertMayRead(ctx.actor, { id: facts.runId, contentScopes })
  const { mediaType, sizeBytes } = facts
  return { artifact: toArtifact(facts), piece: cutPiece({ bytes, offset, mediaType, sizeBytes }) }
}

/** Its name may reveal the contents, and its hash allows guesses to be checked. */
function withoutContents(artifact: Artifact, withheld: string | undefined): Artifact {
  return withheld === undefined ? artifact : { ...artifact, name: withheld, sha256: withheld }
}

export function toArtifact(row: Facts): Artifact {
  return { ...row, createdAt: row.createdAt.toISOString() }
}

export function isFileName(name: string): boolean {
  return name.isWellFormed() && !/[/\\\p{Cc}]/u.test(name) && !/^\.+$/.test(name)
}
