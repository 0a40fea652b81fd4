/** What goes out to Slack: messages and edits, stored in the outbox by the write that causes them. */
import { z } from 'zod'

/** Blocks of Block Kit, which only their renderer and Slack look into. */
const Blocks = z.array(z.looseObject({ type: z.string() }))

/** Where a message is: at Slack, or on its way there. */
const Place = z.union([z.strictObject({ ts: z.string() }), z.strictObject({ postId: z.string() })])

const Message = z.object({
  kind: z.literal('message'),
  teamId: z.string(),
  /** The id of a channel, or of a user who is written to privately. */
  channel: z.string(),
  /** The root of the thread. */
  threadTs: z.string().optional(),
  /** What notifications show, and the whole message where Slack refuses its blocks. */
  text: z.string(),
  blocks: Blocks.optional(),
  /** The user who alone sees it. */
  onlyFor: z.string().optional(),
  /** The URI of what it shows: `approval://...`. */
  about: z.string().optional(),
  /** Who is answered: the row is erased with the person. */
  personId: z.string().optional(),
})

const Edit = z.object({
  kind: z.literal('edit'),
  teamId: z.string(),
  channel: z.string(),
  of: Place,
  text: z.string(),
  blocks: Blocks.optional(),
})

/** An answer to a click or a command by its `response_url`, which Slack takes for 30 minutes and five times. */
const Response = z.object({
  kind: z.literal('response'),
  teamId: z.string(),
  channel: z.string(),
  responseUrl: z.string(),
  text: z.string(),
  blocks: Blocks.optional(),
  /** How the message that was clicked changes; absent: the answer is a message of its own, for the user alone. */
  original: z.enum(['replaced', 'deleted']).optional(),
  /** The user who gets it as a private message where Slack takes it by that address no more. */
  onlyFor: z.string().optional(),
})

/** A file, which is read when it is sent. */
const File = z.object({
  kind: z.literal('file'),
  teamId: z.string(),
  channel: z.string(),
  threadTs: z.string().optional(),
  artifactId: z.string(),
  /** The space of the artifact, which everybody who reads the channel sees. */
  spaceId: z.string(),
  name: z.string(),
  /** Of the file at Slack, once its bytes are there. */
  fileId: z.string().optional(),
  /** Whether Slack was asked to show it, and perhaps does. */
  isSharing: z.boolean().optional(),
})

export const StoredPost = z.discriminatedUnion('kind', [Message, Edit, Response, File])
export type StoredPost = z.output<typeof StoredPost>

export interface Block {
  readonly type: string
}

type Given<Stored extends StoredPost> = Readonly<Omit<Stored, 'blocks'>> & {
  readonly blocks?: readonly Block[] | undefined
}

export type MessagePost = Given<z.output<typeof Message>>
export type EditPost = Given<z.output<typeof Edit>>
export type ResponsePost = Given<z.output<typeof Response>>
export type FilePost = Readonly<Omit<z.output<typeof File>, 'fileId' | 'isSharing'>>
export type Post = MessagePost | EditPost | ResponsePost | FilePost
