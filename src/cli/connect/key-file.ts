/** The API key that a person keeps in their home folder, readable only by them. */
import { join } from 'node:path'
import { readPrivateFile } from './private-file.ts'

export function keyFileOf(home: string): string {
  return join(home, 'key')
}

/**
 * The key in `home`; undefined when there is none.
 * @throws AppError `forbidden` when others may read the file
 */
export async function readKey(home: string): Promise<string | undefined> {
  return (await readPrivateFile(keyFileOf(home)))?.trim() || undefined
}
