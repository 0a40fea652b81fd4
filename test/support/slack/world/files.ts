/** Files: announced, then uploaded, then shared. Their bytes are behind a token. */

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
  readonly channels: Set<string>
}

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
  }
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}
