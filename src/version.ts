/** Which version of this program runs. */
import { readFileSync } from 'node:fs'

/** The same place seen from `src` and from `dist`. */
const PACKAGE = new URL('../package.json', import.meta.url)

/** As the package says. */
export function readVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(PACKAGE, 'utf8'))
  return version
}
