/** Looks up a password where libpq does: https://www.postgresql.org/docs/current/libpq-pgpass.html */
import { readFileSync, statSync } from 'node:fs'
import type { ServerAddress } from './address.ts'

/** Any permission of the group or of others. */
const OTHERS = 0o077

/** The password of the first line that matches; empty if there is none, or if others may read the file. */
export function findPassword(address: ServerAddress): string {
  const { passFile, hosts, database, user } = address
  if (passFile === undefined) return ''
  const lines = readLines(passFile)
  for (const host of hosts) {
    const wanted = host.kind === 'socket' ? ['localhost', '*'] : [host.name, String(host.port)]
    const fields = [...wanted, database, user]
    const found = lines.find((line) =>
      fields.every((field, at) => field === '*' || line[at] === '*' || line[at] === field),
    )
    if (found) return found[fields.length] ?? ''
  }
  return ''
}

/** `host:port:database:user:password`, where `\` takes the next character as it is. */
function readLines(path: string): string[][] {
  try {
    if ((statSync(path).mode & OTHERS) !== 0 && process.platform !== 'win32') return []
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) =>
        Array.from(line.matchAll(/(?:^|:)((?:[^:\\]|\\.)*)/g), ([, field = '']) =>
          field.replace(/\\(.)/g, '$1'),
        ),
      )
  } catch {
    return []
  }
}
