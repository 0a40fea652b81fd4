/** A comment of Todoist as people see it. */
import { z } from 'zod'
import { isJsonObject } from '../../../core/text/json.ts'
import type { ThingKind, ThingRow } from '../../../domain/todoist/thing-row.ts'
import type { ListedThing } from '../../../domain/todoist/things/page-things.ts'
import { waitingField } from '../writes/listing.ts'

/** The most characters of a comment at Todoist. */
const TEXT_MAX_CHARS = 15_000
const REF_MAX_CHARS = 100

export const COMMENT_KINDS: readonly ThingKind[] = ['notes', 'project_notes']

export const CommentText = z.string().trim().min(1).max(TEXT_MAX_CHARS)
export const CommentRef = z
  .string()
  .trim()
  .min(1)
  .max(REF_MAX_CHARS)
  .describe("Todoist's id, or the commandId of the call that creates it")

const Attachment = z.object({
  name: z.string(),
  type: z.string().nullable(),
  bytes: z.int().nullable(),
  url: z.string().nullable(),
})

export const Comment = z.object({
  id: z.string(),
  accountId: z.string(),
  taskId: z.string().nullable(),
  projectId: z.string().nullable(),
  text: z.string(),
  postedAt: z.string().nullable(),
  postedBy: z.string().nullable().describe('The name of the person, or their id at Todoist'),
  attachment: Attachment.nullable(),
  isWaiting: waitingField,
})

export function toComment({ thing, known, isWaiting }: ListedThing): z.output<typeof Comment> {
  const { id, accountId, kind, parentId, wire } = thing
  const author = wire.posted_uid == null ? null : String(wire.posted_uid)
  const person = known.names.of('collaborators').find((each) => each.id === author)
  return {
    ...{ id, accountId, text: String(wire.content ?? ''), isWaiting },
    ...{ taskId: kind === 'notes' ? parentId : null, projectId: kind === 'notes' ? null : parentId },
    postedAt: typeof wire.posted_at === 'string' ? wire.posted_at : null,
    postedBy: person?.name ?? author,
    attachment: attachmentOf(thing),
  }
}

export function attachmentOf({ wire }: Pick<ThingRow, 'wire'>): z.output<typeof Attachment> | null {
  const { file_attachment: file } = wire
  if (!isJsonObject(file)) return null
  const { file_name: name, file_type: type, file_size: bytes, file_url: url } = file
  return {
    name: typeof name === 'string' ? name : 'file',
    type: typeof type === 'string' ? type : null,
    bytes: typeof bytes === 'number' ? Math.trunc(bytes) : null,
    url: typeof url === 'string' ? url : null,
  }
}
