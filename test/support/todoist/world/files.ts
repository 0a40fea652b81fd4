/** Files that people uploaded, by their address. */
import { ApiError, notFound } from '../api-error.ts'
import type { Json } from './wire.ts'
import type { Acting, World } from './world.ts'

export interface StoredFile {
  readonly ownerId: string
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

const BYTES_PER_MB = 1024 * 1024

export class Files {
  readonly #byPath = new Map<string, StoredFile>()
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Stores a file and returns the attachment that a comment then carries. */
  add({ person }: Acting, file: Omit<StoredFile, 'ownerId'>): Json {
    const { uploadLimitMb } = this.#world.planOf(person)
    if (file.bytes.length > uploadLimitMb * BYTES_PER_MB) {
      const extra = { max_size_mb: uploadLimitMb }
      throw new ApiError(403, { message: 'File is too large', code: 48, tag: 'FILE_TOO_LARGE', extra })
    }
    const path = `/files/${this.#world.ids.next()}/${encodeURIComponent(file.name)}`
    this.#byPath.set(path, { ...file, ownerId: person.id })
    return {
      resource_type: file.type.startsWith('image/') ? 'image' : 'file',
      file_name: file.name,
      file_size: file.bytes.length,
      file_type: file.type,
      file_url: `${this.#world.url}${path}`,
      upload_state: 'completed',
    }
  }

  at(path: string): StoredFile | undefined {
    return this.#byPath.get(path)
  }

  remove({ person }: Acting, url: string): void {
    const { pathname } = new URL(url, this.#world.url)
    if (this.#byPath.get(pathname)?.ownerId !== person.id) notFound('File')
    this.#byPath.delete(pathname)
  }
}
