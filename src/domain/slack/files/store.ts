/** Files of Slack in the database: each once for whom has it, however often Slack tells of it. */
import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { Context } from '../../../core/operation/context.ts'
import type { Db } from '../../db/db.ts'
import { type Artifact, FACTS, toArtifact } from '../../runs/artifacts/artifacts.ts'
import { addSentFile, type SentFile } from '../../runs/artifacts/sent-files.ts'
import { artifacts } from '../../runs/artifacts/tables.ts'
import { slackFiles } from './tables.ts'

export interface FileOrigin {
  readonly spaceId: string
  readonly teamId: string
  readonly fileId: string
  readonly channelId: string
  readonly messageTs: string
}

/** Undefined: it was not stored yet. */
export async function findFile(
  db: Db,
  { spaceId, teamId, fileId }: Pick<FileOrigin, 'spaceId' | 'teamId' | 'fileId'>,
): Promise<Artifact | undefined> {
  const { spaceId: space, teamId: team, fileId: file, artifactId } = slackFiles
  const [row] = await db
    .select(FACTS)
    .from(slackFiles)
    .innerJoin(artifacts, eq(artifacts.id, artifactId))
    .where(and(eq(space, spaceId), eq(team, teamId), eq(file, fileId)))
  return row && toArtifact(row)
}

/**
 * Stores a file in this transaction; one that another worker has stored meanwhile stays the only one.
 * @throws AppError `payload_too_large` where the person or the team has no room for it
 */
export async function storeFile(
  writer: Pick<Context, 'db' | 'now' | 'newId'>,
  origin: FileOrigin,
  file: Omit<SentFile, 'spaceId'>,
): Promise<Artifact> {
  const { db, now } = writer
  const added = await addSentFile(writer, { ...file, spaceId: origin.spaceId })
  const noted = await db
    .insert(slackFiles)
    .values({ ...origin, artifactId: added.id, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: slackFiles.fileId })
  if (noted.length > 0) return added
  await db.delete(artifacts).where(eq(artifacts.id, added.id))
  return (await findFile(db, origin)) ?? added
}

/** Forgets the files that came with a message which was deleted. */
export async function forgetFilesOfMessage(
  db: Db,
  { teamId, channelId, ts }: { readonly teamId: string; readonly channelId: string; readonly ts: string },
): Promise<void> {
  const { teamId: team, channelId: channel, messageTs } = slackFiles
  await forget(db, and(eq(team, teamId), eq(channel, channelId), eq(messageTs, ts)))
}

/** Forgets a file that was deleted in Slack, for everybody who has it here. */
export async function forgetFile(db: Db, teamId: string, fileId: string): Promise<void> {
  await forget(db, and(eq(slackFiles.teamId, teamId), eq(slackFiles.fileId, fileId)))
}

async function forget(db: Db, which: SQL | undefined): Promise<void> {
  const theirs = db.select({ id: slackFiles.artifactId }).from(slackFiles).where(which)
  await db.delete(artifacts).where(inArray(artifacts.id, theirs))
}
