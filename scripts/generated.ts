/** Every file that is made from the code: goldens, and pages of the documentation. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isForCallers } from '../src/core/operation/catalog.ts'
import { areas, operations } from '../src/tools/registry.ts'
import { composeFile } from './compose-settings.ts'
import { chatPage } from './docs/chat.ts'
import { configurationPage } from './docs/configuration.ts'
import { eventsPage } from './docs/events.ts'
import { limitsPage } from './docs/limits.ts'
import { operationsPage } from './docs/operations.ts'
import { readmePage } from './docs/readme.ts'
import { goldenOf } from './golden.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export const GOLDEN_FOLDER = 'test/golden'

export interface GeneratedFile {
  /** From the root of the project. */
  readonly path: string
  /** The text that the file must have; undefined: the file must not exist. */
  readonly text: string | undefined
}

export type Kind = 'golden' | 'docs'

export function generatedFiles(kind: Kind): GeneratedFile[] {
  return kind === 'golden' ? goldens() : docs()
}

/** Those that are not what the code makes now. */
export function outdated(files: readonly GeneratedFile[]): GeneratedFile[] {
  return files.filter(({ path, text }) => textAt(path) !== text)
}

function goldens(): GeneratedFile[] {
  const current = operations.map((operation) => ({
    path: join(GOLDEN_FOLDER, `${operation.name}.json`),
    text: goldenOf(operation),
  }))
  const named = new Set(current.map(({ path }) => basename(path)))
  const stale = filesIn(GOLDEN_FOLDER).filter((name) => !named.has(name))
  return [...current, ...stale.map((name) => ({ path: join(GOLDEN_FOLDER, name), text: undefined }))]
}

function docs(): GeneratedFile[] {
  return [
    { path: 'docs/operations.md', text: operationsPage(operations) },
    { path: 'compose.yaml', text: composeFile(textAt('compose.yaml') ?? '', areas) },
    { path: 'docs/events.md', text: eventsPage(areas.flatMap(({ events }) => events)) },
    { path: 'docs/chat.md', text: chatPage(areas) },
    { path: 'docs/configuration.md', text: configurationPage(areas) },
    { path: 'docs/limits.md', text: limitsPage(areas) },
    { path: 'README.md', text: readmePage(textAt('README.md') ?? '', operations.filter(isForCallers)) },
  ]
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(ROOT, folder))
  } catch {
    return []
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return undefined
  }
}
