/**
 * Runs the official MCP conformance suite against our door, both revisions: every required scenario and those of the
 * Tasks extension through fixtures, then what needs no fixture against the product's own list, and the Inspector's
 * command line as one more client. Needs npx and a package registry.
 */
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'

const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12'

const INSPECTOR = '@modelcontextprotocol/inspector@0.15.0'

/** The suite's runner does not start on Node 20. */
const RUNNER = ['-y', '-p', 'node@24', '-p', SUITE, 'conformance', 'server']

const REVISIONS = ['2026-07-28', '2025-11-25']

/** What needs no fixture, by revision. */
const OWN_LIST_SCENARIOS = {
  '2026-07-28': [
    'tools-list',
    'resources-list',
    'prompts-list',
    'caching',
    'dns-rebinding-protection',
    'http-header-validation',
    'sep-2164-resource-not-found',
    'input-required-result-unsupported-methods',
  ],
  '2025-11-25': [
    'server-initialize',
    'server-session-lifecycle',
    'ping',
    'tools-list',
    'resources-list',
    'prompts-list',
    'dns-rebinding-protection',
    'server-sse-multiple-streams',
  ],
}

/** The Tasks extension, which the suite's own list of what is required leaves out. */
const TASKS_SCENARIOS = [
  'tasks-lifecycle',
  'tasks-capability-negotiation',
  'tasks-wire-fields',
  'tasks-request-state-removal',
  'tasks-mrtr-input',
  'tasks-request-headers',
  'tasks-dispatch-and-envelope',
  'tasks-required-task-error',
  'tasks-mrtr-composition',
]

/** Scenarios that the suite runs only when told to. */
const FORCED_SCENARIOS = ['http-header-validation', ...TASKS_SCENARIOS]

/** Starts a server and resolves once it says its address. */
async function startServer(args) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/conformance/server.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = await new Promise((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(String(line).trim()))
    void ended.then((code) => reject(new Error(`the server ended with ${code}`)))
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function runSuite(args) {
  return run([...RUNNER, ...args])
}

/** Runs a package's program; `output` is all that it printed. */
function run(args) {
  return new Promise((resolve, reject) => {
    // Elsewhere, since this package insists on the engines of what is installed in it.
    const child = spawn('npx', args, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
      })
    }
    child.once('error', reject)
    child.once('exit', (code) => resolve({ passed: code === 0, output }))
  })
}

async function runRequired(url, revision) {
  const { passed, output } = await runSuite(['--url', url, '--requirements', revision])
  const summary = output.indexOf('=== SUMMARY')
  console.log(`\n${revision}, fixtures through our door`)
  console.log(summary === -1 ? output : output.slice(summary).trim())
  return passed
}

function runTasks(url) {
  console.log('\nThe Tasks extension, fixtures through our door')
  return runScenarios(url, '2026-07-28', TASKS_SCENARIOS)
}

function runOwnList(url, revision) {
  console.log(`\n${revision}, the product's own list`)
  return runScenarios(url, revision, OWN_LIST_SCENARIOS[revision])
}

async function runScenarios(url, revision, scenarios) {
  let allPassed = true
  for (const scenario of scenarios) {
    const { passed, output } = await runSuite([
      '--url',
      url,
      '--scenario',
      scenario,
      '--spec-version',
      revision,
      ...(FORCED_SCENARIOS.includes(scenario) ? ['--force'] : []),
    ])
    console.log(`${passed ? '✓' : '✗'} ${scenario}`)
    if (!passed) console.log(output)
    allPassed &&= passed
  }
  return allPassed
}

/** The Inspector lists the tools and calls one. */
async function runInspector(url) {
  const inspect = (...args) => run(['-y', INSPECTOR, '--cli', url, '--transport', 'http', ...args])
  const listed = await inspect('--method', 'tools/list')
  const called = await inspect('--method', 'tools/call', '--tool-name', 'tasks_create', '--tool-arg', TASKS)
  const steps = [
    ['tools/list', listed, listed.output.includes('"tasks_create"')],
    ['tools/call tasks_create', called, called.output.includes('"structuredContent"')],
  ]
  console.log("\nThe Inspector's command line, the product's own list")
  for (const [name, { output }, passed] of steps) console.log(passed ? `✓ ${name}` : `✗ ${name}\n${output}`)
  return steps.every(([, , passed]) => passed)
}

const TASKS = 'tasks=[{"title":"Seen by the Inspector"}]'

async function against(args, check) {
  const server = await startServer(args)
  try {
    return await check(server.url)
  } finally {
    await server.stop()
  }
}

async function inEachRevision(check) {
  let allPassed = true
  for (const revision of REVISIONS) allPassed = (await check(revision)) && allPassed
  return allPassed
}

const withFixtures = await against([], async (url) => {
  const conformant = await inEachRevision((revision) => runRequired(url, revision))
  return (await runTasks(url)) && conformant
})
const withOwnList = await against(['--plain'], async (url) => {
  const conformant = await inEachRevision((revision) => runOwnList(url, revision))
  return (await runInspector(url)) && conformant
})
if (!withFixtures || !withOwnList) {
  console.error('\nNot conformant: see ✗ above.')
  process.exitCode = 1
}
