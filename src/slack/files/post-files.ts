/** Posts the files that a task made, in the transaction that tells how it ended. */
import type { Context } from '../../core/operation/context.ts'
import type { TaskFile } from '../../core/operation/long-task.ts'
import type { Db } from '../../domain/db/db.ts'
import { findSpaces } from '../../domain/runs/artifacts/find-content.ts'
import { escapeText } from '../../domain/slack/escape.ts'
import { insertPosts } from '../../domain/slack/posts/insert-posts.ts'

/** The most files of one result that are sent, and the most bytes of each: an attempt has seconds for it. */
const FILES_MAX = 10
const FILE_MAX_BYTES = 20 * 1024 * 1024

/** Where the files go: a thread, or a user who gets them privately. */
export interface FilePlace {
  readonly teamId: string
  readonly channel: string
  readonly threadTs?: string | undefined
}

/** A file that everybody there may see. */
export type OpenFile = TaskFile & { readonly spaceId: string }

/** Those whose spaces pass `sees`. */
export async function openFiles(
  db: Db,
  files: readonly TaskFile[],
  sees: (spaceId: string) => Promise<boolean>,
): Promise<OpenFile[]> {
  const spaces = await findSpaces(
    db,
    files.map(({ id }) => id),
  )
  const open: OpenFile[] = []
  for (const file of files) {
    const spaceId = spaces.get(file.id)
    if (spaceId !== undefined && (await sees(spaceId))) open.push({ ...file, spaceId })
  }
  return open
}

/** Of several files of one name, the last one is sent. Let watchers know of `POSTS_CHANGE` after the commit. */
export async function postFiles(
  writer: Pick<Context, 'db' | 'now' | 'newId'>,
  files: readonly OpenFile[],
  to: FilePlace,
): Promise<void> {
  const latest = [...new Map(files.map((file) => [file.name, file])).values()]
  const sent = latest.filter(isSendable).slice(0, FILES_MAX)
  const unsent = latest.filter((file) => !sent.includes(file))
  await insertPosts(
    writer,
    sent.map(({ id: artifactId, name, spaceId }) => ({ kind: 'file', ...to, artifactId, name, spaceId })),
  )
  if (unsent.length === 0) return
  const names = unsent.slice(0, FILES_MAX).map(({ id, name }) => `${name} (${id})`)
  const text = `Not sent, since they are empty, too large or too many: ${names.join(', ')}`
  await insertPosts(writer, [{ kind: 'message', ...to, text: escapeText(text) }])
}

function isSendable({ sizeBytes }: TaskFile): boolean {
  return sizeBytes > 0 && sizeBytes <= FILE_MAX_BYTES
}
