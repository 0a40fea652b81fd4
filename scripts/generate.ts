/**
 * Writes the files that are made from the code: `golden`, `docs`, or both.
 * With `--check` it writes nothing, and fails when one of them is not current.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type GeneratedFile, generatedFiles, type Kind, outdated, ROOT } from './generated.ts'

const KINDS: readonly Kind[] = ['golden', 'docs']

const words = process.argv.slice(2)
const isCheck = words.includes('--check')
const asked = KINDS.filter((kind) => words.includes(kind))
const files = outdated((asked.length > 0 ? asked : KINDS).flatMap(generatedFiles))

for (const file of files) {
  if (!isCheck) write(file)
  console.log(`${isCheck ? 'not current:' : file.text === undefined ? 'removed' : 'wrote'} ${file.path}`)
}
if (isCheck && files.length > 0) {
  console.log('Run `npm run golden` and `npm run docs`, and look at what changed.')
  process.exitCode = 1
}

function write({ path, text }: GeneratedFile): void {
  const whole = join(ROOT, path)
  if (text === undefined) {
    rmSync(whole)
    return
  }
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, text)
}
