/** Files that people send: artifacts that no run has made. */
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import type { Db } from '../../db/db.ts'
import { deleteInBatches } from '../../db/delete-in-batches.ts'
import { type Artifact, assertStorage, toArtifact } from './artifacts.ts'
import { artifacts } from './tables.ts'

/** The most bytes of a file that is taken where no setting says so: 10 MB. */
export const SENT_FILE_MAX_BYTES = 10 * 1024 * 1024
/** The most that a setting can allow: 25 MB. */
export const SENT_FILE_LIMIT_BYTES = 25 * 1024 * 1024

/** Days for which a file is kept that somebody has sent. */
const KEPT_DAYS = 90
const DAY_MS = 24 * 60 * 60 * 1000

export interface SentFile {
  readonly personId: string
  /** The person or the team that has it, and whose share it counts to. */
  readonly spaceId: string
  /** As `cleanFileName` makes it. */
  readonly name: string
  readonly mediaType: string
  readonly content: Uint8Array
}

/** @throws AppError `payload_too_large` where the person or the team has no room for it */
export async function addSentFile(
  { db, now, newId }: Pick<Context, 'db' | 'now' | 'newId'>,
  { content, ...file }: SentFile,
): Promise<Artifact> {
  const sizeBytes = content.byteLength
  await assertStorage(db, file.spaceId, sizeBytes)
  const facts = {
    ...{ id: newId('artifact'), runId: null, sizeBytes, createdAt: now },
    ...{ name: file.name, mediaType: file.mediaType },
    sha256: createHash('sha256').update(content).digest('hex'),
  }
  const { personId, spaceId } = file
  await db.insert(artifacts).values({ ...facts, personId, spaceId, stepId: null, content })
  return toArtifact(facts)
}

/** Answers with the number of files that were deleted. */
export async function deleteOldSentFiles(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS)
  return await deleteInBatches(db, artifacts, sql`run_id is null and created_at < ${before}`)
}
