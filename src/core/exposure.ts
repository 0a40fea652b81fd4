/** Whether a file that holds a secret is exposed to other users of this machine. */
import type { Stats } from 'node:fs'

/** Any permission of the group or of others. */
const OTHERS = 0o077

/** Root can read and write everything anyway. */
const ROOT = 0

/** How a file is exposed to other users of this machine; undefined: it is not. */
export function exposureOf({ mode, uid }: Pick<Stats, 'mode' | 'uid'>): 'open' | 'foreign' | undefined {
  // Windows has no such permissions: a person's folder is private there.
  const self = process.getuid?.()
  if (self === undefined) return undefined
  if (self !== ROOT && uid !== self && uid !== ROOT) return 'foreign'
  return (mode & OTHERS) === 0 ? undefined : 'open'
}
