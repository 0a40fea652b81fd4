/** Files that runs make: kept once a step, read in bounded pieces by the person whose run it was. */
import { createHash } from 'node:crypto'
import { and, eq, gt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import { idOf } from '../../core/ids.ts'
import { decodeCursor, sortText, toPage } from '../../core/page.ts'
import { cutPiece, PIECE_ENCODINGS, type Piece } from './artifact-piece.ts'
import type { RunRow } from './run.ts'
import { artifacts, runs } from './tables.ts'
import { moveRun, type Writes } from './writes.ts'

/** Bytes of one artifact: 5 MB. */
export const ARTIFACT_MAX_BYTES = 5 * 1024 * 1024
const NAME_MAX_CHARS = 200
const MEDIA_TYPE_MAX_CHARS = 100

export const ArtifactId = idOf('artifact')

/** A file name without a path: nobody who saves it can be led to write elsewhere. */
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
  runId: z.string(),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  sha256: z.string().describe('Of the content, hex'),
  createdAt: z.iso.datetime(),
})
export type Artifact = z.output<typeof Artifact>

/** What a reading gives of a content. */
export const ArtifactPiece = z.object({
  artifact: Artifact,
  offset: z.int().describe('Byte at which the piece begins'),
  encoding: z.enum(PIECE_ENCODINGS).describe('text, or base64 of the bytes'),
  content: z.string(),
  nextOffset: z.int().nullable().describe('Where to read on; null: this was the end'),
})

interface NewArtifact {
  readonly run: RunRow
  /** The step that makes it: once, however often it is repeated. */
  readonly stepId: string
  readonly name: string
  readonly mediaType: string
  readonly content: Uint8Array | string
}

/** All but the content, which is read in pieces only. */
const FACTS = {
  id: artifacts.id,
  runId: artifacts.runId,
  name: artifacts.name,
  mediaType: artifacts.mediaType,
  sizeBytes: artifacts.sizeBytes,
  sha256: artifacts.sha256,
  createdAt: artifacts.createdAt,
}
type Facts = Omit<Artifact, 'createdAt'> & { readonly createdAt: Date }

/**
 * Keeps a file of a run that this transaction has locked. The same step again does nothing and gets what it made.
 * @throws AppError `invalid_input` for a name or a type that is none, `payload_too_large`
 */
export async function addArtifact(writes: Writes, { run, stepId, ...file }: NewArtifact): Promise<Artifact> {
  const name = readField(ArtifactName, 'name', file.name)
  const mediaType = readField(MediaType, 'mediaType', file.mediaType)
  const content = typeof file.content === 'string' ? Buffer.from(file.content) : file.content
  assertSize(content.byteLength)
  const row = {
    id: writes.newId('artifact'),
    runId: run.id,
    personId: run.personId,
    stepId,
    name,
    mediaType,
    sizeBytes: content.byteLength,
    sha256: createHash('sha256').update(content).digest('hex'),
    content,
    createdAt: writes.now,
  }
  const insert = writes.db.insert(artifacts).values(row).onConflictDoNothing({ target: artifacts.stepId })
  const [added] = await insert.returning(FACTS)
  if (added === undefined) return toArtifact(await ofStep(writes, stepId))
  const data = { artifactId: added.id, name, mediaType, sizeBytes: added.sizeBytes }
  await moveRun(writes, { where: eq(runs.id, run.id), set: {}, events: [{ type: 'artifact.added', data }] })
  return toArtifact(added)
}

function assertSize(sizeBytes: number): void {
  if (sizeBytes <= ARTIFACT_MAX_BYTES) return
  throw new AppError(
    'payload_too_large',
    `An artifact holds up to ${ARTIFACT_MAX_BYTES} bytes; this one has ${sizeBytes}.`,
    { fix: 'Split it, or leave out what nobody needs.' },
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

async function ofStep({ db }: Pick<Context, 'db'>, stepId: string): Promise<Facts> {
  const [row] = await db.select(FACTS).from(artifacts).where(eq(artifacts.stepId, stepId))
  if (row === undefined) throw new Error(`the artifact of ${stepId} is neither new nor there`)
  return row
}

type Reader = Pick<Context, 'db' | 'actor'>

const BY_AGE = 'oldest'

/**
 * The files of a run, oldest first.
 * @throws AppError `not_found` for a run that the person does not have, `invalid_input` for a cursor of another list
 */
export async function listArtifacts(
  ctx: Reader,
  runId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: Artifact[]; nextCursor: string | null }> {
  const theirs = and(eq(runs.id, runId), eq(runs.personId, ctx.actor.personId))
  const [run] = await ctx.db.select({ id: runs.id }).from(runs).where(theirs)
  if (run === undefined) throw notFound('run', runId)
  const after = cursor === undefined ? undefined : decodeCursor(cursor, BY_AGE, z.tuple([sortText]))[0]
  const rows = await ctx.db
    .select(FACTS)
    .from(artifacts)
    .where(and(eq(artifacts.runId, runId), after === undefined ? undefined : gt(artifacts.id, after)))
    .orderBy(artifacts.id)
    .limit(limit + 1)
  const page = toPage(rows, limit, ({ id }) => ({ sort: BY_AGE, after: [id] }))
  return { ...page, items: page.items.map(toArtifact) }
}

/**
 * A piece of a content: only its bytes leave the database, and those of a character that its end would cut.
 * @throws AppError `not_found`
 */
export async function readArtifact(
  ctx: Reader,
  artifactId: string,
  { offset, lengthBytes }: { readonly offset: number; readonly lengthBytes: number },
): Promise<{ artifact: Artifact; piece: Piece }> {
  const [row] = await ctx.db
    .select({
      ...FACTS,
      bytes: sql<Uint8Array>`substring(${artifacts.content} from ${offset + 1}::int for ${lengthBytes}::int)`,
    })
    .from(artifacts)
    .where(and(eq(artifacts.id, artifactId), eq(artifacts.personId, ctx.actor.personId)))
  if (row === undefined) throw notFound('artifact', artifactId)
  const { bytes, ...facts } = row
  const { mediaType, sizeBytes } = facts
  return { artifact: toArtifact(facts), piece: cutPiece({ bytes, offset, mediaType, sizeBytes }) }
}

function toArtifact(row: Facts): Artifact {
  return { ...row, createdAt: row.createdAt.toISOString() }
}

function isFileName(name: string): boolean {
  return name.isWellFormed() && !/[/\\\p{Cc}]/u.test(name) && !/^\.+$/.test(name)
}
