/** Programs of tests in plain JavaScript, on the built product: compiling all of `src` takes a process longer than its work. */
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Programs lie here as their files do in the repository, where packages are found; `src` is the build. */
const PROGRAMS = join(ROOT, 'node_modules/.cache/test-programs')

const COMPILER_OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
}

/** In a compiled file: the path of another one, without its ending. */
const IMPORT_OF_OURS = /^(?:import|export) (?:.* from )?['"](\.[^'"]+)\.js['"]/gm

/** Builds a TypeScript file of the tests, with those that it imports; answers with the file to start. */
export function buildProgram(file: string): string {
  const program = compile(file, new Set())
  write(join(PROGRAMS, 'package.json'), '{ "type": "module" }')
  linkSources()
  const lines = [
    `import { prepare } from '${join(ROOT, 'scripts/prepare.mjs')}'`,
    `await prepare('${ROOT}', 'modules')`,
    `await import('${program}')`,
  ]
  return write(program.replace(/\.js$/, '.start.js'), lines.join('\n'))
}

/** The link may be there before the build is, so it is not looked for: only made. */
function linkSources(): void {
  try {
    symlinkSync(join(ROOT, 'dist-modules'), join(PROGRAMS, 'src'))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

function compile(file: string, compiled: Set<string>): string {
  compiled.add(file)
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: COMPILER_OPTIONS })
  for (const [, path = ''] of outputText.matchAll(IMPORT_OF_OURS)) {
    const imported = join(dirname(file), `${path}.ts`)
    if (!imported.startsWith(join(ROOT, 'src/')) && !compiled.has(imported)) compile(imported, compiled)
  }
  return write(join(PROGRAMS, relative(ROOT, file)).replace(/\.ts$/, '.js'), outputText)
}

/** Whole or not at all: other processes may start the same program. */
function write(path: string, code: string): string {
  const draft = `${path}.${process.pid}`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(draft, code)
  renameSync(draft, path)
  return path
}
