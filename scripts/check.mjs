/** Runs every `check:*` script of package.json, as many at once as there are cores, and says in a table how each went. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STEP_LIMIT_MS = 280_000

/** @returns {{ name: string, command: string }[]} */
function steps() {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return Object.entries(scripts)
    .filter(([name]) => name.startsWith('check:'))
    .map(([name, command]) => ({ name: name.slice('check:'.length), command }))
}

function run({ name, command }) {
  const startedAt = performance.now()
  const env = { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` }
  return new Promise((resolve) => {
    let output = ''
    const keep = (chunk) => {
      output += chunk
    }
    const done = (isGood) =>
      resolve({ name, command, isGood, output, seconds: (performance.now() - startedAt) / 1000 })
    const child = spawn(command, { cwd: ROOT, env, shell: true, timeout: STEP_LIMIT_MS })
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => {
      keep(error.message)
      done(false)
    })
    child.on('close', (code) => done(code === 0))
  })
}

/** Runs all, a few at once, in the order given. */
async function runAll(all) {
  const waiting = [...all]
  const results = new Map()
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.set(next.name, await run(next))
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))
  return all.map(({ name }) => results.get(name))
}

const startedAt = performance.now()
const results = await runAll(steps())
for (const { name, command, output } of results.filter(({ isGood }) => !isGood)) {
  console.log(`--- ${name}: ${command}\n${output.trim()}\n`)
}
const width = Math.max(...results.map(({ name }) => name.length))
for (const { name, isGood, seconds } of results) {
  console.log(`${isGood ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s`)
}
const total = ((performance.now() - startedAt) / 1000).toFixed(1)
const failed = results.filter(({ isGood }) => !isGood).length
console.log(`\n${results.length - failed} of ${results.length} checks pass, in ${total} s`)
process.exitCode = failed === 0 ? 0 : 1
