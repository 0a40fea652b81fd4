/**
 * Compiles the sources of a checkout into a folder, without checking their types:
 * `node scripts/bundle.mjs <checkout> <folder> [modules]`. As a bundle they are few files, with which a command starts in
 * half the time. As modules, which tests and benches import, each source is a file of its own. Packages stay outside.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { rolldown } from 'rolldown'

const [root = '', folder = '', form = 'bundle'] = process.argv.slice(2)
const src = join(root, 'src')

/** What `bin/switchboard` loads; the parts that a command loads when it is called are found from there. */
const ENTRY = join(src, 'start', 'start.ts')

const sources = () =>
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(src, path))

const asModules = form === 'modules'
const build = await rolldown({
  input: asModules ? sources() : ENTRY,
  cwd: root,
  platform: 'node',
  // What a source needs of a newer language comes as a helper of the bundler's, which goes into the build.
  external: (id) => !id.startsWith('.') && !id.startsWith(root) && !id.startsWith('@oxc-project/runtime'),
  tsconfig: false,
})
await build.write({
  dir: folder,
  format: 'esm',
  sourcemap: true,
  // Errors and their stacks name functions and classes as the sources do.
  keepNames: true,
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  ...(asModules && { preserveModules: true, preserveModulesRoot: src }),
})
