/** Builds `dist` for a package or an image, with checked types, whether or not there was a build before. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const checked = spawnSync(process.execPath, [compiler, '--noEmit'], { cwd: root, stdio: 'inherit' })
if (checked.status !== 0) process.exit(checked.status ?? 1)
rmSync(join(root, 'dist'), { recursive: true, force: true })
await prepare(root)
