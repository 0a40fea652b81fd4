/** Unpacks a plain tar archive of folders and files, as the engine makes of a store. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const BLOCK_BYTES = 512

/** The positions of a header's fields (POSIX ustar). */
const NAME = [0, 100] as const
const SIZE = [124, 136] as const
const TYPE = 156
const PREFIX = [345, 500] as const

const FOLDER = '5'
const FILE = ['0', '\0']

const PRIVATE_FOLDER = 0o700
const PRIVATE_FILE = 0o600

/**
 * Writes the contents of the archive below `folder`, for its owner only. Nothing else runs meanwhile: to wait for each
 * of a thousand small files takes half as long again as to write them.
 * @throws Error for entries of another kind, or outside the folder
 */
export function unpackTar(archive: Buffer, folder: string): void {
  for (let at = 0; at + BLOCK_BYTES <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + BLOCK_BYTES)
    const size = Number.parseInt(textOf(header, SIZE), 8)
    const path = pathOf(header)
    const type = String.fromCharCode(header[TYPE] ?? 0)
    if (path.split('/').includes('..')) throw new Error(`${path} leads out of the folder`)
    at += BLOCK_BYTES
    if (type === FOLDER) {
      mkdirSync(join(folder, path), { recursive: true, mode: PRIVATE_FOLDER })
    } else if (FILE.includes(type)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true, mode: PRIVATE_FOLDER })
      writeFileSync(join(folder, path), archive.subarray(at, at + size), { mode: PRIVATE_FILE })
    } else {
      throw new Error(`${path} is neither a file nor a folder`)
    }
    at += Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
  }
}

function pathOf(header: Buffer): string {
  const prefix = textOf(header, PREFIX)
  return prefix === '' ? textOf(header, NAME) : `${prefix}/${textOf(header, NAME)}`
}

/** A field ends with its width or the first NUL. */
function textOf(header: Buffer, [start, end]: readonly [number, number]): string {
  const field = header.subarray(start, end).toString('latin1')
  return field.split('\0', 1)[0]?.trim() ?? ''
}
