/** Which version of this program runs. */
import { readFileSync } from 'node:fs'
import { PACKAGE_FOLDER } from './package-folder.ts'

const PACKAGE = new URL('package.json', PACKAGE_FOLDER)

/** As the package says. */
export function readVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(PACKAGE, 'utf8'))
  return version
}
