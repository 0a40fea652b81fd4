/**
 * Checks the direction of imports between files (.dependency-cruiser.cjs) and folders, the size of folders, and that
 * each package is imported in only one room.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cruise, format } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'

/** The most source files of a folder; a larger one is two rooms, and their names say which. */
const FOLDER_MAX_FILES = 20
const ROOTS = ['src', 'test', 'bench', 'scripts']

/** Packages that several rooms of src may import; every other package belongs to the one room that first needed it. */
const SHARED_PACKAGES = new Set(['zod', 'bullmq'])

/** The faults, in words. */
const faults = []

const options = await extractOptions('./.dependency-cruiser.cjs')
const { output } = await cruise(['src', 'bin'], options, undefined, {
  tsConfig: extractTsConfig('./tsconfig.json'),
})
const report = await format(output, { outputType: 'err' })
console.log(String(report.output).trim())

const modules = output.modules.filter(({ source }) => source.startsWith('src/'))
// A TypeScript that the tool cannot drive makes it skip every file silently.
const sources = readdirSync('src', { recursive: true }).filter((name) => String(name).endsWith('.ts')).length
if (modules.length < sources) faults.push(`Only ${modules.length} of ${sources} files of src were read.`)

for (const cycle of cyclesIn(foldersOf(modules)))
  faults.push(`Folders import each other: ${cycle.join(' > ')}.`)
for (const [name, rooms] of roomsOfPackages(modules)) {
  if (rooms.size < 2 || SHARED_PACKAGES.has(name)) continue
  faults.push(`${name} is imported in ${[...rooms].join(' and ')}: let one room import it for the others.`)
}
for (const root of ROOTS) faults.push(...crowdedFolders(root))

for (const fault of faults) console.log(fault)
process.exitCode = report.exitCode !== 0 || faults.length > 0 ? 1 : 0

/** Each folder with the other folders that its own files import from; types included. */
function foldersOf(all) {
  const folders = new Map()
  for (const { source, dependencies } of all) {
    const folder = dirname(source)
    const reached = folders.get(folder) ?? new Set()
    for (const { resolved } of dependencies) {
      if (resolved.startsWith('src/') && dirname(resolved) !== folder) reached.add(dirname(resolved))
    }
    folders.set(folder, reached)
  }
  return folders
}

/** The production packages, each with the rooms of src that import it. */
function roomsOfPackages(all) {
  const { dependencies: production } = JSON.parse(readFileSync('package.json', 'utf8'))
  const rooms = new Map()
  for (const { source, dependencies } of all) {
    for (const { module: specifier } of dependencies) {
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')
      if (name in production) rooms.set(name, (rooms.get(name) ?? new Set()).add(source.split('/')[1]))
    }
  }
  return rooms
}

/** The circles, one for each folder at which a walk meets itself. */
function cyclesIn(folders) {
  const done = new Set()
  const cycles = []
  const walk = (folder, path) => {
    if (path.includes(folder)) return void cycles.push([...path.slice(path.indexOf(folder)), folder])
    if (done.has(folder)) return
    for (const next of folders.get(folder) ?? []) walk(next, [...path, folder])
    done.add(folder)
  }
  for (const folder of folders.keys()) walk(folder, [])
  return cycles
}

function crowdedFolders(folder) {
  const entries = readdirSync(folder, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|js)$/.test(entry.name)).length
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => crowdedFolders(join(folder, name)))
  if (files <= FOLDER_MAX_FILES) return below
  return [
    `${folder} has ${files} source files; at most ${FOLDER_MAX_FILES} are allowed. Divide it into two folders.`,
    ...below,
  ]
}
