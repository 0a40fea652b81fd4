/** Makes a checkout ready to run: installs what the lock file names and builds it, each only where it is needed. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const LOCK_POLL_MS = 100
const FAILURE_TAIL_LINES = 20
const STAMP = '.stamp.json'

const BUNDLER = fileURLToPath(new URL('bundle.mjs', import.meta.url))

/** A folder for each form of the build: what starts, and what tests and benches import file by file. */
const FOLDERS = { bundle: 'dist', modules: 'dist-modules' }

/**
 * Does nothing, within milliseconds, when everything is there and current.
 * @param {string} root the checkout
 * @param {'bundle' | 'modules'} form
 */
export async function prepare(root, form = 'bundle') {
  if (isInstalled(root) && isBuilt(root, form)) return
  const release = await takeLock(root)
  try {
    // Another start may have done it while this one waited.
    if (!isInstalled(root)) await install(root)
    if (!isBuilt(root, form)) await build(root, form)
  } catch (error) {
    throw UNWRITABLE.includes(error.code) ? unwritable(root, error) : error
  } finally {
    release()
  }
}

/** The codes of the system for a folder that this user may not write to. */
const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS']

function unwritable(root, cause) {
  const fix = `Run ${join(root, 'bin', 'switchboard')} --version once as the user who owns the folder, or run a copy of it.`
  const message = `${root} has to be made ready to run, and this user may not write there (${cause.code}). ${fix}`
  return Object.assign(new Error(message, { cause }), { expected: true })
}

/** Whether node_modules holds what package-lock.json names, by npm's own record of what it installed. */
function isInstalled(root) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  const wanted = readJson(join(root, 'package-lock.json'))?.packages
  if (!installed || !wanted) return wanted === undefined && installed !== undefined
  return Object.entries(wanted).every(([place, entry]) => {
    const found = installed[place]
    if (found) return found.version === entry.version && found.integrity === entry.integrity
    // Packages of other platforms are named by the lock and left out of the folder.
    return place === '' || entry.optional || entry.link || entry.os || entry.cpu
  })
}

async function install(root) {
  const folder = join(root, 'node_modules')
  // `npm ci` would empty the folder that the link leads to, which is another checkout's.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const message = `node_modules is a link to ${realpathSync(folder)}, which holds other packages than the lock file names.`
    throw Object.assign(new Error(`${message} Remove the link, or install there.`), { expected: true })
  }
  await step('Installing packages', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], root)
}

/** Whether `dist` was built from these very sources: sizes and times first, then, if those moved, the text itself. */
function isBuilt(root, form) {
  const folder = join(root, FOLDERS[form])
  const stamp = readJson(join(folder, STAMP))
  if (!stamp) return false
  const files = buildInputs(root)
  const times = timesOf(root, files)
  if (stamp.times === times) return true
  if (stamp.text !== textOf(root, files)) return false
  writeStamp(folder, { ...stamp, times })
  return true
}

/** Builds beside the folder and swaps, so that no start ever sees half a build. */
async function build(root, form) {
  const folder = join(root, FOLDERS[form])
  const files = buildInputs(root)
  const stamp = { times: timesOf(root, files), text: textOf(root, files) }
  const workshop = join(root, 'node_modules', '.cache', 'switchboard')
  const next = join(workshop, `next-${process.pid}`)
  const previous = join(workshop, `previous-${process.pid}`)
  rmSync(workshop, { recursive: true, force: true })
  mkdirSync(workshop, { recursive: true })
  await step('Building', process.execPath, [BUNDLER, root, next, form], root)
  writeStamp(next, stamp)
  if (existsSync(folder)) renameSync(folder, previous)
  renameSync(next, folder)
  rmSync(workshop, { recursive: true, force: true })
}

function buildInputs(root) {
  const found = []
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) walk(inner)
      else found.push(inner)
    }
  }
  walk(join(root, 'src'))
  return [...found.sort(), BUNDLER]
}

function timesOf(root, files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function textOf(root, files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${relative(root, file)}\n`).update(readFileSync(file))
  return hash.digest('hex')
}

function writeStamp(folder, stamp) {
  const draft = join(folder, `${STAMP}.${process.pid}`)
  try {
    writeFileSync(draft, JSON.stringify(stamp))
    renameSync(draft, join(folder, STAMP))
  } catch (error) {
    // A checkout that may not be written to still runs; it only compares texts again next time.
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error
  }
}

/** One start at a time prepares a checkout; the lock names its holder, so that a dead one's is taken over. */
async function takeLock(root) {
  const id = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const path = join(tmpdir(), `switchboard-prepare-${process.getuid?.() ?? 0}-${id}.lock`)
  let told = false
  for (;;) {
    if (claim(path)) return () => rmSync(path, { force: true })
    if (!told) say('Another start is preparing this folder; waiting for it.')
    told = true
    if (!isAlive(lockHolder(path))) rmSync(path, { force: true })
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS))
  }
}

/** A link appears whole or not at all, so that a lock always names its holder. */
function claim(path) {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, String(process.pid), { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

function lockHolder(path) {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return 0
  }
}

/** A lock that is gone by now names nobody; to try again is all there is to do. */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Runs one command quietly, showing for how long; its output is shown only when it fails. */
async function step(label, command, args, cwd) {
  const startedAt = performance.now()
  const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`
  const live = process.stderr.isTTY
  const show = () => process.stderr.write(`\r\x1b[K${label} (once) ... ${seconds()}`)
  if (live) show()
  else say(`${label} ...`)
  const ticker = live ? setInterval(show, 1000) : undefined
  try {
    await run(command, args, cwd)
  } catch (error) {
    throw Object.assign(new Error(`${label} failed.\n${error.message}`), { expected: true })
  } finally {
    clearInterval(ticker)
    if (live) process.stderr.write('\r\x1b[K')
  }
  say(`${label} took ${seconds()}.`)
}

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    // On Windows npm is a batch file, which only a shell can run.
    const shell = process.platform === 'win32' && command === 'npm'
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'], env: childEnv() })
    let output = ''
    const keep = (chunk) => {
      output += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(output.trimEnd().split('\n').slice(-FAILURE_TAIL_LINES).join('\n')))
    })
  })
}

/** NODE_ENV=production would leave out the bundler. */
function childEnv() {
  const { NODE_ENV: _mode, ...env } = process.env
  return env
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
