/** Files: announced, then uploaded, then shared. Their bytes are behind a token. */
import type { FileDeletedEvent } from '@slack/types'

import type { WireFile } from './wire.ts'
import type { World } from './world.ts'

export interface StoredFile {
  readonly id: string
  readonly teamId: string
  readonly userId: string
  name: string
  title: string
  readonly mimetype: string
  readonly size: number
  readonly createdAtMs: number
  bytes: Uint8Array | undefined
  isComplete: boolean
  /** Where the address of the file sends its readers, if a test wants so. */
  redirectsTo?: string
  /** How the next requests for its bytes fare, one each. */
  readonly faults: FileFault[]
  /** What Slack says of it in place of the truth. */
  described: Partial<WireFile>
  /** Requests for its bytes with a valid token. */
  reads: number
  readonly channels: Set<string>
}

export type FileFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The connection breaks in the middle of the file. */
  | { readonly kind: 'cut' }
  /** A page to sign in, with success. */
  | { readonly kind: 'sign in' }
  /** Zeros that unpack to this size. */
  | { readonly kind: 'bomb'; readonly sizeBytes: number }

const MIME_TYPES: Record<string, string> = {
  csv: 'text/csv',
  gif: 'image/gif',
  html: 'text/html',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  zip: 'application/zip',
}

interface FileStart {
  readonly teamId: string
  readonly userId: string
  readonly name: string
  readonly size: number
  readonly mimetype?: string | undefined
}

export function announceFile(world: World, start: FileStart): StoredFile {
  const type = start.mimetype ?? MIME_TYPES[extensionOf(start.name)] ?? 'application/octet-stream'
  const file: StoredFile = {
    id: world.ids.next('F'),
    teamId: start.teamId,
    userId: start.userId,
    name: start.name,
    title: start.name,
    mimetype: type,
    size: start.size,
    createdAtMs: world.clock.now(),
    bytes: undefined,
    isComplete: false,
    channels: new Set(),
    ...{ faults: [], described: {}, reads: 0 },
  }
  world.files.set(file.id, file)
  return file
}

export function wireFile(world: World, file: StoredFile): WireFile {
  const path = `${world.url}/files-pri/${file.teamId}-${file.id}`
  return {
    id: file.id,
    created: Math.floor(file.createdAtMs / 1000),
    timestamp: Math.floor(file.createdAtMs / 1000),
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: extensionOf(file.name),
    pretty_type: extensionOf(file.name).toUpperCase(),
    user: file.userId,
    user_team: file.teamId,
    editable: false,
    size: file.size,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    is_public: false,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: `${path}/${encodeURIComponent(file.name)}`,
    url_private_download: `${path}/download/${encodeURIComponent(file.name)}`,
    permalink: `${world.url}/files/${file.userId}/${file.id}`,
    channels: [...file.channels],
    groups: [],
    ims: [],
    file_access: 'visible',
    ...file.described,
  }
}

/** Its owner deletes it, wherever it was shared. */
export function deleteFile(world: World, file: StoredFile): void {
  world.files.delete(file.id)
  const workspace = world.workspaces.find(({ id }) => id === file.teamId)
  if (workspace === undefined) return
  const event = { type: 'file_deleted' as const, file_id: file.id, event_ts: world.ids.ts() }
  world.out.event(workspace, event satisfies FileDeletedEvent)
  world.changed()
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}
