/** Compiles the process of the harness, so that it runs the product as it ships and is soon there again after a kill. */
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** The files of the process that are not the product's. */
const FILES = ['servers/process', 'servers/set-clock', 'servers/name-requests', 'harness/effects']

const COMPILER_OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
}

/** Answers with what Node is to run. The files import the product from `src`, which is then its build. */
export async function compileProgram(): Promise<readonly string[]> {
  const { prepare } = (await import(join(ROOT, 'scripts/prepare.mjs'))) as {
    prepare(root: string): Promise<void>
  }
  await prepare(ROOT)
  const folder = join(ROOT, 'node_modules/.cache/crash')
  await rm(folder, { recursive: true, force: true })
  for (const file of FILES) {
    const source = await readFile(join(ROOT, 'test/crash', `${file}.ts`), 'utf8')
    const to = join(folder, 'test/crash', `${file}.js`)
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, ts.transpileModule(source, { compilerOptions: COMPILER_OPTIONS }).outputText)
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await symlink(join(ROOT, 'dist'), join(folder, 'src'))
  return [join(folder, 'test/crash/servers/process.js')]
}
