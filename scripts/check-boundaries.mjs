/** Checks which way imports point, by the rules in .dependency-cruiser.cjs. */
import { readdirSync } from 'node:fs'
import { cruise, format } from 'dependency-cruiser'
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const options = await extractOptions('./.dependency-cruiser.cjs')
const { output } = await cruise(['src', 'bin'], options, undefined, {
  tsConfig: extractTsConfig('./tsconfig.json'),
})
const report = await format(output, { outputType: 'err' })
console.log(String(report.output).trim())

// A TypeScript that the tool cannot drive makes it skip every file in silence.
const sources = readdirSync('src', { recursive: true }).filter((name) => String(name).endsWith('.ts')).length
const read = output.modules.filter(({ source }) => source.startsWith('src/')).length
if (read < sources) console.log(`Only ${read} of ${sources} files of src were read.`)
process.exitCode = report.exitCode !== 0 || read < sources ? 1 : 0
